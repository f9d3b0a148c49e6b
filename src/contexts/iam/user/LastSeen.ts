import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import type { Credential, Proof } from "../../../kernel/contract/Rights.ts"

const minute = 60_000

/** By table, the rows that were seen, and when. */
type Seen = Record<"users" | "api_keys" | "sessions", Map<string, number>>

const nothing = (): Seen => ({ users: new Map(), api_keys: new Map(), sessions: new Map() })

const columns = { users: "last_seen_at", api_keys: "last_used_at", sessions: "last_used_at" } as const

const tableOf = (proof: Proof) =>
  proof._tag === "ApiKey" ? "api_keys" : proof._tag === "Session" ? "sessions" : undefined

/** When users, their logins and API keys were last seen, to the minute; written beside the requests, at the latest as the server stops. */
export class LastSeen extends Context.Service<LastSeen, {
  note(credential: Credential): void
  /** Writes what was noted. */
  readonly write: Effect.Effect<void>
}>()("cardapio/contexts/iam/user/LastSeen") {
  static readonly layer = Layer.effect(
    LastSeen,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const clock = yield* Clock.Clock
      let seen = nothing()

      const written = (table: keyof Seen, rows: ReadonlyMap<string, number>) =>
        sql`
          UPDATE ${sql(table)} t SET ${sql(columns[table])} = seen.at
          FROM unnest(${[...rows.keys()]}::uuid[], ${
          [...rows.values()].map((at) => new Date(at))
        }::timestamptz[]) AS seen(id, at)
          WHERE t.id = seen.id AND (t.${sql(columns[table])} IS NULL OR t.${sql(columns[table])} < seen.at)`
      const write = Effect.gen(function*() {
        const { api_keys, sessions, users } = seen
        seen = nothing()
        for (const [table, rows] of Object.entries({ api_keys, sessions, users })) {
          if (rows.size > 0 && (table === "users" || table === "api_keys" || table === "sessions")) {
            yield* written(table, rows)
          }
        }
      }).pipe(Effect.catchCause((cause) => Effect.logWarning("when users were seen could not be written", cause)))

      yield* Effect.addFinalizer(() => write)
      yield* Effect.forkScoped(Effect.repeat(write, Schedule.spaced("10 seconds")))
      return LastSeen.of({
        note: ({ proof, userId }) => {
          const at = Math.floor(clock.currentTimeMillisUnsafe() / minute) * minute
          seen.users.set(userId, at)
          const table = tableOf(proof)
          if (table !== undefined && "id" in proof) seen[table].set(proof.id, at)
        },
        write
      })
    })
  )
}
