import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { UserId } from "../../kernel/contract/Rights.ts"

/** The administrator whom the embedded default starts with. It has no password: only tokens that the CLI signs. */
export const firstAdministrator = "admin@localhost"

export interface Account {
  readonly id: UserId
  readonly status: "active" | "disabled"
}

/** The users, as operators meet them. */
export class Accounts extends Context.Service<Accounts, {
  findByEmail(email: string): Effect.Effect<Account | undefined>
  readonly count: Effect.Effect<number>
  /** Creates an administrator with every right where there is no user at all; tells nobody of it. */
  ensureAdministrator(email: string): Effect.Effect<UserId | undefined>
}>()("cardapio/contexts/iam/Accounts") {
  static readonly layer = Layer.effect(
    Accounts,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const count = sql<{ count: number }>`SELECT count(*)::integer AS count FROM users`.pipe(
        Effect.map(([row]) => row?.count ?? 0),
        Effect.orDie
      )
      const create = Effect.fnUntraced(function*(email: string) {
        yield* sql`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`
        if ((yield* count) > 0) return undefined
        const id = UserId.make(SecureRandom.uuidV7Unsafe())
        yield* sql`INSERT INTO users (id, email, name) VALUES (${id}, ${email}, 'Administrator')`
        yield* sql`
          INSERT INTO role_assignments (user_id, role_id)
          SELECT ${id}::uuid, id FROM roles WHERE built_in AND name IN ('administrator', 'user', 'developer')`
        return id
      })
      return Accounts.of({
        findByEmail: Effect.fn("Accounts.findByEmail")(function*(email) {
          const rows = yield* Effect.orDie(
            sql<Account>`SELECT id, status FROM users WHERE lower(email) = lower(${email})`
          )
          return rows[0]
        }),
        count,
        ensureAdministrator: (email) =>
          Effect.flatMap(
            count,
            (users) => users > 0 ? Effect.undefined : Effect.orDie(sql.withTransaction(create(email)))
          )
      })
    })
  )
}
