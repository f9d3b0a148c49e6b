import { PgClient } from "@effect/sql-pg"
import { Context, Duration, Effect, Layer, Redacted, String } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { gated } from "./ConnectionGate.ts"
import { DatabaseLocation } from "./DatabaseLocation.ts"
import { metrics } from "./Metrics.ts"
import { make as pipelined } from "./PipelinedClient.ts"
import { Settings } from "./Settings.ts"
import { watchedSocket } from "./watchedSocket.ts"

const millis = (duration: Duration.Duration, plus = 0) => `${Duration.toMillis(duration) + plus}`

/** What every connection of ours has in common. The zone is pinned: the queue's times have none (`timestamp`). */
const clientConfig = (url: Redacted.Redacted<string>, applicationName: string, limits: Record<string, string>) => ({
  url,
  applicationName,
  startupParameters: { timezone: "UTC", lock_timeout: "2000", ...limits },
  connectTimeout: Duration.seconds(5),
  transformQueryNames: String.camelToSnake,
  transformResultNames: String.snakeToCamel,
  transformJson: false
})

/** Connections whose server goes silent end themselves, so that a request never waits for one that is not coming back. */
const watched = (url: Redacted.Redacted<string>, pool: string, silenceMillis: number) => {
  const { hostname, port, searchParams } = new URL(Redacted.value(url))
  const mode = searchParams.get("sslmode") ?? "disable"
  const encryption = mode === "disable" ? "none" : /^(?:prefer|allow)$/.test(mode) ? "preferred" : "required"
  const target = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 5432), encryption } as const
  let open = 0
  const count = (change: number) => metrics.poolConnections({ pool }, open += change)
  count(0)
  const stream = () => {
    count(1)
    return watchedSocket(target, silenceMillis).once("close", () => count(-1))
  }
  return { stream, ssl: false }
}

/** The pool of queries. They never write, and are not held up by commands. */
export class Reads extends Context.Service<Reads, SqlClient.SqlClient>()("cardapio/kernel/Reads") {
  static readonly layer = Layer.effect(
    Reads,
    Effect.gen(function*() {
      const { url } = yield* DatabaseLocation
      const { poolSize, statementTimeout } = yield* Settings
      const context = yield* Layer.build(PgClient.layer({
        ...clientConfig(url, "cardapio queries", {
          default_transaction_read_only: "on",
          // Some plans hold a scan that is seldom come to: they look dear enough to be compiled each time.
          jit: "off",
          "pg_trgm.word_similarity_threshold": "0.3",
          statement_timeout: millis(statementTimeout)
        }),
        ...watched(url, "queries", Duration.toMillis(statementTimeout) + 2000),
        maxConnections: poolSize,
        multiplex: true,
        // So many statements share a connection before the next one is used: with more, the slow ones hold up the others.
        multiplexConcurrency: 8
      }))
      return Reads.of(Context.get(context, SqlClient.SqlClient))
    })
  )
}

/**
 * A pool that writes, as `SqlClient`. From the inside out: a statement ends 1 s before the time limit of what it belongs to, a
 * silent connection and idling in a transaction 2 s after it, the transaction 5 s after it. Who is not patient waits for a
 * connection for 500 ms at most.
 */
const writing = (
  name: string,
  limit: "commandTimeout" | "eventTimeout",
  patient: boolean,
  more: Record<string, string> = {}
) =>
  Layer.unwrap(Effect.gen(function*() {
    const { url } = yield* DatabaseLocation
    const { [limit]: timeout, poolSize } = yield* Settings
    const client = pipelined({
      ...clientConfig(url, `cardapio ${name}`, {
        statement_timeout: `${Math.max(50, Duration.toMillis(timeout) - 1000)}`,
        idle_in_transaction_session_timeout: millis(timeout, 2000),
        transaction_timeout: millis(timeout, 5000),
        ...more
      }),
      ...watched(url, name, Duration.toMillis(timeout) + 2000),
      maxConnections: poolSize
    })
    return Layer.effect(SqlClient.SqlClient, Effect.map(client, (made) => patient ? made : gated(made, poolSize))).pipe(
      Layer.provide(Reactivity.layer)
    )
  }))

export const CommandDatabase = writing("commands", "commandTimeout", false)

/**
 * The pool of event handlers and jobs, so that a busy day of commands never starves them. They wait for their turn. Claims and
 * acknowledgements do not wait for the disk: one that a crash of PostgreSQL takes away is made again. What handlers and jobs write does.
 */
export const EventDatabase = writing("events", "eventTimeout", true, { synchronous_commit: "off" })

/** One connection without time limits but the lock's, for migrations and other long work of an operator. */
export const operatorConnection = (url: Redacted.Redacted<string>) =>
  PgClient.makeClient(clientConfig(url, "cardapio operator", {}))
