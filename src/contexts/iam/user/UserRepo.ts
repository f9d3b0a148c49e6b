import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, SqlError, type Statement } from "effect/sql"
import { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import type { RoleId } from "../contract/Role.ts"
import { EmailTaken, type IdentityInput, IdentityTaken, type User } from "../contract/User.ts"
import { toUser, userColumns, type UserRow } from "./UserRow.ts"

/** By what a user is known. */
interface Names {
  readonly email: string | null
  readonly name: string | null
}

type Written<E = never> = Effect.Effect<User, SqlError.SqlError | E>

const isViolation = (error: unknown): error is SqlError.SqlError =>
  SqlError.isSqlError(error) && error.reason._tag === "UniqueViolation"

/** Writes users. What is changed of one, its roles and identities included, is a new version of it. */
export class UserRepo extends Context.Service<UserRepo, {
  /** Held until the end of the transaction, so that changes of it come one after the other. */
  lock(id: UserId): Effect.Effect<User | undefined, SqlError.SqlError>
  /** With the role `user` of every context. */
  insert(names: Names): Written<EmailTaken>
  rename(user: User, names: Partial<Names>): Written<EmailTaken | VersionConflict>
  setStatus(user: User, status: User["status"]): Written<VersionConflict>
  link(user: User, identity: IdentityInput): Written<IdentityTaken | VersionConflict>
  unlink(user: User, identity: IdentityInput): Written<VersionConflict>
  assign(user: User, roleId: RoleId): Written<VersionConflict>
  remove(user: User, roleId: RoleId): Written<VersionConflict>
  /** Takes all that says who a user is, and by which the user could come back, and disables it. */
  erase(user: User): Written<VersionConflict>
}>()("cardapio/contexts/iam/user/UserRepo") {
  static readonly layer = Layer.effect(
    UserRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const read = (id: UserId) =>
        Effect.flatMap(
          sql<UserRow>`SELECT ${userColumns(sql)} FROM users u WHERE u.id = ${id}`,
          ([row]) => row === undefined ? Effect.die("a user is missing that was written") : Effect.succeed(toUser(row))
        )
      const versioned = Effect.fnUntraced(function*({ id, version }: User, assignments: Statement.Fragment) {
        const written = yield* sql`
          UPDATE users SET ${assignments}, version = version + 1, updated_at = now()
          WHERE id = ${id} AND version = ${version} RETURNING id`
        if (written.length === 0) return yield* new VersionConflict({})
      })
      /** Changes what belongs to a user, and with it the user's version. */
      const beside = (user: User, statement: Effect.Effect<unknown, SqlError.SqlError>) =>
        statement.pipe(Effect.andThen(versioned(user, sql`id = id`)), Effect.andThen(read(user.id)))

      return UserRepo.of({
        // Read once it is held: what was read while it was waited for may be of before.
        lock: (id) =>
          Effect.flatMap(
            sql`SELECT FROM users WHERE id = ${id} FOR NO KEY UPDATE`,
            (held) => held.length === 0 ? Effect.undefined : read(id)
          ),
        insert: Effect.fnUntraced(function*({ email, name }) {
          const id = UserId.make(SecureRandom.uuidV7Unsafe())
          yield* sql`INSERT INTO users (id, email, name) VALUES (${id}, ${email}, ${name})`.pipe(
            Effect.catchIf(isViolation, () => new EmailTaken({}))
          )
          yield* sql`
            INSERT INTO role_assignments (user_id, role_id) SELECT ${id}::uuid, id FROM roles WHERE built_in AND name = 'user'`
          return yield* read(id)
        }),
        rename: (user, { email = user.email, name = user.name }) =>
          versioned(user, sql`email = ${email}, name = ${name}`).pipe(
            Effect.catchIf(isViolation, () => new EmailTaken({})),
            Effect.andThen(read(user.id))
          ),
        setStatus: (user, status) => Effect.andThen(versioned(user, sql`status = ${status}`), read(user.id)),
        link: (user, { issuer, subject }) =>
          beside(
            user,
            sql`INSERT INTO identities (issuer, subject, user_id) VALUES (${issuer}, ${subject}, ${user.id})`
          ).pipe(Effect.catchIf(isViolation, () => new IdentityTaken({}))),
        unlink: (user, { issuer, subject }) =>
          beside(
            user,
            sql`DELETE FROM identities WHERE issuer = ${issuer} AND subject = ${subject} AND user_id = ${user.id}`
          ),
        assign: (user, roleId) =>
          beside(user, sql`INSERT INTO role_assignments (user_id, role_id) VALUES (${user.id}, ${roleId})`),
        remove: (user, roleId) =>
          beside(user, sql`DELETE FROM role_assignments WHERE user_id = ${user.id} AND role_id = ${roleId}`),
        erase: Effect.fnUntraced(function*(user) {
          yield* sql`DELETE FROM identities WHERE user_id = ${user.id}`
          yield* sql`DELETE FROM passwords WHERE user_id = ${user.id}`
          yield* sql`DELETE FROM reset_codes WHERE user_id = ${user.id}`
          yield* sql`UPDATE sessions SET address = NULL, user_agent = NULL WHERE user_id = ${user.id}`
          yield* sql`UPDATE api_keys SET revoked_at = now() WHERE user_id = ${user.id} AND revoked_at IS NULL`
          yield* versioned(user, sql`name = NULL, email = NULL, status = 'disabled'`)
          return yield* read(user.id)
        })
      })
    })
  )
}
