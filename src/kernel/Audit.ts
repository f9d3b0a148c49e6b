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

/** Whom an entry names. */
type Author = Pick<Actor, "apiKeyId" | "userId">

const deniedPerMinute = 60

/** Writes the audit log: one entry with each change, in the transaction of the change. */
export class Audit extends Context.Service<Audit, {
  /** The statement that writes the entry; it goes with that of the events, in one round trip. */
  changed(entry: Entry, author: Author, change: Change): Effect.Effect<Statement.Statement<object>>
  /** An entry of its own, after the rollback; at most 60 a minute for a caller, the rest are counted in the next one. */
  denied(entry: Entry, author: Author): Effect.Effect<void, SqlError.SqlError>
  /** An entry of its own about a login that failed, with the account's user where there is one. */
  failedLogin(entry: Entry, userId: UserId | null): Effect.Effect<void, SqlError.SqlError>
}>()("cardapio/kernel/Audit") {
  static readonly layer = Layer.effect(
    Audit,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const callers = new Map<string, { minute: number; written: number; suppressed: number }>()

      const admit = (caller: string, minute: number) => {
        if (callers.size > 10_000) callers.clear()
        const known = callers.get(caller) ?? { minute, written: 0, suppressed: 0 }
        const now = known.minute === minute ? known : { minute, written: 0, suppressed: known.suppressed }
        const admitted = now.written < deniedPerMinute
        callers.set(
          caller,
          admitted
            ? { minute, written: now.written + 1, suppressed: 0 }
            : { ...now, suppressed: now.suppressed + 1 }
        )
        return admitted ? now.suppressed : undefined
      }

      const written = Effect.fnUntraced(function*(
        { command, context }: Entry,
        { apiKeyId, userId }: Author,
        { change, outcome, suppressed = 0 }: {
          readonly outcome: "ok" | "denied" | "failed_login"
          readonly change?: Change
          readonly suppressed?: number
        }
      ) {
        const { address, correlationId } = yield* Origin
        const actorType = apiKeyId !== null ? "apiKey" : userId !== null ? "user" : "system"
        return sql`
          INSERT INTO audit_log (id, actor_type, actor_id, api_key_id, context, command, target_type, target_id, version_before,
            version_after, changed_fields, outcome, suppressed, correlation_id, address)
          VALUES (${SecureRandom.uuidV7Unsafe()}, ${actorType}, ${userId}, ${apiKeyId}, ${context}, ${command},
            ${change?.target.type ?? null}, ${change?.target.id ?? null}, ${change?.versionBefore ?? null},
            ${change?.versionAfter ?? null}, ${[...change?.changedFields ?? []]}::text[], ${outcome}, ${suppressed},
            ${correlationId}, ${address})`
      })

      return Audit.of({
        changed: (entry, author, change) => written(entry, author, { outcome: "ok", change }),
        denied: Effect.fnUntraced(function*(entry, author) {
          const caller = author.apiKeyId ?? author.userId ?? ""
          const suppressed = admit(caller, Math.floor((yield* Clock.currentTimeMillis) / 60_000))
          if (suppressed !== undefined) yield* yield* written(entry, author, { outcome: "denied", suppressed })
        }),
        failedLogin: (entry, userId) =>
          Effect.flatMap(written(entry, { userId, apiKeyId: null }, { outcome: "failed_login" }), Effect.asVoid)
      })
    })
  )
}
