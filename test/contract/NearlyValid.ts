import { faults, isObject } from "./Conformance.ts"
import type { Dice } from "./Dice.ts"
import { type JsonSchema, type Operation, type Parameter, resolved } from "./Document.ts"
import { type Attempt, attempt, type Draft, pair } from "./Requests.ts"
import { strangeUuid } from "./Values.ts"
import type { Known } from "./World.ts"

const notNumbers = [
  "",
  "abc",
  "0x10",
  "1e400",
  " 1",
  "1 ",
  "NaN",
  "Infinity",
  "-Infinity",
  "+1",
  "1_000",
  "1,5",
  ".5",
  "01",
  "１"
]
const notInstants = [
  "",
  "2026-01-31",
  "2026-02-30T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-31T12:00:00",
  "1700000000",
  "now"
]
const notUuids = [
  "",
  "1",
  "null",
  "01980000-0000-7000-8002-00000000000",
  "{01980000-0000-7000-8002-000000000001}",
  "01980000-0000-0000-0000-000000000001"
]
const notBooleans = ["", "1", "TRUE", "yes", "null"]

const isMany = ({ schema }: Parameter) => schema.type === "array"
const itemOf = ({ schema }: Parameter): JsonSchema => schema.items ?? schema

const wrongValues = (parameter: Parameter): ReadonlyArray<string> => {
  if (parameter.name === "sort") {
    return ["", "nothing", "-", "name,name", "name,", "name desc", "Name", "__proto__", "nutrients.constructor"]
  }
  const { enum: allowed, format, maxLength = Infinity, allOf = [] } = itemOf(parameter)
  if (allowed !== undefined) return notBooleans
  const longest = Math.min(maxLength, ...allOf.map((part) => part.maxLength ?? Infinity))
  switch (format) {
    case "uuid":
      return notUuids
    case "integer":
      return [...notNumbers, "0", "-1", "1.0", "1e1", "10001", "9".repeat(400)]
    case "decimal":
      return notNumbers
    case "date-time":
      return notInstants
    default:
      return Number.isFinite(longest) ? ["x".repeat(longest + 1)] : []
  }
}

const unstorable = ["%00", "a%00b", "%ED%A0%80", "%ff", "%C0%80"]

const withQuery = (draft: Draft, ...more: ReadonlyArray<string>): Draft => {
  const names = new Set(more.map((each) => each.split("=", 1)[0]))
  return { ...draft, query: [...draft.query.filter((each) => !names.has(each.split("=", 1)[0] ?? "")), ...more] }
}

type Maker = (draft: Draft, dice: Dice) => Attempt

const ofParameter = (parameter: Parameter): ReadonlyArray<Maker> => {
  const { name } = parameter
  const values = wrongValues(parameter)
  return [
    ...values.length === 0 ? [] : [(draft: Draft, dice: Dice) => {
      const value = dice.pick(values)
      return attempt(`${name}: a wrong value`, "refusal", withQuery(draft, pair(name, value)))
    }],
    (draft, dice) =>
      attempt(
        `${name}: unstorable`,
        "refusal",
        withQuery(draft, `${encodeURIComponent(name)}=${dice.pick(unstorable)}`)
      ),
    (draft, dice) =>
      attempt(
        `${name}: an unknown operator`,
        "refusal",
        withQuery(draft, pair(`${name}[${dice.pick(["eq", "", "GTE", "gte][", "constructor"])}]`, "1"))
      ),
    ...isMany(parameter) ?
      [] :
      [(draft: Draft) =>
        attempt(
          `${name}: two values`,
          "refusal",
          withQuery(draft, `${encodeURIComponent(name)}=1`, `${encodeURIComponent(name)}=2`)
        )]
  ]
}

const edgeInstants = [
  "0000-01-01T00:00:00Z",
  "0000-01-01T00:00:00+23:59",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59-23:59",
  "9999-12-31T23:59:59.999999999Z"
]
const edgeNumbers = ["1e308", "-1e308", "1e-999", "-0", "999999999999999.999999999999999", "5e-324"]

