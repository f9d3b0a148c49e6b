import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, requirePermission, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type {
  CursorMismatch,
  InvalidRequest,
  PageTooDeep,
  PermissionMissing
} from "../../../kernel/contract/Problems.ts"
import type { ApiKeyId, CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { type ApiKey, type apiKeyFilters, ApiKeyNotFound, type ApiKeyQuery } from "../contract/ApiKeys.ts"
import { apiKeyColumns, type ApiKeyRow, toApiKey } from "./ApiKeyRow.ts"

const instant = (expression: string): Column => ({ expression, type: "timestamptz", nullable: false })
const id: Column = { expression: "k.id", type: "uuid", nullable: false }

const columns: Record<keyof typeof apiKeyFilters, Column> = {
  id,
  name: { expression: "k.name", type: "text", nullable: false },
  prefix: { expression: "k.prefix", type: "text", nullable: false },
  createdAt: instant("k.created_at"),
  expiresAt: instant("k.expires_at")
}

const column = columnsOf(columns)

/** Reads of API keys. */
export class ApiKeyQueries extends Context.Service<ApiKeyQueries, {
  apiKeys(
    query: ApiKeyQuery
  ): Effect.Effect<
    Page<ApiKey>,
    Unauthenticated | PermissionMissing | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
  apiKey(id: ApiKeyId): Effect.Effect<ApiKey, Unauthenticated | ApiKeyNotFound, CurrentCredential>
}>()("cardapio/contexts/iam/apiKey/ApiKeyQueries") {
  static readonly layer: Layer.Layer<ApiKeyQueries, never, Reads | Actors> = Layer.effect(
    ApiKeyQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const reading = yield* readingActor
      const isLive = sql`(k.revoked_at IS NULL AND k.expires_at > now())`

      return ApiKeyQueries.of({
        apiKeys: Effect.fn("ApiKeyQueries.apiKeys")(function*(query) {
          const actor = yield* reading
          const owner = query.userId ?? actor.userId
          if (owner !== actor.userId) yield* requirePermission(actor, "iam", "manage_users")
          const page = yield* list<ApiKeyRow>(sql, {
            query,
            select: apiKeyColumns(sql),
            from: sql`api_keys k`,
            filters: column,
            where: [
              sql`k.user_id = ${owner}`,
              ...query.live === undefined ? [] : [query.live ? isLive : sql`NOT ${isLive}`]
            ],
            sortable: column,
            defaultSort: { field: "createdAt", descending: true },
            id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toApiKey) }
        }),
        apiKey: Effect.fn("ApiKeyQueries.apiKey")(function*(id) {
          const { permissions, userId } = yield* reading
          const [row] = yield* Effect.orDie(
            sql<ApiKeyRow>`
              SELECT ${apiKeyColumns(sql)} FROM api_keys k
              WHERE k.id = ${id} AND (k.user_id = ${userId} OR ${permissions.has("iam:manage_users")})`
          )
          return row === undefined ? yield* new ApiKeyNotFound({}) : toApiKey(row)
        })
      })
    })
  )
}
