import { Schema } from "effect"
import type { IdentifierKind } from "../../onboarding/contract/FormResponse.ts"
import type { SubmittedResponse } from "../../onboarding/contract/ResponseLookup.ts"
import { type AllergenCode, allergenCodes, type ProductId } from "../../products/contract/Product.ts"
import { brazilianStates } from "../contract/brazilianStates.ts"
import { ContactEmail } from "../contract/Client.ts"
import type { ToldField } from "../contract/ClientResponse.ts"

/** What a response tells of one field. */
export interface Told {
  readonly field: ToldField
  readonly ref: string
  readonly answer: string
  readonly confidence: number
  readonly proposed: Schema.Json
}

/** How words are compared: without case, accents and signs. */
export const plain = (text: string) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim()

const stateNames: Readonly<Record<(typeof brazilianStates)[number], string>> = {
  AC: "acre",
  AL: "alagoas",
  AM: "amazonas",
  AP: "amapa",
  BA: "bahia",
  CE: "ceara",
  DF: "distrito federal",
  ES: "espirito santo",
  GO: "goias",
  MA: "maranhao",
  MG: "minas gerais",
  MS: "mato grosso do sul",
  MT: "mato grosso",
  PA: "para",
  PB: "paraiba",
  PE: "pernambuco",
  PI: "piaui",
  PR: "parana",
  RJ: "rio de janeiro",
  RN: "rio grande do norte",
  RO: "rondonia",
  RR: "roraima",
  RS: "rio grande do sul",
  SC: "santa catarina",
  SE: "sergipe",
  SP: "sao paulo",
  TO: "tocantins"
}

const allergenWords: Readonly<Record<AllergenCode, ReadonlyArray<string>>> = {
  gluten: ["gluten", "trigo", "wheat", "celiac", "celiaca", "celiaco", "coeliac", "cevada", "centeio"],
  crustaceans: [
    "crustacean",
    "crustaceans",
    "crustaceo",
    "crustaceos",
    "camarao",
    "shrimp",
    "prawn",
    "lagosta",
    "caranguejo",
    "crab",
    "lobster"
  ],
  eggs: ["egg", "eggs", "ovo", "ovos", "clara de ovo"],
  fish: ["fish", "peixe", "peixes"],
  peanuts: ["peanut", "peanuts", "amendoim"],
  soybeans: ["soy", "soya", "soja", "soybean", "soybeans"],
  milk: ["milk", "dairy", "leite", "lactose", "laticinio", "laticinios", "queijo", "aplv"],
  nuts: [
    "nut",
    "nuts",
    "castanha",
    "castanhas",
    "nozes",
    "noz",
    "amendoas",
    "almond",
    "almonds",
    "walnut",
    "hazelnut",
    "avela",
    "pistache"
  ],
  celery: ["celery", "aipo", "salsao"],
  mustard: ["mustard", "mostarda"],
  sesame: ["sesame", "gergelim"],
  sulphites: ["sulphite", "sulphites", "sulfite", "sulfites", "sulfito", "sulfitos"],
  lupin: ["lupin", "tremoco", "tremocos"],
  molluscs: [
    "mollusc",
    "molluscs",
    "mollusk",
    "molusco",
    "moluscos",
    "lula",
    "polvo",
    "mexilhao",
    "squid",
    "octopus",
    "mussel",
    "oyster",
    "ostra"
  ],
  latex: ["latex"]
}

const none =
  /^(?:no|none|nothing|nao|nenhuma?|nada|n a|sem|sem alergias?|no allergies|nao tenho|nao possuo|i have none|-)?$/

/** The single things that an answer lists. */
const listed = (answer: string): ReadonlyArray<string> =>
  answer.split(/[,;\n/]|\s+(?:e|and|ou|or)\s+/i).map((part) => part.trim()).filter((part) => !none.test(plain(part)))

const allergenOf = (text: string): AllergenCode | undefined => {
  const words = ` ${plain(text)} `
  return allergenCodes.find((code) => allergenWords[code].some((word) => words.includes(` ${word} `)))
}

