import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { appendFileSync } from "node:fs"
import { FakeResponses } from "../support/FakeResponses.ts"
import { TestServer } from "../support/TestServer.ts"
import { check } from "./Check.ts"
import { faults, isObject } from "./Conformance.ts"
import { Dice } from "./Dice.ts"
import { type Operation, operations } from "./Document.ts"
import type { Answer } from "./Http.ts"
import { malformed } from "./Malformed.ts"
import { hasCollections, jsonFiles, naughtyStrings } from "./Naughty.ts"
import { nearlyValid } from "./NearlyValid.ts"
import { brokenPromises } from "./Promises.ts"
import type { Attempt } from "./Requests.ts"
import { drafter, validAttempt } from "./Valid.ts"
import { World } from "./World.ts"

const seed = process.env["CONTRACT_SEED"] ?? String(Date.now())
const runsInAll = Number(process.env["CONTRACT_RUNS"] ?? 50)
/** How many requests are under way at once. */
const together = 8
/** Where a longer run wants to be told what was counted. */
const record = process.env["CONTRACT_RECORD"]

/** Kinds that are served by the same lines of ours share their runs. */
const alike = /\/(?:brands|categories|parent-categories|food-groups|process-types)\b/

const runsOf = ({ path }: Operation) => Math.ceil(alike.test(path) ? runsInAll / 5 : runsInAll)

const shown = ({ sent, tries }: Attempt, answer: Answer) => {
  const body = sent.body === undefined ? "" : ` ${JSON.stringify(sent.body.toString("utf8").slice(0, 300))}`
  return `${tries}: ${sent.method} ${sent.target.slice(0, 300)}${body} -> ${answer.status} ${answer.body.slice(0, 300)}`
}

/** Every kind of violation once, with how often it was met. */
class Findings {
  readonly #found = new Map<string, { readonly example: string; times: number }>()
  add(violation: string, example: string): void {
    const found = this.#found.get(violation)
    if (found === undefined) this.#found.set(violation, { example, times: 1 })
    else found.times++
  }
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#found].map(([violation, { times }]) => [violation, times]))
  }
  get list(): ReadonlyArray<string> {
    return [...this.#found].map(([violation, { example, times }]) => `${times} x ${violation}\n    ${example}`)
  }
}

const attemptsOf = (operation: Operation, known: World["Service"], count: number) => {
  const dice = new Dice(`${seed} ${operation.method} ${operation.path}`)
  const draft = drafter(operation, known, seed)
  const near = nearlyValid(operation, known, dice)
  const bad = malformed(operation, dice)
  const times = (make: () => Attempt) => Array.from({ length: count }, make)
  return [
    ...times(() => validAttempt(draft, dice)),
    ...times(() => near(draft(dice))),
    ...times(() => bad(draft(dice)))
  ]
}

const typeOf = (body: string): string | undefined => {
  try {
    const problem: unknown = JSON.parse(body)
    return isObject(problem) && typeof problem["type"] === "string" ? problem["type"] : undefined
  } catch {
    return undefined
  }
}

/** What is shown only once is not read again: a secret, and what was left out of a copy. */
const lasting = (body: string) => body.replace(/,"key":"cdp_\w+"|,"skipped":\[\](?=\}\}$)/, "")

const tried = (operation: Operation) =>
  Effect.gen(function*() {
    const world = yield* World
    const { send, tokens } = world
    const findings = new Findings()
    const runs = runsOf(operation)
    const types = new Map<string, string>()
    for (const broken of yield* brokenPromises(operation, seed)) findings.add(broken, "asked of each operation")
    let succeeded = 0
    const one = async (each: Attempt) => {
      const answer = await send(each.sent).catch((error: unknown): Answer => ({
        status: 0,
        headers: {},
        body: String(error)
      }))
      const example = shown(each, answer)
      for (const violation of check(operation, each, answer)) findings.add(violation, example)
      const isPage = answer.headers["content-type"]?.startsWith("text/html") === true
      if (answer.status >= 400 && !isPage && each.sent.method !== "HEAD") {
        types.set(typeOf(answer.body) ?? "/problems/", example)
      }
      if (each.expected !== "success") {
        return
      }
      if (answer.status >= 200 && answer.status < 300) succeeded++
      else findings.add("a valid request was refused (5 in 100 may be)", example)
      const { location } = answer.headers
      if (location === undefined) return
      const read = await send({
        method: "GET",
        target: location,
        headers: { authorization: `Bearer ${tokens.administrator}` }
      })
      if (read.body !== lasting(answer.body)) {
        findings.add("what was written is not what is read", `${example} / ${read.body}`)
      }
    }
    yield* Effect.forEach(attemptsOf(operation, world, runs), (each) => Effect.promise(() => one(each)), {
      concurrency: together,
      discard: true
    })
    for (const [type, example] of types) {
      const page = yield* Effect.promise(() => send({ method: "GET", target: type, headers: {} }))
      if (page.status !== 200) findings.add(`${type} leads to ${page.status}`, example)
    }
    if (record !== undefined) {
      const name = `${operation.method} ${operation.path}`
      appendFileSync(record, `${JSON.stringify({ operation: name, runs, succeeded, violations: findings.counts })}\n`)
    }
    const tolerated = succeeded >= runs * 0.95
    return findings.list.filter((line) => !(tolerated && line.includes("a valid request was refused")))
  })

/** Forms at Typeform can be set up, where nobody answers; no request waits for another one's connection. */
const settings = {
  DATABASE_POOL_SIZE: String(together),
  TYPEFORM_TOKEN: "none",
  TYPEFORM_BASE_URL: "http://127.0.0.1:9",
  PUBLIC_URL: "https://cardapio.example.org",
  FORM_POSTS_PER_HOUR: "0",
  FORM_POSTS_PER_DAY: "0"
}

layer(World.layer.pipe(Layer.provideMerge(TestServer(settings)), Layer.provide(FakeResponses())), {
  excludeTestServices: true
})(
  "the API keeps its contract",
  (it) => {
    for (const operation of operations) {
      it.effect(`${operation.method} ${operation.path}`, () =>
        Effect.map(tried(operation), (found) => {
          assert.isTrue(found.length === 0, `CONTRACT_SEED=${seed}\n\n${found.slice(0, 20).join("\n\n")}`)
        }))
    }

    it.effect("many faults in one body are told up to a hundred", () =>
      Effect.gen(function*() {
        const { send, tokens } = yield* World
        const headers = { authorization: `Bearer ${tokens.administrator}`, "content-type": "application/json" }
        const members = Array.from({ length: 40_000 }, (_, n) => `"k${n}":${n}`).join(",")
        const answer = yield* Effect.promise(() =>
          send({ method: "POST", target: "/v1/products", headers, body: Buffer.from(`{${members}}`) })
        )
        assert.strictEqual(answer.status, 422)
        assert.strictEqual(JSON.parse(answer.body).errors.length, 100)
        assert.isBelow(answer.body.length, 10_000)
      }))
  }
)

describe("the examples of the document", () => {
  it("fit their schemas", () => {
    const examples = operations.flatMap(({ examples, method, path }) =>
      examples.map(({ example, schema }) => ({ at: `${method} ${path}`, faults: faults(schema, example) }))
    )
    assert.isAbove(examples.length, 0)
    assert.deepStrictEqual(examples.filter(({ faults }) => faults.length > 0), [])
  })
})

describe("the collections of foreign data", () => {
  it.skipIf(!hasCollections)("are among the inputs (skipped where ../shared/data is missing)", () => {
    assert.isAbove(naughtyStrings.length, 2_000)
    assert.isAbove(jsonFiles.length, 200)
  })
})
