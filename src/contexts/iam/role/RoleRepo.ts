import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { type Role, RoleId, type RoleInput, RoleNameTaken } from "../contract/Role.ts"
import { roleColumns, type RoleRow, toRole } from "./RoleRow.ts"

type Written<E> = Effect.Effect<Role, SqlError.SqlError | E>

export class RoleRepo extends Context.Service<RoleRepo, {
  find(id: RoleId): Effect.Effect<Role | undefined, SqlError.SqlError>
  /** Held so that meanwhile nobody is given it. */
  lock(id: RoleId): Effect.Effect<Role | undefined, SqlError.SqlError>
  insert(input: RoleInput): Written<RoleNameTaken>
  update(role: Role, input: Pick<RoleInput, "name" | "permissions">): Written<RoleNameTaken | VersionConflict>
  /** Takes it from all who hold it; who they were. */
  removeAssignments(id: RoleId): Effect.Effect<ReadonlyArray<UserId>, SqlError.SqlError>
  holders(id: RoleId): Effect.Effect<number, SqlError.SqlError>
  delete(id: RoleId): Effect.Effect<void, SqlError.SqlError>
}>()("cardapio/contexts/iam/role/RoleRepo") {
  static readonly layer = Layer.effect(
    RoleRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const one = (rows: ReadonlyArray<RoleRow>) => rows[0] === undefined ? undefined : toRole(rows[0])
      const find = (id: RoleId) =>
        Effect.map(sql<RoleRow>`SELECT ${roleColumns(sql)} FROM roles r WHERE r.id = ${id}`, one)
      const read = (id: RoleId) =>
        Effect.flatMap(
          find(id),
          (role) => role === undefined ? Effect.die("a role is missing that was written") : Effect.succeed(role)
        )
      const grant = (id: RoleId, permissions: ReadonlyArray<string>) =>
        sql`INSERT INTO role_permissions (role_id, permission)
          SELECT ${id}::uuid, permission FROM unnest(${[...new Set(permissions)]}::text[]) AS permission`
      const orTaken = <A>(write: Effect.Effect<A, SqlError.SqlError>) =>
        Effect.catchIf(write, (error) => error.reason._tag === "UniqueViolation", () => new RoleNameTaken({}))

      return RoleRepo.of({
        find,
        // Read once it is held: what was read while it was waited for may be of before.
        lock: (id) => Effect.andThen(sql`SELECT FROM roles WHERE id = ${id} FOR UPDATE`, find(id)),
        insert: Effect.fnUntraced(function*({ context, name, permissions }) {
          const id = RoleId.make(SecureRandom.uuidV7Unsafe())
          yield* orTaken(sql`INSERT INTO roles (id, context, name) VALUES (${id}, ${context}, ${name})`)
          yield* grant(id, permissions)
          return yield* read(id)
        }),
        update: Effect.fnUntraced(function*({ id, version }, { name, permissions }) {
          const written = yield* orTaken(sql`
            UPDATE roles SET name = ${name}, version = version + 1, updated_at = now()
            WHERE id = ${id} AND version = ${version} RETURNING id`)
          if (written.length === 0) return yield* new VersionConflict({})
          yield* sql`DELETE FROM role_permissions WHERE role_id = ${id}`
          yield* grant(id, permissions)
          return yield* read(id)
        }),
        removeAssignments: (id) =>
          Effect.map(
            sql<{ userId: UserId }>`
              WITH gone AS (DELETE FROM role_assignments WHERE role_id = ${id} RETURNING user_id)
              UPDATE users SET version = version + 1, updated_at = now() FROM gone WHERE users.id = gone.user_id
              RETURNING users.id AS user_id`,
            (rows) => rows.map(({ userId }) => userId)
          ),
        holders: (id) =>
          Effect.map(
            sql<{ count: number }>`SELECT count(*)::integer AS count FROM role_assignments WHERE role_id = ${id}`,
            ([row]) => row?.count ?? 0
          ),
        delete: (id) => Effect.asVoid(sql`DELETE FROM roles WHERE id = ${id}`)
      })
    })
  )
}