const sexOf = (value: string) => {
  const word = plain(value)
  if (/^(?:female|feminino|feminina|mulher|woman|f)$/.test(word)) return "female"
  if (/^(?:male|masculino|masculina|homem|man|m)$/.test(word)) return "male"
  return word === "" ? undefined : "other"
}

const isDay = (year: number, month: number, day: number) => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900 && date.getTime() <= Date.now()
}

const two = (value: number) => String(value).padStart(2, "0")

/** ISO, day first in Portuguese, month first in English where both would do: that is proposed only. */
const birthdayOf = (value: string, language: SubmittedResponse["language"]) => {
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(value.trim())
  const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(value.trim())
  if (iso !== null) {
    const [year = 0, month = 0, day = 0] = iso.slice(1).map(Number)
    return isDay(year, month, day) ? { day: `${year}-${two(month)}-${two(day)}`, isSure: true } : undefined
  }
  if (parts === null) return undefined
  const [first = 0, second = 0, year = 0] = parts.slice(1).map(Number)
  const read = (day: number, month: number) => isDay(year, month, day) ? `${year}-${two(month)}-${two(day)}` : undefined
  const [dayFirst, monthFirst] = [read(first, second), read(second, first)]
  const day = language === "pt-BR" ? dayFirst ?? monthFirst : monthFirst ?? dayFirst
  const isAmbiguous = dayFirst !== undefined && monthFirst !== undefined && dayFirst !== monthFirst
  return day === undefined ? undefined : { day, isSure: language === "pt-BR" || !isAmbiguous }
}

const stateOf = (value: string) => {
  const word = plain(value)
  return brazilianStates.find((code) => code.toLowerCase() === word || stateNames[code] === word)
}

const countryOf = (value: string) => {
  const word = plain(value)
  if (/^(?:brasil|brazil|br)$/.test(word)) return "BR"
  return /^[a-z]{2}$/.test(word) ? word.toUpperCase() : undefined
}

const isEmail = Schema.is(Schema.toType(ContactEmail))

/** The identifiers that count, by kind: those that the form's own map names first, and none that it leaves out. */
const identifiersOf = ({ answers, identifiers, mapping }: SubmittedResponse) => {
  const mapped = answers.flatMap(({ answer, ref }) => {
    const kind = mapping[ref]
    return kind === undefined || kind === "notes" || kind === "ignore"
      ? []
      : [{ kind, value: answer, ref, confidence: 1 }]
  })
  const own = identifiers.filter(({ confidence, ref }) => confidence >= 0.5 && mapping[ref] === undefined)
  const all = [...mapped, ...own.toSorted((a, b) => b.confidence - a.confidence)]
  return (kind: IdentifierKind) => all.filter((each) => each.kind === kind && each.value.trim() !== "")
}

/** Names of foods that are not liked, to be looked up. */
export const dislikesIn = (response: SubmittedResponse): ReadonlyArray<string> =>
  identifiersOf(response)("dislike").flatMap(({ value }) => listed(value))

