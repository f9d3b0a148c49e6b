import { type Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import {
  ProductChanged,
  ProductCreated,
  ProductDiscarded,
  ProductRestored
} from "../../src/contexts/products/contract/ProductEvents.ts"
import { on } from "../../src/kernel/EventWorkers.ts"

/** Leave a row for each product of an event. Nothing but the inbox keeps a second row away. */
export const leaveEffects = (pause: Duration.Input) => {
  const leave = ({ items }: { readonly items: ReadonlyArray<{ readonly id: string }> }, eventId: string) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        INSERT INTO proof_effects (event_id, product_id)
        SELECT ${eventId}::uuid, id FROM unnest(${items.map(({ id }) => id)}::uuid[]) AS id`
      yield* Effect.sleep(pause)
    })
  return [
    on(ProductCreated, "proof/OnProductCreated", leave),
    on(ProductChanged, "proof/OnProductChanged", leave),
    on(ProductDiscarded, "proof/OnProductDiscarded", leave),
    on(ProductRestored, "proof/OnProductRestored", leave)
  ]
}
