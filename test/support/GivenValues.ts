import type { Product } from "../../src/contexts/products/contract/Product.ts"

/** What was given of a product's nutrients: its value, after its qualifier where it has one. */
export const givenOf = (product: Product | undefined) =>
  Object.fromEntries(
    Object.entries(product?.nutrients ?? {}).flatMap(([code, { derived, qualifier, value }]) =>
      derived === true ? [] : [[code, qualifier === undefined ? value : `${qualifier} ${value}`]]
    )
  )

/** A table with these columns, quoted where that is needed, without its last line end. */
export const csv = (
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<Readonly<Record<string, string>>>,
  delimiter: "," | ";" = ","
) =>
  [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))]
    .map((cells) =>
      cells.map((cell) => /[",;]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell).join(delimiter)
    )
    .join("\n")