/** What a response tells of a client, field by field; `foods` are the disliked ones that were found by their names. */
export const proposeClient = (
  response: SubmittedResponse,
  foods: ReadonlyMap<string, ProductId>
): ReadonlyArray<Told> => {
  const of = identifiersOf(response)
  const single = (field: ToldField, kind: IdentifierKind, read: (value: string) => Schema.Json | undefined) => {
    for (const { confidence, ref, value } of of(kind)) {
      const proposed = read(value.trim())
      if (proposed !== undefined) return [{ field, ref, answer: value, confidence, proposed }]
    }
    return []
  }
  const several = (field: ToldField, kind: IdentifierKind, read: (value: string) => ReadonlyArray<string>) => {
    const found = of(kind)
    const proposed = [...new Set(found.flatMap(({ value }) => read(value.trim())))]
    const [first] = found
    return first === undefined || proposed.length === 0
      ? []
      : [{
        field,
        ref: first.ref,
        answer: found.map(({ value }) => value).join("; "),
        confidence: first.confidence,
        proposed
      }]
  }
  const name = (): ReadonlyArray<Told> => {
    const full = single("name", "fullName", (value) => value.slice(0, 255))
    if (full.length > 0) return full
    const parts = [...of("firstName").slice(0, 1), ...of("lastName").slice(0, 1)]
    const [first] = parts
    if (first === undefined) return []
    const proposed = parts.map(({ value }) => value.trim()).join(" ").slice(0, 255)
    return [{
      field: "name",
      ref: first.ref,
      answer: proposed,
      confidence: Math.min(...parts.map((part) => part.confidence)),
      proposed
    }]
  }
  const birthday = (): ReadonlyArray<Told> => {
    for (const { confidence, ref, value } of of("birthday")) {
      const read = birthdayOf(value, response.language)
      if (read !== undefined) {
        return [{
          field: "birthday",
          ref,
          answer: value,
          confidence: read.isSure ? confidence : Math.min(0.5, confidence),
          proposed: read.day
        }]
      }
    }
    return []
  }
  const country = single("address.country", "country", countryOf)
  const isAbroad = country.some(({ proposed }) => proposed !== "BR")
  const allergies = of("allergy").flatMap((identifier) =>
    listed(identifier.value).map((text) => ({ ...identifier, text }))
  )
  const codes = [...new Set(allergies.flatMap(({ text }) => allergenOf(text) ?? []))]
  const loose = [
    ...allergies.filter(({ text }) => allergenOf(text) === undefined),
    ...of("dislike").flatMap((identifier) =>
      listed(identifier.value).filter((text) => !foods.has(text)).map((text) => ({ ...identifier, text }))
    )
  ]
  const [allergy] = allergies
  const [first] = loose
  const noted = response.answers.filter(({ ref }) => response.mapping[ref] === "notes")
  const [note] = noted
  const heading = `${response.formTitle} (${response.submittedAt.toISOString().slice(0, 10)})`
  return [
    ...name(),
    ...birthday(),
    ...single("sex", "gender", sexOf),
    ...several("contact.emails", "email", (value) => isEmail(value.toLowerCase()) ? [value.toLowerCase()] : []),
    ...several("contact.phones", "phone", (value) => /\d/.test(value) && value.length <= 50 ? [value] : []),
    ...single("address.street", "street", (value) => value.slice(0, 255)),
    ...single("address.complement", "complement", (value) => value.slice(0, 255)),
    ...single("address.city", "city", (value) => value.slice(0, 255)),
    ...isAbroad ? [] : single("address.state", "state", stateOf),
    ...isAbroad ? single("address.region", "state", (value) => value.slice(0, 255)) : [],
    ...single("address.postalCode", "postalCode", (value) => value.length <= 20 ? value : undefined),
    ...country,
    ...allergy === undefined || codes.length === 0
      ? []
      : [{
        field: "restrictions.allergens" as const,
        ref: allergy.ref,
        answer: allergies.map(({ text }) => text).join(", "),
        confidence: allergy.confidence,
        proposed: codes
      }],
    ...several(
      "restrictions.dislikedProductIds",
      "dislike",
      (value) => listed(value).flatMap((text) => foods.get(text) ?? [])
    ),
    ...first === undefined
      ? []
      : [{
        field: "restrictions.note" as const,
        ref: first.ref,
        answer: loose.map(({ text }) => text).join(", "),
        confidence: first.confidence,
        proposed: loose.map(({ text }) => text).join(", ")
      }],
    ...note === undefined
      ? []
      : [{
        field: "notes" as const,
        ref: note.ref,
        answer: noted.map(({ answer }) => answer).join("\n"),
        confidence: 1,
        proposed: `${heading}\n${noted.map(({ answer, question }) => `${question ?? ""} ${answer}`.trim()).join("\n")}`
      }]
  ]
}
