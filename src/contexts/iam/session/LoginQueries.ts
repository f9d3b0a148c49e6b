import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import type { Login, LoginQuery } from "../contract/Logins.ts"

const instant = (expression: string): Column => ({ expression, type: "timestamptz", nullable: false })

interface Row extends Omit<Login, "current" | "createdAt" | "lastUsedAt" | "expiresAt"> {
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
}

/** Reads of the caller's logins. */
export class LoginQueries extends Context.Service<LoginQueries, {
  logins(
    query: LoginQuery
  ): Effect.Effect<Page<Login>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
}>()("cardapio/contexts/iam/session/LoginQueries") {
  static readonly layer: Layer.Layer<LoginQueries, never, Reads | Actors> = Layer.effect(
    LoginQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const reading = yield* readingActor

      return LoginQueries.of({
        logins: Effect.fn("LoginQueries.logins")(function*(query) {
          const { userId } = yield* reading
          const { proof } = yield* CurrentCredential
          const page = yield* list<Row>(sql, {
            query,
            select: sql`s.id AS sid, s.via, s.created_at, s.last_used_at, s.expires_at, s.address, s.user_agent`,
            from: sql`sessions s`,
            filters: () => undefined,
            where: [sql`s.user_id = ${userId}`, sql`s.revoked_at IS NULL`, sql`s.expires_at > now()`],
            sortable: columnsOf({ createdAt: instant("s.created_at"), lastUsedAt: instant("s.last_used_at") }),
            defaultSort: { field: "lastUsedAt", descending: true },
            id: { expression: "s.id", type: "uuid", nullable: false }
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return {
            ...page,
            data: page.data.map(({ address, createdAt, expiresAt, lastUsedAt, sid, userAgent, via }) => ({
              sid,
              via,
              address,
              userAgent,
              createdAt: DateTime.makeUnsafe(createdAt),
              lastUsedAt: DateTime.makeUnsafe(lastUsedAt),
              expiresAt: DateTime.makeUnsafe(expiresAt),
              current: proof._tag === "Session" && proof.id === sid
            }))
          }
        })
      })
    })
  )
}
