import { Clock, Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError, type Statement } from "effect/sql"
import type { Actor } from "./Actors.ts"
import type { ContextName, UserId } from "./contract/Rights.ts"
import { Origin } from "./Origin.ts"

/** What a command did, as far as the audit log tells: names of fields, never their values. */
export interface Change {
  readonly target: { readonly type: string; readonly id: string }
  readonly versionBefore: number | null
  readonly versionAfter: number | null
  readonly changedFields: ReadonlyArray<string>
}

interface Entry {
  readonly context: ContextName
  readonly command: string
}

const deniedPerMinute = 60

/** Writes the audit log: one entry with each change, in the transaction of the change. */
export class Audit extends Context.Service<Audit, {
  /** The statement that writes the entry; it goes with that of the events, in one round trip. */
  changed(entry: Entry, actor: Actor, change: Change): Effect.Effect<Statement.Statement<object>>
  /** An entry of its own, after the rollback; at most 60 a minute for a caller, the rest are counted in the next one. */
  denied(entry: Entry, userId: UserId): Effect.Effect<void, SqlError.SqlError>
}>()("cardapio/kernel/Audit") {
  static readonly layer = Layer.effect(
    Audit,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const callers = new Map<UserId, { minute: number; written: number; suppressed: number }>()

      const admit = (userId: UserId, minute: number) => {
        if (callers.size > 10_000) callers.clear()
        const known = callers.get(userId) ?? { minute, written: 0, suppressed: 0 }
        const now = known.minute === minute ? known : { minute, written: 0, suppressed: known.suppressed }
        const admitted = now.written < deniedPerMinute
        callers.set(
          userId,
          admitted
            ? { minute, written: now.written + 1, suppressed: 0 }
            : { ...now, suppressed: now.suppressed + 1 }
        )
        return admitted ? now.suppressed : undefined
      }

      return Audit.of({
        changed: Effect.fnUntraced(function*({ command, context }, { userId }, change) {
          const { address, correlationId } = yield* Origin
          return sql`
            INSERT INTO audit_log (id, actor_type, actor_id, context, command, target_type, target_id, version_before,
              version_after, changed_fields, outcome, correlation_id, address)
            VALUES (${SecureRandom.uuidV7Unsafe()}, ${
            userId === null ? "system" : "user"
          }, ${userId}, ${context}, ${command}, ${change.target.type},
              ${change.target.id}, ${change.versionBefore}, ${change.versionAfter}, ${[
            ...change.changedFields
          ]}::text[],
              'ok', ${correlationId}, ${address})`
        }),
        denied: Effect.fnUntraced(function*({ command, context }, userId) {
          const suppressed = admit(userId, Math.floor((yield* Clock.currentTimeMillis) / 60_000))
          if (suppressed === undefined) return
          const { address, correlationId } = yield* Origin
          yield* sql`
            INSERT INTO audit_log (id, actor_type, actor_id, context, command, outcome, suppressed, correlation_id, address)
            VALUES (${SecureRandom.uuidV7Unsafe()}, 'user', ${userId}, ${context}, ${command}, 'denied', ${suppressed},
              ${correlationId}, ${address})`
        })
      })
    })
  )
}