/** Values at the edge of what is allowed: any answer but a failure. */
const extremes = (operation: Operation): ReadonlyArray<Maker> =>
  operation.query.flatMap((parameter) => {
    const values = { "date-time": edgeInstants, decimal: edgeNumbers }[itemOf(parameter).format ?? ""] ?? []
    return values.length === 0 ?
      [] :
      [(draft: Draft, dice: Dice) =>
        attempt(`${parameter.name}: extreme`, "any", withQuery(draft, pair(parameter.name, dice.pick(values))))]
  })

const tampered = (query: string, dice: Dice) =>
  query.replace(/cursor=(.*)/, (_, cursor: string) => {
    const text = Buffer.from(cursor, "base64url").toString("utf8")
    const changed = dice.pick([
      text.replace(/"keys":\[.*\]/, () =>
        dice.pick([
          "\"keys\":[]",
          "\"keys\":[null,null]",
          `"keys":[1e308,"${strangeUuid(dice)}"]`,
          `"keys":["\\u0000","${strangeUuid(dice)}"]`,
          `"keys":["\\ud800","${strangeUuid(dice)}"]`
        ])),
      text.replace(/(?<="keys":\[)-?\d+/, () => dice.pick(["-7999999999999999", "7999999999999999", "1.5", "9e999"])),
      text.slice(0, -2),
      text.replace("\"sort\"", "\"__proto__\""),
      "null",
      "[]"
    ])
    return `cursor=${Buffer.from(changed).toString("base64url")}`
  })

const ofList = ({ path, query }: Operation, known: Known): ReadonlyArray<Maker> => {
  const cursors = known.cursors.get(path) ?? []
  const foreign = [...known.cursors].flatMap(([other, found]) => other === path ? [] : found)
  if (!query.some(({ name }) => name === "cursor")) return []
  const alone = (draft: Draft, ...parameters: ReadonlyArray<string>): Draft => ({ ...draft, query: parameters })
  return [
    (draft, dice) =>
      attempt(
        "cursor: none",
        "refusal",
        alone(draft, pair("cursor", dice.pick(["", "abc", "%", "e30", "bnVsbA", "A".repeat(2001)])))
      ),
    (draft, dice) =>
      attempt(
        "cursor: cut or changed",
        cursors.length === 0 ? "any" : "refusal",
        alone(draft, tampered(dice.pick([...cursors, "cursor=e30"]), dice))
      ),
    (draft, dice) =>
      attempt(
        "cursor: with another filter",
        "refusal",
        alone(draft, dice.pick([...cursors, "cursor=e30"]), pair("id", strangeUuid(dice)))
      ),
    (draft, dice) =>
      attempt("cursor: with page", "refusal", alone(draft, dice.pick([...cursors, "cursor=e30"]), "page=1")),
    (draft, dice) => attempt("cursor: of another list", "any", alone(draft, dice.pick([...foreign, "cursor=e30"]))),
    (draft, dice) =>
      attempt(
        "page: too deep",
        "refusal",
        alone(draft, dice.pick(["page=10000&limit=2", "page=51&limit=200", "page=201"]))
      )
  ]
}

const ofPath = (operation: Operation, known: Known): ReadonlyArray<Maker> => {
  const list = operation.path.slice(0, operation.path.indexOf("/{"))
  const others = [...known.ids].flatMap(([path, ids]) => path === list ? [] : ids)
  const at = (draft: Draft, id: string): Draft => ({ ...draft, path: draft.path.replace(/[^/]*$/, id) })
  return operation.pathParameters.length === 0 ? [] : [
    (draft, dice) =>
      attempt("path: no UUID", "refusal", at(draft, encodeURIComponent(dice.pick(notUuids.filter((id) => id !== ""))))),
    (draft, dice) => attempt("path: nobody's id", "refusal", at(draft, strangeUuid(dice))),
    (draft, dice) => attempt("path: an id of another kind", "refusal", at(draft, dice.pick(others))),
    (draft, dice) => attempt("path: unstorable", "refusal", at(draft, dice.pick(unstorable)))
  ]
}

const ofHeaders = (operation: Operation, { tokens }: Known): ReadonlyArray<Maker> => {
  const withHeaders = (draft: Draft, headers: Draft["headers"]) => ({
    ...draft,
    headers: { ...draft.headers, ...headers }
  })
  const broken = (dice: Dice) =>
    dice.pick([
      `${tokens.administrator}x`,
      tokens.administrator.slice(0, -1),
      tokens.administrator.replace(/\.[^.]*$/, "."),
      "x",
      "a.b.c",
      "A".repeat(9000),
      ...tokens.useless
    ])
  return [
    ({ headers: _, ...draft }) => attempt("no token", "refusal", { ...draft, headers: {} }),
    (draft, dice) =>
      attempt("a useless token", "refusal", withHeaders(draft, { authorization: `Bearer ${broken(dice)}` })),
    (draft, dice) =>
      attempt(
        "another scheme",
        "refusal",
        withHeaders(draft, { authorization: dice.pick(["Basic YTpi", "Bearer", "", tokens.administrator]) })
      ),
    (draft) =>
      attempt(
        "no permission",
        operation.responses["403"] === undefined ? "any" : "refusal",
        withHeaders(draft, { authorization: `Bearer ${tokens.powerless}` })
      ),
    (draft, dice) =>
      attempt(
        "JSON is not accepted",
        "refusal",
        withHeaders(draft, { accept: dice.pick(["text/html", "application/xml", "application/json;q=0", "x", ""]) })
      ),
    ...operation.body === undefined ?
      [] :
      [(draft: Draft, dice: Dice) =>
        attempt(
          "another media type",
          "refusal",
          withHeaders(draft, {
            "content-type": dice.pick([
              "text/plain",
              "application/xml",
              "multipart/form-data",
              "application/x-www-form-urlencoded",
              "x",
              "application/jsonp",
              "application/merge-patch+json"
            ])
          })
        )]
  ]
}

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

const ofBody = (schema: JsonSchema): ReadonlyArray<Maker> => {
  const changed = (draft: Draft, path: ReadonlyArray<string>, change: (value: unknown) => unknown): Draft => ({
    ...draft,
    body: replaced(draft.body, path, change)
  })
  const places = (draft: Draft, fits: (place: Place) => boolean) => placesOf(schema, draft.body).filter(fits)
  return [
    (draft, dice) => {
      const { path, schema: here } = dice.pick(places(draft, ({ path }) => path.length > 0))
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
      const { path } = dice.pick(places(draft, ({ value }) => typeof value === "string"))
      const ending = dice.pick(["\u0000", "\uD800", "\uDC00x"])
      return attempt(
        `/${path.join("/")}: unstorable`,
        "refusal",
        changed(draft, path, (value) => `${String(value)}${ending}`)
      )
    },
    (draft, dice) => {
      const { path } = dice.pick(places(draft, ({ value }) => typeof value === "string"))
      return attempt(
        `/${path.join("/")}: too long`,
        "any",
        changed(draft, path, () => dice.pick(["x", "Ａ", "😀", "ﷺ"]).repeat(dice.pick([501, 5001])))
      )
    }
  ]
}

const ofQuery = (operation: Operation, dice: Dice): ReadonlyArray<Maker> =>
  dice.some(operation.query.filter(({ name }) => name !== "cursor"), 12).flatMap(ofParameter)

/** Makes requests with one thing wrong, by turns of every kind that the operation has. */
export const nearlyValid = (operation: Operation, known: Known, dice: Dice): (draft: Draft) => Attempt => {
  const unknown: Maker = (draft, dice) =>
    attempt(
      "an unknown parameter",
      "refusal",
      withQuery(
        draft,
        pair(
          dice.pick([
            "colour",
            "Name",
            "nutrients.gold",
            "page ",
            "constructor",
            "__proto__",
            "nutrients.__proto__[gte]"
          ]),
          "1"
        )
      )
    )
  const groups = [
    ofHeaders(operation, known),
    ofPath(operation, known),
    ofList(operation, known),
    ofQuery(operation, dice),
    extremes(operation),
    operation.body === undefined ? [] : ofBody(operation.body),
    operation.body === undefined ? [] : ofBody(operation.body),
    [unknown]
  ].filter((group) => group.length > 0)
  return (draft) => dice.pick(dice.pick(groups))(draft, dice)
}
