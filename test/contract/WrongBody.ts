import { faults, isObject } from "./Conformance.ts"
import type { Dice } from "./Dice.ts"
import { type JsonSchema, resolved } from "./Document.ts"
import { attempt, type Draft, type Maker } from "./Requests.ts"

interface Place {
  readonly path: ReadonlyArray<string>
  readonly schema: JsonSchema
  readonly value: unknown
}

const branchOf = (reference: JsonSchema, value: unknown): JsonSchema => {
  const schema = resolved(reference)
  const branch = schema.anyOf?.find((each) => faults(each, value).length === 0)
  return branch === undefined ? schema : branchOf(branch, value)
}

/** Every place of a body, with the schema that holds there. */
const placesOf = (schema: JsonSchema, value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<Place> => {
  const { items, properties } = branchOf(schema, value)
  const inner = Array.isArray(value)
    ? value.flatMap((item, i) => items === undefined ? [] : placesOf(items, item, [...path, String(i)]))
    : isObject(value)
    ? Object.entries(value).flatMap(([name, member]) => {
      const known = properties?.[name]
      return known === undefined ? [] : placesOf(known, member, [...path, name])
    })
    : []
  return [{ path, schema, value }, ...inner]
}

const replaced = (body: unknown, path: ReadonlyArray<string>, change: (value: unknown) => unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return change(body)
  if (Array.isArray(body)) return body.map((item, i) => String(i) === key ? replaced(item, rest, change) : item)
  if (!isObject(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, name === key ? replaced(value, rest, change) : value])
  )
}

const candidates: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  -1,
  0.5,
  1e300,
  -1e300,
  "",
  "text",
  "\u0000",
  "12",
  [],
  [null],
  {},
  { a: 1 }
]

/** Stands in a body for a spelling of a number that no JSON writer makes. */
const mark = "@number@"
const spellings = ["1e400", "-1e400", "NaN", "Infinity", "0x10", "01", "+1", "1.", ".5"]

/** Makers that make one place of a body wrong. */
export const wrongBody = (schema: JsonSchema): ReadonlyArray<Maker> => {
  const changed = (draft: Draft, path: ReadonlyArray<string>, change: (value: unknown) => unknown): Draft => ({
    ...draft,
    body: replaced(draft.body, path, change)
  })
  const places = (draft: Draft, fits: (place: Place) => boolean) => placesOf(schema, draft.body).filter(fits)
  /** A text of the body, or where it has none the body itself. */
  const text = (draft: Draft, dice: Dice) => {
    const texts = places(draft, ({ value }) => typeof value === "string")
    return texts.length === 0 ? { path: [] } : dice.pick(texts)
  }
  return [
    (draft, dice) => {
      const inside = places(draft, ({ path }) => path.length > 0)
      if (inside.length === 0) return attempt("a list for a body", "refusal", { ...draft, body: Buffer.from("[]") })
      const { path, schema: here } = dice.pick(inside)
      const wrong = dice.pick([...candidates.filter((value) => faults(here, value).length > 0), mark])
      const spelled = JSON.stringify(replaced(draft.body, path, () => wrong)).replace(
        `"${mark}"`,
        () => dice.pick(spellings)
      )
      return attempt(`/${path.join("/")}: a wrong value`, "refusal", { ...draft, body: Buffer.from(spelled) })
    },
    (draft, dice) => {
      const objects = places(
        draft,
        ({ schema, value }) => isObject(value) && branchOf(schema, value).additionalProperties === false
      )
      if (objects.length === 0) return attempt("a list for a body", "refusal", { ...draft, body: Buffer.from("[]") })
      const { path } = dice.pick(objects)
      const name = dice.pick(["extra", "Name", "", "a/b~c", "constructor", "toString", "😀"])
      return attempt(
        `/${path.join("/")}: an extra member`,
        "refusal",
        changed(draft, path, (value) => isObject(value) ? { ...value, [name]: 1 } : value)
      )
    },
    (draft, dice) => {
      const objects = places(
        draft,
        ({ schema, value }) => isObject(value) && (branchOf(schema, value).required ?? []).length > 0
      )
      // A patch requires nothing: it has a member of no name instead.
      if (objects.length === 0) {
        return attempt(
          "a member of no name",
          "refusal",
          changed(draft, [], (value) => isObject(value) ? { ...value, "": 1 } : value)
        )
      }
      const { path, schema: here, value } = dice.pick(objects)
      const gone = dice.pick(branchOf(here, value).required ?? [])
      return attempt(
        `/${path.join("/")}: ${gone} is missing`,
        "refusal",
        changed(draft, path, (value) =>
          isObject(value)
            ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== gone))
            : value)
      )
    },
    (draft, dice) => {
      const { path } = text(draft, dice)
      const ending = dice.pick(["\u0000", "\uD800", "\uDC00x"])
      return attempt(
        `/${path.join("/")}: unstorable`,
        "refusal",
        changed(draft, path, (value) => `${String(value)}${ending}`)
      )
    },
    (draft, dice) => {
      const { path } = text(draft, dice)
      return attempt(
        `/${path.join("/")}: too long`,
        "any",
        changed(draft, path, () => dice.pick(["x", "Ａ", "😀", "ﷺ"]).repeat(dice.pick([501, 5001])))
      )
    }
  ]
}
