import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { recipesSubscribers } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { Delivery } from "../../../src/kernel/EventBus.ts"
import type { Dice } from "../../contract/Dice.ts"

const decode = Schema.decodeUnknownSync(Delivery)

interface Waiting {
  readonly id: string
  readonly element: string
}

/** Hands deliveries over as they come to hand: in any order, some twice, some cut off before they are kept. */
export const makeCarrier = (dice: Dice) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const handles = new Map(recipesSubscribers.map(({ handle, name }) => [name, handle]))
    const deliver = ({ element }: Waiting) => {
      const { payload, subscription } = decode(JSON.parse(element))
      const handle = handles.get(subscription)
      return handle === undefined ? Effect.void : handle(payload, SecureRandom.uuidV7Unsafe())
    }
    const once = Effect.fnUntraced(function*(waiting: Waiting) {
      if (dice.chance(0.2)) {
        const cutOff = Effect.andThen(deliver(waiting), Effect.fail("killed"))
        yield* Effect.ignore(sql.withTransaction(cutOff))
        return
      }
      yield* sql.withTransaction(deliver(waiting))
      if (dice.chance(0.2)) yield* sql.withTransaction(deliver(waiting))
      yield* sql`DELETE FROM effect_queue WHERE id = ${waiting.id}`
    })
    const waiting = sql<Waiting>`SELECT id, element FROM effect_queue ORDER BY id`
    /** Some of what waits, up to `count`; how many there were. */
    return Effect.fnUntraced(function*(count: number) {
      const all = [...yield* waiting]
      const chosen = Array.from(
        { length: Math.min(count, all.length) },
        () => all.splice(dice.int(0, all.length - 1), 1)
      ).flat()
      yield* Effect.forEach(chosen, once, { concurrency: 3, discard: true })
      return chosen.length
    })
  })
