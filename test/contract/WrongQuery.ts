import type { Dice } from "./Dice.ts"
import type { JsonSchema, Operation, Parameter } from "./Document.ts"
import { attempt, type Draft, type Maker, pair } from "./Requests.ts"
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
export const notUuids = [
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

const kindOf = (parameter: Parameter) => {
  const { format, type } = itemOf(parameter)
  return format ?? type ?? "string"
}

const wrongValues = (parameter: Parameter): ReadonlyArray<string> => {
  if (parameter.name === "sort") {
    return ["", "nothing", "-", "name,name", "name,", "name desc", "Name", "__proto__", "nutrients.constructor"]
  }
  const { enum: allowed, maxLength = Infinity, allOf = [] } = itemOf(parameter)
  const kind = kindOf(parameter)
  if (allowed !== undefined || kind === "boolean") return notBooleans
  const longest = Math.min(maxLength, ...allOf.map((part) => part.maxLength ?? Infinity))
  switch (kind) {
    case "uuid":
      return notUuids
    case "integer":
      return [
        ...notNumbers,
        "-1",
        "1.0",
        "1e1",
        "9".repeat(400),
        ...["page", "limit"].includes(parameter.name) ? ["0", "10001"] : []
      ]
    case "decimal":
    case "number":
      return notNumbers
    case "date-time":
      return notInstants
    default:
      return Number.isFinite(longest) ? ["x".repeat(longest + 1)] : []
  }
}

/** Escapes that stand for no text, or for none that may be stored. */
export const unstorable = ["%00", "a%00b", "%ED%A0%80", "%ff", "%C0%80"]

/** The draft with these parameters instead of those of the same names. */
export const withQuery = (draft: Draft, ...more: ReadonlyArray<string>): Draft => {
  const names = new Set(more.map((each) => each.split("=", 1)[0]))
  return { ...draft, query: [...draft.query.filter((each) => !names.has(each.split("=", 1)[0] ?? "")), ...more] }
}

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
export const extremes = (operation: Operation): ReadonlyArray<Maker> =>
  operation.query.flatMap((parameter) => {
    const values = new Map([["date-time", edgeInstants], ["decimal", edgeNumbers], ["number", edgeNumbers]]).get(
      kindOf(parameter)
    ) ?? []
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
      text.replace(/(?<="keys":\[)[^,\]]+/, () => dice.pick(["1.5", "9e999", "{}"])),
      text.slice(0, -2),
      text.replace("\"sort\"", "\"__proto__\""),
      "null",
      "[]"
    ])
    return `cursor=${Buffer.from(changed).toString("base64url")}`
  })

/** A cursor of ours whose instant lies where PostgreSQL has none, or nearly. */
const farAway = (query: string, dice: Dice) =>
  query.replace(/cursor=(.*)/, (_, cursor: string) => {
    const text = Buffer.from(cursor, "base64url").toString("utf8")
    const changed = text.replace(/(?<="keys":\[)-?\d+/, () => dice.pick(["-7999999999999999", "7999999999999999"]))
    return `cursor=${Buffer.from(changed).toString("base64url")}`
  })

/** What only a list can be asked wrongly: its cursor and how deep it is read. */
export const wrongReading = ({ path, query }: Operation, known: Known): ReadonlyArray<Maker> => {
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
      attempt("cursor: far away", "any", alone(draft, farAway(dice.pick([...cursors, "cursor=e30"]), dice))),
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

/** Makers that give one of the operation's parameters a wrong value, operator or number of values. */
export const wrongParameters = (operation: Operation, dice: Dice): ReadonlyArray<Maker> =>
  dice.some(operation.query.filter(({ name }) => name !== "cursor"), 12).flatMap(ofParameter)
