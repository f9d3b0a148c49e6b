import { Request } from "effect"
import type { Product, ProductInput } from "./Product.ts"
import type { BarcodeTaken, ReferenceUnknown, SourceRefTaken } from "./ProductProblems.ts"

export class CreateProduct extends Request.TaggedClass("products/CreateProduct")<
  { readonly input: ProductInput },
  Product,
  BarcodeTaken | SourceRefTaken | ReferenceUnknown
> {}

export type ProductCommand = CreateProduct

/** What each command needs, in the context products. */
export const productPermissions = {
  "products/CreateProduct": "manage_products"
} as const satisfies Record<ProductCommand["_tag"], string>
