import { Effect } from "effect"
import { isDeepStrictEqual } from "node:util"
import { statement } from "./BenchDatabase.ts"
import { BenchFailed } from "./BenchFailed.ts"
import { programs, type Server } from "./Server.ts"
import type { Request, Work } from "./works.ts"

interface Answer {
  readonly status: number
  readonly etag: string | null
  readonly body: unknown
}

const ask = ({ port }: Server, { body, method, path }: Request, authorization: string) =>
  Effect.tryPromise({
    try: async (): Promise<Answer> => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization, ...body === undefined ? {} : { "content-type": "application/json" } },
        ...body === undefined ? {} : { body }
      })
      return { status: answer.status, etag: answer.headers.get("etag"), body: await answer.json() }
    },
    catch: (cause) => new BenchFailed({ message: `${path}: ${String(cause)}` })
  })

/** What is different in each creation by its nature. */
const own: ReadonlySet<string> = new Set(["id", "sourceRef", "createdAt", "updatedAt"])

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const without = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !own.has(key))) : value

/** A creation's answer with what must be the same in all. */
const ofCreation = ({ body, etag, status }: Answer) => ({
  status,
  etag,
  product: isObject(body) && "data" in body ? without(body.data) : body
})

/** The newest product, audit entry and event, without ids, times and what the server makes up itself. */
const stored = `
  SELECT
    (SELECT to_jsonb(p) - '{id,source_ref,created_at,updated_at}'::text[] FROM products p
      ORDER BY created_at DESC LIMIT 1) AS product,
    (SELECT to_jsonb(a) - '{id,at,target_id}'::text[] || jsonb_build_object('correlation_id', correlation_id IS NOT NULL)
      FROM audit_log a ORDER BY at DESC LIMIT 1) AS entry,
    (SELECT (to_jsonb(e) #- '{payload,items,0,id}') - '{id,published_at}'::text[]
      || jsonb_build_object('correlation_id', correlation_id IS NOT NULL)
      FROM events e ORDER BY published_at DESC LIMIT 1) AS event,
    (SELECT count(*)::integer FROM audit_log) AS entries, (SELECT count(*)::integer FROM events) AS events`

const difference = (what: string, expected: unknown, found: unknown) =>
  new BenchFailed({
    message: `${what} is not the same:\n${JSON.stringify(expected)}\n${JSON.stringify(found)}`
  })

const compare = (what: string, servers: ReadonlyArray<Server>, answers: ReadonlyArray<unknown>) =>
  Effect.forEach(
    answers,
    (answer, index) =>
      isDeepStrictEqual(answer, answers[0])
        ? Effect.void
        : Effect.fail(
          difference(`${what} of ${programs[servers[index]?.name ?? "cardapio"].title}`, answers[0], answer)
        ),
    {
      discard: true
    }
  )

const readsAlike = Effect.fnUntraced(function*(servers: ReadonlyArray<Server>, work: Work, authorization: string) {
  for (const request of work.requests.slice(0, 20)) {
    const answers = yield* Effect.forEach(servers, (server) => ask(server, request, authorization))
    if (answers[0]?.status !== 200) return yield* difference(request.path, 200, answers[0])
    yield* compare(request.path, servers, answers)
  }
})

/** A user without rights reads and is refused a creation; faults are refused alike. */
const refusedAlike = Effect.fnUntraced(function*(servers: ReadonlyArray<Server>, authorization: string) {
  const post = (body: object): Request => ({ method: "POST", path: "/v1/products", body: JSON.stringify(body) })
  const unknown = "/v1/products/01980000-0000-7000-9fff-ffffffffffff"
  const faults: ReadonlyArray<readonly [Request, string]> = [
    [{ method: "GET", path: unknown }, authorization],
    [{ method: "GET", path: unknown }, "Bearer x"],
    [{ method: "GET", path: unknown }, `${authorization.slice(0, -8)}AAAAAAAA`],
    [{ method: "GET", path: "/v1/products/no-uuid" }, authorization],
    [{ method: "GET", path: "/v1/products?color=red" }, authorization],
    [{ method: "GET", path: "/v1/products?limit=500" }, authorization],
    [post({ name: "Arroz", color: "red" }), authorization],
    [post({ name: "Arroz", barcode: "123" }), authorization],
    [post({ name: "Arroz", nutrients: { protein: { value: 1, unit: "kcal" } } }), authorization],
    [post({ name: "Arroz", brandId: unknown.slice(13) }), authorization]
  ]
  for (const [request, sent] of faults) {
    const answers = yield* Effect.forEach(servers, (server) => ask(server, request, sent))
    yield* compare(
      `${request.method} ${request.path} ${request.body ?? ""}`,
      servers,
      answers.map(({ status }) => status)
    )
  }
})

const createsAlike = Effect.fnUntraced(function*(
  servers: ReadonlyArray<Server>,
  work: Work,
  url: string,
  authorization: string
) {
  const [request] = work.requests
  if (request === undefined) return
  const found: Array<unknown> = []
  let before = { entries: 0, events: 0 }
  for (const server of servers) {
    const answer = yield* ask(server, request, authorization)
    if (answer.status !== 201) return yield* difference("a creation", 201, answer)
    const [row] = yield* statement<{ entries: number; events: number }>(url, stored)
    if (row === undefined) return yield* difference("a creation", "rows", row)
    const { entries, events, ...rows } = row
    found.push({ answer: ofCreation(answer), rows, wrote: [entries - before.entries, events - before.events] })
    before = { entries, events }
  }
  yield* compare("what a creation answers and stores", servers, found)
})

/** Fails unless all servers answer and store the same. */
export const sameAnswers = Effect.fnUntraced(function*(
  servers: ReadonlyArray<Server>,
  works: ReadonlyArray<Work>,
  database: { readonly url: string; readonly token: string }
) {
  const authorization = `Bearer ${database.token}`
  yield* refusedAlike(servers, authorization)
  for (const work of works) {
    yield* work.name === "create"
      ? createsAlike(servers, work, database.url, authorization)
      : readsAlike(servers, work, authorization)
  }
})
