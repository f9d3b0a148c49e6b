import { type Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { ProductCreated } from "../../src/contexts/products/contract/ProductEvents.ts"
import { on } from "../../src/kernel/EventWorkers.ts"

/** Leaves a row for each product of an event. Nothing but the inbox keeps a second row away. */
export const leavesEffect = (pause: Duration.Input) =>
  on(ProductCreated, "proof/OnProductCreated", ({ items }, eventId) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        INSERT INTO proof_effects (event_id, product_id)
        SELECT ${eventId}::uuid, id FROM unnest(${items.map(({ id }) => id)}::uuid[]) AS id`
      yield* Effect.sleep(pause)
    }))
