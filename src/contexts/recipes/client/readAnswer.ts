import type { SubmittedResponse } from "../../onboarding/contract/ResponseLookup.ts"
import { type AllergenCode, allergenCodes } from "../../products/contract/Product.ts"
import { brazilianStates } from "../contract/brazilianStates.ts"

/** How words are compared: without case, accents and signs. */
export const plain = (text: string) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()

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
  /^(?:no|none|nothing|n a|nao|nada|i have none|(?:i have )?no(?: known)?(?: food)? allergies|(?:nenhuma?|sem|nao tenho|nao possuo|nao tenho nenhuma)(?: alergias?)?)?$/

/** The single things that an answer lists. */
export const listed = (answer: string): ReadonlyArray<string> =>
  answer.split(/[,;\n/]|\s+(?:e|and|ou|or)\s+/i).map((part) => part.trim()).filter((part) => !none.test(plain(part)))

/** The allergen that a word stands for, in Portuguese or English. */
export const allergenOf = (text: string): AllergenCode | undefined => {
  const words = ` ${plain(text)} `
  return allergenCodes.find((code) => allergenWords[code].some((word) => words.includes(` ${word} `)))
}

export const sexOf = (value: string) => {
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
export const birthdayOf = (value: string, language: SubmittedResponse["language"]) => {
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

/** A federative unit by its letters or its name. */
export const stateOf = (value: string) => {
  const word = plain(value)
  return brazilianStates.find((code) => code.toLowerCase() === word || stateNames[code] === word)
}
