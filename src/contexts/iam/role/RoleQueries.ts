import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import { contexts, type CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { permissions } from "../contract/Permissions.ts"
import {
  type ContextPermissions,
  type Role,
  type roleFilters,
  type RoleId,
  RoleNotFound,
  type RoleQuery
} from "../contract/Role.ts"
import { roleColumns, type RoleRow, toRole } from "./RoleRow.ts"

const columns: Record<keyof typeof roleFilters, Column> = {
  id: { expression: "r.id", type: "uuid", nullable: false },
  context: { expression: "r.context", type: "text", nullable: false },
  name: { expression: "r.name", type: "text", nullable: false },
  builtIn: { expression: "r.built_in", type: "boolean", nullable: false },
  createdAt: { expression: "r.created_at", type: "timestamptz", nullable: false }
}

const column = columnsOf(columns)

/** Reads of roles, which whoever is signed in may see. */
export class RoleQueries extends Context.Service<RoleQueries, {
  roles(
    query: RoleQuery
  ): Effect.Effect<Page<Role>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  role(id: RoleId): Effect.Effect<Role, Unauthenticated | RoleNotFound, CurrentCredential>
  readonly permissions: Effect.Effect<ReadonlyArray<ContextPermissions>, Unauthenticated, CurrentCredential>
}>()("cardapio/contexts/iam/role/RoleQueries") {
  static readonly layer: Layer.Layer<RoleQueries, never, Reads | Actors> = Layer.effect(
    RoleQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const reading = yield* readingActor

      return RoleQueries.of({
        roles: Effect.fn("RoleQueries.roles")(function*(query) {
          yield* reading
          const granting = sql`
            EXISTS (SELECT FROM role_permissions p WHERE p.role_id = r.id AND p.permission = ${query.permission ?? ""})`
          const page = yield* list<RoleRow>(sql, {
            query,
            select: roleColumns(sql),
            from: sql`roles r`,
            filters: column,
            where: query.permission === undefined ? [] : [granting],
            sortable: column,
            defaultSort: { field: "name", descending: false },
            id: columns.id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toRole) }
        }),
        role: Effect.fn("RoleQueries.role")(function*(id) {
          yield* reading
          const [row] = yield* Effect.orDie(sql<RoleRow>`SELECT ${roleColumns(sql)} FROM roles r WHERE r.id = ${id}`)
          return row === undefined ? yield* new RoleNotFound({}) : toRole(row)
        }),
        permissions: Effect.as(reading, contexts.map((context) => ({ context, permissions: permissions[context] })))
      })
    })
  )
}
