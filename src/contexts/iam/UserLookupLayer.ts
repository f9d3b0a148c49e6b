import { Effect, Layer } from "effect"
import type { UserId } from "../../kernel/contract/Rights.ts"
import { Reads } from "../../kernel/Database.ts"
import { UserLookup } from "./contract/UserLookup.ts"

export const UserLookupLayer = Layer.effect(
  UserLookup,
  Effect.gen(function*() {
    const sql = yield* Reads
    return UserLookup.of({
      names: Effect.fn("UserLookup.names")(function*(ids) {
        if (ids.length === 0) return new Map()
        const rows = yield* Effect.orDie(
          sql<{ id: UserId; name: string | null }>`SELECT id, name FROM users WHERE id = ANY(${[...ids]}::uuid[])`
        )
        return new Map(rows.map(({ id, name }) => [id, name]))
      })
    })
  })
)
