import { Effect, Schema } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Proven } from "./Proven.ts"

export interface ContractOptions {
  /** Valid, nearly valid and malformed requests to each operation, so many of each. */
  readonly count: number
  /** How many of them one server is asked before the next one takes over, with a database of its own. */
  readonly perServer: number
}

const checkout = join(import.meta.dirname, "..", "..")

/** What the contract test tells of one operation. */
const Told = Schema.Struct({
  operation: Schema.String,
  runs: Schema.Int,
  succeeded: Schema.Int,
  violations: Schema.Record(Schema.String, Schema.Int)
})

const decodeTold = Schema.decodeEffect(Schema.fromJsonString(Told))

/** One run of the contract test, with more requests than in the ordinary suite. */
const tested = Effect.fnUntraced(function*(seed: string, runs: number) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "cardapio-contract-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const record = join(folder, "record")
  writeFileSync(record, "")
  const vitest = join(checkout, "node_modules", "vitest", "vitest.mjs")
  const told = ["run", "--config", ".vitest.config.ts", "--testTimeout=900000", "test/contract/ApiContract.test.ts"]
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [vitest, ...told], {
        cwd: checkout,
        env: { ...process.env, CONTRACT_SEED: seed, CONTRACT_RUNS: `${runs}`, CONTRACT_RECORD: record },
        stdio: ["ignore", "pipe", "inherit"]
      })
    ),
    (child) => Effect.sync(() => child.kill())
  )
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => output = (output + text).slice(-20_000))
  yield* Effect.promise(() => once(child, "close"))
  if (child.exitCode !== 0) console.error(output)
  const lines = readFileSync(record, "utf8").split("\n").filter((line) => line !== "")
  return {
    failedRuns: child.exitCode === 0 ? 0 : 1,
    operations: yield* Effect.orDie(Effect.forEach(lines, (line) => decodeTold(line)))
  }
}, Effect.scoped)

/** The kinds of violations, as the check of answers words them. */
const kinds: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  ["failures", /: status 5\d\d$/],
  ["undocumented", /is not documented$/],
  ["offSchema", /^body off its schema/],
  ["leaks", /^leaks /],
  ["validRefused", /^a valid request was refused/],
  ["otherViolations", /^/]
]

const countedKinds = (all: ReadonlyArray<typeof Told.Type>) => {
  const counts = new Map(kinds.map(([name]) => [name, 0]))
  for (const [violation, times] of all.flatMap(({ violations }) => Object.entries(violations))) {
    const [name = ""] = kinds.find(([, pattern]) => pattern.test(violation)) ?? []
    counts.set(name, (counts.get(name) ?? 0) + times)
  }
  return Object.fromEntries(counts)
}

/** Asks every operation for long what its definition lets one make up: no answer is off it. */
export const askEveryOperation = Effect.fnUntraced(function*(seed: number, options: ContractOptions) {
  const rounds = Array.from({ length: Math.ceil(options.count / options.perServer) }, (_, n) => n)
  const all = yield* Effect.forEach(rounds, (n) => {
    const runs = Math.min(options.perServer, options.count - n * options.perServer)
    return Effect.tap(
      tested(`${seed} ${n}`, runs),
      () => Effect.sync(() => console.error(`${n + 1} of ${rounds.length} servers`))
    )
  })
  const told = all.flatMap(({ operations }) => operations)
  const sum = (of: (each: typeof Told.Type) => number) => told.reduce((total, each) => total + of(each), 0)
  const names = new Set(told.map(({ operation }) => operation))
  const asked = [...names].map((name) =>
    told.filter(({ operation }) => operation === name).reduce((total, { runs }) => total + runs, 0)
  )
  const requests = sum(({ runs }) => runs)
  const proven: Proven = {
    settings: { ...options },
    counters: {
      operations: names.size,
      leastOfEachKind: Math.min(...asked),
      valid: requests,
      nearlyValid: requests,
      malformed: requests,
      succeeded: sum(({ succeeded }) => succeeded),
      ...countedKinds(told),
      failedRuns: all.reduce((total, { failedRuns }) => total + failedRuns, 0)
    },
    promised: {
      operations: { atLeast: 1 },
      leastOfEachKind: { is: options.count },
      failures: { is: 0 },
      undocumented: { is: 0 },
      offSchema: { is: 0 },
      leaks: { is: 0 },
      validRefused: { atMost: Math.floor(requests * 0.05) },
      otherViolations: { is: 0 },
      failedRuns: { is: 0 }
    }
  }
  return proven
})
