import { Effect } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { ProductLookup } from "../../products/contract/ProductLookup.ts"

/** Dishes with any of the three foods whose names are most like a name; of none where there is no such food. */
export const foodsNamed = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: ProductLookup["Service"],
  alias: string,
  name: string | undefined
) {
  if (name === undefined) return []
  const foods = yield* products.similar(name, 3)
  const conditions: ReadonlyArray<Statement.Fragment> = [
    sql`${sql.literal(`${alias}.product_ids`)} && ${foods.map(({ id }) => id)}::uuid[]`
  ]
  return conditions
})
