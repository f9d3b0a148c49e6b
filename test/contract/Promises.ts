import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isObject } from "./Conformance.ts"
import { Dice } from "./Dice.ts"
import { type Operation, operations } from "./Document.ts"
import type { Answer } from "./Http.ts"
import { attempt, type Draft } from "./Requests.ts"
import { drafter } from "./Valid.ts"
import { World } from "./World.ts"
import { withQuery } from "./WrongQuery.ts"

/** What ends the login that it is sent with is not sent twice. */
const endsItself: ReadonlySet<string> = new Set(["logout", "logoutAll"])

const takes = (operation: Operation, name: string) =>
  operation.method !== "GET" && operation.parameters.some((parameter) => parameter.name === name)

const isOpen = ({ security }: Operation) => Array.isArray(security) && security.length === 0

const bodyOf = ({ body }: Answer): Readonly<Record<string, unknown>> => {
  const parsed: unknown = body === "" ? {} : JSON.parse(body)
  return isObject(parsed) ? parsed : {}
}

/** The draft of what is to be done, and not only tried. */
const kept = (draft: Draft): Draft => ({ ...draft, query: draft.query.filter((each) => !each.startsWith("dryRun=")) })

const withHeaders = (draft: Draft, headers: Readonly<Record<string, string>>): Draft => ({
  ...draft,
  headers: { ...draft.headers, ...headers }
})

const isDone = ({ status }: Answer) => status >= 200 && status < 300

/** How much of what every command leaves behind there is. */
const footprint = SqlClient.SqlClient.use((sql) =>
  sql<object>`
    SELECT (SELECT count(*)::integer FROM audit_log) AS entries, (SELECT count(*)::integer FROM events) AS events,
      (SELECT count(*)::integer FROM effect_queue) AS deliveries, (SELECT count(*)::integer FROM idempotency_keys) AS answers`
).pipe(Effect.map(JSON.stringify), Effect.orDie)

/** What an operation breaks of that which holds of all: dry runs, keys, versions, methods. Tried once. */
export const brokenPromises = Effect.fnUntraced(function*(operation: Operation, seed: string) {
  const world = yield* World
  const dice = new Dice(`${seed} promises ${operation.method} ${operation.path}`)
  const draft = drafter(operation, world, seed)
  const broken: Array<string> = []
  const send = (made: Draft) => Effect.promise(() => world.send(attempt("", "any", made).sent))
  const expect = (is: boolean, what: string, { body, status }: Answer) => {
    if (!is) broken.push(`${what}: ${status} ${body.slice(0, 300)}`)
  }
  /** Few in a hundred drafts are refused for what is there already. */
  const sendOneThat = Effect.fnUntraced(function*(fits: (answer: Answer) => boolean, change: (made: Draft) => Draft) {
    for (let left = 3;; left--) {
      const made = change(kept(draft(dice)))
      const answer = yield* send(made)
      if (fits(answer) || left === 0) return { answer, made }
    }
  })

  if (takes(operation, "if-match")) {
    const isRefused = (answer: Answer) => answer.status === 412 && bodyOf(answer)["code"] === "version_mismatch"
    for (const tag of ["\"2147483647\"", "W/\"1\""]) {
      const { answer } = yield* sendOneThat(isRefused, (made) => withHeaders(made, { "if-match": tag }))
      expect(isRefused(answer), `If-Match: ${tag}`, answer)
    }
  }

  if (takes(operation, "dryRun")) {
    const before = yield* footprint
    const { answer } = yield* sendOneThat(
      isDone,
      (made) => withHeaders(withQuery(made, "dryRun=true"), { "idempotency-key": "a-dry-run" })
    )
    const { data, dryRun, events } = bodyOf(answer)
    const isTold = dryRun === true && data !== undefined && Array.isArray(events)
    expect(answer.status === 200 && isTold && answer.headers.location === undefined, "a dry run", answer)
    expect((yield* footprint) === before, "a dry run left something behind", answer)
  }

  if (takes(operation, "idempotency-key") && !isOpen(operation) && !endsItself.has(operation.operationId)) {
    const { answer: first, made } = yield* sendOneThat(
      isDone,
      (each) => withHeaders(each, { "idempotency-key": `once-${operation.operationId}` })
    )
    expect(isDone(first), "with a key", first)
    const before = yield* footprint
    const again = yield* send(made)
    const isSame = again.status === first.status && again.body === first.body &&
      ["etag", "location", "content-type"].every((name) => again.headers[name] === first.headers[name])
    expect(isSame && again.headers["idempotency-replayed"] === "true", "with the same key", again)
    expect((yield* footprint) === before, "with the same key it acted twice", again)
    const other = yield* send(withQuery(made, "dryRun=false"))
    expect(other.status === 422 && bodyOf(other)["code"] === "idempotency_key_reused", "with another's key", other)
  }

  const methods = operations.filter(({ path }) => path === operation.path).map(({ method }) => method)
  const allow = methods.includes("GET") ? [...methods, "HEAD", "OPTIONS"] : [...methods, "OPTIONS"]
  const lists = ({ headers }: Answer) =>
    JSON.stringify(headers.allow?.split(", ").toSorted()) === JSON.stringify(allow.toSorted())
  const bare = { ...draft(dice), query: [], body: undefined }
  const options = yield* send({ ...bare, method: "OPTIONS" })
  expect(options.status === 204 && options.body === "" && lists(options), "OPTIONS", options)
  const wrong = ["PUT", "PATCH", "DELETE", "POST", "GET"].find((method) => !methods.includes(method)) ?? "TRACE"
  const refused = yield* send({ ...bare, method: wrong })
  expect(refused.status === 405 && lists(refused), `${wrong} (${refused.headers.allow})`, refused)
  if (operation.method === "GET") {
    const made = draft(dice)
    const [read, head] = [yield* send(made), yield* send({ ...made, method: "HEAD" })]
    const isAlike = ["content-type", "etag", "cache-control"].every((name) => head.headers[name] === read.headers[name])
    expect(head.status === read.status && head.body === "" && isAlike, "HEAD", head)
  }
  return broken
})
