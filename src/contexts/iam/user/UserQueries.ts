import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, requirePermission, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import {
  type CursorMismatch,
  type InvalidRequest,
  type PageTooDeep,
  type PermissionMissing,
  UserUnknown
} from "../../../kernel/contract/Problems.ts"
import type { ContextName, CurrentCredential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { type Me, type User, type userFilters, UserNotFound, type UserQuery } from "../contract/User.ts"
import { toUser, userColumns, type UserRow } from "./UserRow.ts"

type Refused = Unauthenticated | PermissionMissing

const id: Column = { expression: "u.id", type: "uuid", nullable: false }
const createdAt: Column = { expression: "u.created_at", type: "timestamptz", nullable: false }

const filters: Record<keyof typeof userFilters, Column> = {
  id,
  email: {
    expression: "lower(u.email)",
    type: "text",
    nullable: true,
    parts: "u.folded_email",
    normalise: (text) => text.toLowerCase()
  },
  name: { expression: "u.name", type: "text", nullable: true, folded: ["fold_name(u.name)"], parts: "u.folded_name" },
  status: { expression: "u.status", type: "text", nullable: false },
  createdAt
}

const sortable = columnsOf({
  name: { expression: "u.name", type: "text", nullable: true },
  email: { expression: "u.email", type: "text", nullable: true },
  createdAt,
  lastSeenAt: { expression: "u.last_seen_at", type: "timestamptz", nullable: true }
})

/** Reads of users. */
export class UserQueries extends Context.Service<UserQueries, {
  users(
    query: UserQuery
  ): Effect.Effect<Page<User>, Refused | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  user(id: UserId): Effect.Effect<User, Refused | UserNotFound, CurrentCredential>
  readonly me: Effect.Effect<Me, Unauthenticated, CurrentCredential>
}>()("cardapio/contexts/iam/user/UserQueries") {
  static readonly layer: Layer.Layer<UserQueries, never, Reads | Actors> = Layer.effect(
    UserQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const reading = yield* readingActor
      const managing = Effect.tap(reading, (actor) => requirePermission(actor, "iam", "manage_users"))
      const find = Effect.fnUntraced(function*(id: UserId) {
        const [row] = yield* Effect.orDie(sql<UserRow>`SELECT ${userColumns(sql)} FROM users u WHERE u.id = ${id}`)
        return row === undefined ? undefined : toUser(row)
      })

      const conditionsOf = ({ context, issuer, q, role }: UserQuery) => [
        ...q === undefined ? [] : [
          sql`(u.folded_name LIKE like_pattern(${q}) OR u.folded_email LIKE like_pattern(${q}))`
        ],
        ...role === undefined && context === undefined ? [] : [sql`EXISTS (
          SELECT FROM role_assignments a JOIN roles r ON r.id = a.role_id WHERE a.user_id = u.id
            AND ${role === undefined ? sql`TRUE` : sql`r.name = ANY(${[...role]}::text[])`}
            AND ${context === undefined ? sql`TRUE` : sql`r.context = ANY(${[...context]}::text[])`})`],
        ...issuer === undefined ? [] : [
          sql`EXISTS (SELECT FROM identities i WHERE i.user_id = u.id AND i.issuer = ANY(${[...issuer]}::text[]))`
        ]
      ]

      return UserQueries.of({
        users: Effect.fn("UserQueries.users")(function*(query) {
          yield* managing
          const page = yield* list<UserRow>(sql, {
            query,
            select: userColumns(sql),
            from: sql`users u`,
            filters: columnsOf(filters),
            where: conditionsOf(query),
            sortable,
            defaultSort: { field: "createdAt", descending: true },
            id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toUser) }
        }),
        user: Effect.fn("UserQueries.user")(function*(id) {
          yield* managing
          return (yield* find(id)) ?? (yield* new UserNotFound({}))
        }),
        me: Effect.gen(function*() {
          const { permissions, userId } = yield* reading
          const found = (yield* find(userId)) ?? (yield* new UserUnknown({}))
          const of = (context: ContextName) =>
            [...permissions].filter((right) => right.startsWith(`${context}:`)).map((right) =>
              right.slice(context.length + 1)
            ).toSorted()
          const held = {
            products: of("products"),
            recipes: of("recipes"),
            onboarding: of("onboarding"),
            iam: of("iam")
          }
          return { ...found, permissions: held }
        }).pipe(Effect.withSpan("UserQueries.me"))
      })
    })
  )
}
