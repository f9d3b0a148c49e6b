import { Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import { SqlClient } from "effect/sql"

interface Counted {
  readonly tokens: number
  readonly refused: boolean
  readonly millis: number
}

const patience = "2 seconds"

/** Counts in the database, so that all processes share a limit. One statement each; not inside a transaction, which would hold the row. */
const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const failed = (cause: unknown) =>
    new RateLimiter.RateLimiterError({
      reason: new RateLimiter.RateLimitStoreError({ message: "the database did not count", cause })
    })
  const counted = (rows: Effect.Effect<ReadonlyArray<Counted>, unknown>) =>
    // Whoever counts beside a transaction waits for a second connection: not for ever.
    rows.pipe(Effect.flatMap(([row]) => Effect.fromNullishOr(row)), Effect.timeout(patience), Effect.mapError(failed))

  return RateLimiter.RateLimiterStore.of({
    fixedWindow: ({ key, limit = null, refillRate, tokens }) => {
      const span = sql`${tokens * Duration.toMillis(refillRate)}::double precision * interval '1 millisecond'`
      return Effect.map(
        counted(sql<Counted>`
          INSERT INTO rate_limits AS l (key, tokens, at, expires_at)
          VALUES (${`window ${key}`}, ${tokens}, clock_timestamp(), clock_timestamp() + ${span})
          ON CONFLICT (key) DO UPDATE SET (tokens, refused, at, expires_at) = (
            SELECT CASE WHEN over THEN l.tokens WHEN past THEN 0 ELSE l.tokens END
                + CASE WHEN over THEN 0 ELSE ${tokens}::double precision END,
              over, l.at, CASE WHEN over THEN l.expires_at ELSE greatest(l.expires_at, clock_timestamp()) + ${span} END
            FROM (SELECT l.expires_at <= clock_timestamp() AS past) AS p,
              LATERAL (SELECT NOT past AND coalesce(l.tokens + ${tokens} > ${limit}::integer, false) AS over) AS o
          )
          RETURNING tokens, refused, extract(epoch FROM expires_at - clock_timestamp())::double precision * 1000 AS millis`),
        ({ millis, refused, tokens: count }) => [refused ? count + tokens : count, Math.max(0, millis)] as const
      )
    },
    tokenBucket: ({ allowOverflow, key, limit, refillRate, tokens }) => {
      const rate = Duration.toMillis(refillRate)
      const interval = sql`${rate}::double precision * interval '1 millisecond'`
      return Effect.map(
        counted(sql<Counted>`
          INSERT INTO rate_limits AS l (key, tokens, at, expires_at)
          VALUES (${`bucket ${key}`}, ${limit - tokens}, clock_timestamp(), clock_timestamp() + ${limit} * ${interval})
          ON CONFLICT (key) DO UPDATE SET (tokens, refused, at, expires_at) = (
            SELECT CASE WHEN lacks THEN filled ELSE filled - ${tokens} END, lacks,
              CASE WHEN filled >= ${limit} THEN moment ELSE l.at + added * ${interval} END,
              moment + (${limit} - filled + ${tokens}) * ${interval}
            FROM (SELECT clock_timestamp() AS moment) AS m,
              LATERAL (SELECT greatest(0, floor(extract(epoch FROM moment - l.at) * 1000 / ${rate}::double precision))
                ::double precision AS added) AS a,
              LATERAL (SELECT least(${limit}::double precision, l.tokens + added) AS filled) AS f,
              LATERAL (SELECT NOT ${allowOverflow}::boolean AND filled < ${tokens} AS lacks) AS o
          )
          RETURNING tokens, refused, extract(epoch FROM clock_timestamp() - at)::double precision * 1000 AS millis`),
        ({ millis, refused, tokens: left }) =>
          [refused ? left - tokens : left, Math.min(rate, Math.max(0, millis))] as const
      )
    },
    adaptiveConsume: () => Effect.succeed({ delay: Duration.zero, epoch: 0, phase: "inactive" as const }),
    adaptiveFeedback: () => Effect.void
  })
})

/** A rate limiter over the database that provides `SqlClient`: a layer of its own, or it would be the one that counts in memory. */
export const SharedRateLimiter = Layer.effect(RateLimiter.RateLimiter, RateLimiter.make).pipe(
  Layer.provide(Layer.effect(RateLimiter.RateLimiterStore, make))
)
