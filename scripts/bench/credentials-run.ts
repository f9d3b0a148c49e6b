import { Console, Duration, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { Iam } from "../../src/contexts/iam/Iam.ts"
import { Tokens } from "../../src/contexts/iam/Tokens.ts"
import { readingActor } from "../../src/kernel/Actors.ts"
import { CurrentCredential, type UserId } from "../../src/kernel/contract/Rights.ts"
import { Tools } from "../Operator.ts"
import { millis, p95, runs } from "./Percentile.ts"

const perSecond = 200
const seconds = 10
const warmUp = 200

/** The 95th percentile of what is begun at a steady pace, whether those before have ended or not, ms. */
const atPace = Effect.fnUntraced(function*<A, E, R>(effect: (n: number) => Effect.Effect<A, E, R>) {
  const begin = performance.now()
  const running = yield* Effect.forEach(Array.from({ length: warmUp + perSecond * seconds }), (_, n) => {
    const due = begin + n * 1000 / perSecond
    return Effect.andThen(
      Effect.suspend(() => Effect.sleep(Math.max(0, due - performance.now()))),
      Effect.forkChild(millis(effect(n)))
    )
  })
  const times = (yield* Fiber.joinAll(running)).slice(warmUp).toSorted((a, b) => a - b)
  return times[Math.floor(times.length * 0.95)] ?? Number.NaN
})

const program = Effect.fnUntraced(function*(userId: UserId) {
  const sql = yield* SqlClient.SqlClient
  const access = yield* AccessTokens
  const tokens = yield* Tokens
  const iam = yield* Iam
  const actor = yield* readingActor
  yield* sql`
    INSERT INTO users (id, email, name)
    SELECT uuidv7(), 'user' || n || '@example.org', (ARRAY['Ana', 'José', 'Zélia', 'Conceição'])[n % 4 + 1] || ' Souza ' || n
    FROM generate_series(1, 10000) AS n`
  const issued = yield* Effect.forEach(
    Array.from({ length: warmUp + perSecond * seconds + runs }),
    () => access.issue(userId, Duration.hours(1))
  )
  yield* sql`VACUUM ANALYZE`
  const verified = yield* p95((n) => tokens.verify(issued[n] ?? ""))
  const authenticated = yield* atPace((n) =>
    Effect.flatMap(tokens.verify(issued[runs + n] ?? ""), (token) =>
      token._tag === "local"
        ? Effect.provideService(actor, CurrentCredential, { userId, proof: { _tag: "Session", id: token.sid } })
        : Effect.die("it is ours"))
  )
  const parts = ["souza 99", "elia", "conceicao souza", "jose souza 7"]
  const users = yield* p95((n) => iam.users({ q: parts[n % parts.length] ?? "", limit: 50 }))
  yield* Console.log(JSON.stringify({ verified, authenticated, users }))
})

Effect.gen(function*() {
  const accounts = yield* Accounts
  yield* accounts.ensureAdministrator(firstAdministrator)
  const account = yield* accounts.findByEmail(firstAdministrator)
  if (account === undefined) return yield* Effect.die("no administrator")
  yield* Effect.provideService(program(account.id), CurrentCredential, {
    userId: account.id,
    proof: { _tag: "Operator" }
  })
}).pipe(
  Effect.provide(Layer.mergeAll(Iam.layer, AccessTokens.layer, Tokens.layer).pipe(Layer.provideMerge(Tools))),
  Effect.scoped,
  Effect.runPromise
).then(() => process.exit(0))
