import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { UserId } from "../../kernel/contract/Rights.ts"
import type { PasswordTooWeak } from "./contract/Logins.ts"
import { PasswordHashes } from "./password/PasswordHashes.ts"
import { requireStrong } from "./password/passwordRules.ts"

/** What operators need to set a password. */
export class Passwords extends Context.Service<Passwords, {
  /** The hash of a password that a user may have. */
  strongHash(password: string, userId: UserId): Effect.Effect<string, PasswordTooWeak>
}>()("cardapio/contexts/iam/Passwords") {
  static readonly layer = Layer.effect(
    Passwords,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const hashes = yield* PasswordHashes
      return Passwords.of({
        strongHash: Effect.fn("Passwords.strongHash")(function*(password, userId) {
          const [user] = yield* Effect.orDie(
            sql<{ email: string | null; name: string | null }>`SELECT email, name FROM users WHERE id = ${userId}`
          )
          yield* requireStrong(password, user ?? { email: null, name: null })
          return yield* hashes.hash(password)
        })
      })
    })
  ).pipe(Layer.provide(PasswordHashes.layer))
}
