import { Schema } from "effect"
import type { IdentifierKind } from "../../onboarding/contract/FormResponse.ts"
import type { SubmittedResponse } from "../../onboarding/contract/ResponseLookup.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { ContactEmail } from "../contract/Client.ts"
import type { ToldField } from "../contract/ClientResponse.ts"
import { countryOf } from "./countryOf.ts"
import { allergenOf, birthdayOf, listed, sexOf, stateOf } from "./readAnswer.ts"

/** What a response tells of one field. */
export interface Told {
  readonly field: ToldField
  readonly ref: string
  readonly answer: string
  readonly confidence: number
  readonly proposed: Schema.Json
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

/** Names of foods that are to be avoided, to be looked up: those that are not liked, and allergies that no code stands for. */
export const avoidedIn = (response: SubmittedResponse): ReadonlyArray<string> => {
  const of = identifiersOf(response)
  const allergies = of("allergy").flatMap(({ value }) => listed(value)).filter((text) => allergenOf(text) === undefined)
  return [...allergies, ...of("dislike").flatMap(({ value }) => listed(value))]
}

/** What a response tells of a client, field by field; `foods` are those to be avoided that were found by their names. */
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
  const several = (
    field: ToldField,
    kinds: ReadonlyArray<IdentifierKind>,
    read: (value: string) => ReadonlyArray<string>
  ) => {
    const found = kinds.flatMap(of).filter(({ value }) => read(value.trim()).length > 0)
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
  // One that nobody knows is not Brazil either.
  const isAbroad = of("country").length > 0 && country.every(({ proposed }) => proposed !== "BR")
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
    ...several("contact.emails", ["email"], (value) => isEmail(value.toLowerCase()) ? [value.toLowerCase()] : []),
    ...several("contact.phones", ["phone"], (value) => /\d/.test(value) && value.length <= 50 ? [value] : []),
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
      ["allergy", "dislike"],
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
