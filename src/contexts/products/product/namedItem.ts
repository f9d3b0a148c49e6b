import type { Product } from "../contract/Product.ts"

/** A product as others are told of its coming and going. */
export const namedItem = ({ barcode, id, name, source }: Product) => ({
  id,
  source: source.key ?? source.id,
  name,
  barcode
})
