import { productOf, type ProductRow } from "./productOf.ts"
import * as statements from "./productStatements.ts"
import type { Query } from "./Query.ts"
import { Refused } from "./Refused.ts"

/** The live product with this id. */
export const getProduct = async (query: Query, id: string) => {
  const [row] = await query<ProductRow>(statements.byId, [id])
  if (row === undefined) throw new Refused(404, "product_not_found")
  return productOf(row)
}
