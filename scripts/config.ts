import { Effect, Result, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { type Setting, settings } from "../src/kernel/SettingTable.ts"
import { exitCodes } from "./failure.ts"
import { Ends, remark, result } from "./Operator.ts"
import { settingsTable } from "./settingsTable.ts"

interface Row {
  readonly name: string
  /** Null where there is none; secrets are never told. */
  readonly value: string | null
  readonly origin: "environment" | "default" | "unset"
  readonly default: string | null
  readonly fault: string | null
}

const rowOf = ({ codec, default: byDefault, example, fault, name, secret }: Setting<unknown>): Row => {
  const given = process.env[name] ?? ""
  const value = given === "" ? byDefault ?? null : given
  const decoded = Schema.decodeUnknownResult(codec, { onExcessProperty: "error" })((value ?? "").trim())
  return {
    name,
    value: value !== null && secret ? "(secret)" : value,
    origin: given !== "" ? "environment" : byDefault === undefined ? "unset" : "default",
    default: byDefault ?? null,
    fault: value !== null && Result.isFailure(decoded) ? `${fault}. Example: ${name}=${JSON.stringify(example)}` : null
  }
}

/** Levenshtein distance. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** Variables that look like a setting misspelt. */
const misspelt = (names: ReadonlyArray<string>) =>
  Object.keys(process.env).flatMap((variable) => {
    if (names.includes(variable)) return []
    const meant = names.find((name) => distance(variable.toUpperCase(), name) <= (name.length > 8 ? 2 : 1))
    return meant === undefined ? [] : [{ variable, meant }]
  })

const line = ({ default: byDefault, fault, name, origin, value }: Row) =>
  `${name.padEnd(28)} ${(value ?? "-").padEnd(28)} ${origin}${
    origin === "environment" && byDefault !== null ? ` (default ${byDefault})` : ""
  }${fault === null ? "" : `\n  FAULT: ${fault}`}`

/** `cli config`: each setting, its value, where that comes from; exit 1 where one cannot be used. */
export const config = Command.make("config", {
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print the settings as JSON"), Flag.withDefault(false)),
  markdown: Flag.Boolean("markdown").pipe(
    Flag.withDescription("Print the table of the README"),
    Flag.withDefault(false)
  )
}, ({ json, markdown }) =>
  Effect.gen(function*() {
    if (markdown) return yield* result(settingsTable())
    const all: ReadonlyArray<Setting<unknown>> = Object.values(settings)
    const rows = all.map(rowOf)
    yield* result(json ? JSON.stringify(rows, null, 2) : rows.map(line).join("\n"))
    for (const { meant, variable } of misspelt(rows.map(({ name }) => name))) {
      yield* remark(`${variable} is no setting: did you mean ${meant}?`)
    }
    if (rows.some(({ fault }) => fault !== null)) return yield* new Ends({ code: exitCodes.failed })
  })).pipe(Command.withDescription("Show every setting: its value, where it comes from, its default"))
