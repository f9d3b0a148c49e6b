import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import type { UserId } from "../../kernel/contract/Rights.ts"
import { Reads } from "../../kernel/Database.ts"
import { UserLookup } from "./contract/UserLookup.ts"

/** Looks users up over the connection of the transaction that asks, so that none asks for a second one; else as queries do. */
export const UserLookupLayer = Layer.effect(
  UserLookup,
  Effect.gen(function*() {
    const reads = yield* Reads
    const commands = yield* SqlClient.SqlClient
    return UserLookup.of({
      names: Effect.fn("UserLookup.names")(function*(ids) {
        if (ids.length === 0) return new Map()
        const sql = Option.isSome(yield* Effect.serviceOption(commands.transactionService)) ? commands : reads
        const rows = yield* Effect.orDie(
          sql<{ id: UserId; name: string | null }>`SELECT id, name FROM users WHERE id = ANY(${[...ids]}::uuid[])`
        )
        return new Map(rows.map(({ id, name }) => [id, name]))
      })
    })
  })
)
