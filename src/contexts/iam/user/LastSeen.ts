import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import type { Credential } from "../../../kernel/contract/Rights.ts"

const minuteMillis = 60_000

const columns = { users: "last_seen_at", sessions: "last_used_at", api_keys: "last_used_at" } as const

type Table = keyof typeof columns

/** The rows that a credential is about. */
const rowsOf = ({ proof, userId }: Credential): ReadonlyArray<readonly [table: Table, id: string]> => {
  const user = ["users", userId] as const
  if (proof._tag === "Session") return [user, ["sessions", proof.id]]
  return proof._tag === "ApiKey" ? [user, ["api_keys", proof.id]] : [user]
}

/** Tells when users, their logins and API keys were last seen: to the minute, and written beside the requests. */
export class LastSeen extends Context.Service<LastSeen, {
  note(credential: Credential): void
}>()("cardapio/contexts/iam/user/LastSeen") {
  static readonly layer = Layer.effect(
    LastSeen,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const clock = yield* Clock.Clock
      let minute = 0
      /** Of this minute, what is written already and what is yet to be. */
      const noted = new Set<string>()
      let waiting = new Map<Table, Array<string>>()

      const write = Effect.gen(function*() {
        const rows = waiting
        waiting = new Map()
        const at = new Date(minute)
        for (const [table, ids] of rows) {
          const column = sql(columns[table])
          yield* sql`
            UPDATE ${
            sql(table)
          } SET ${column} = ${at} WHERE id = ANY(${ids}::uuid[]) AND ${column} IS DISTINCT FROM ${at}`
        }
      }).pipe(Effect.catchCause((cause) => Effect.logWarning("when users were last seen could not be written", cause)))

      yield* Effect.addFinalizer(() => write)
      yield* Effect.forkScoped(Effect.repeat(write, Schedule.spaced("1 second")))
      return LastSeen.of({
        note: (credential) => {
          const now = Math.floor(clock.currentTimeMillisUnsafe() / minuteMillis) * minuteMillis
          if (now !== minute) noted.clear()
          minute = now
          for (const [table, id] of rowsOf(credential)) {
            if (noted.has(id)) continue
            noted.add(id)
            const ids = waiting.get(table) ?? []
            waiting.set(table, ids)
            ids.push(id)
          }
        }
      })
    })
  )
}
