import { Effect, Layer, Option } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { Reads } from "../../kernel/Database.ts"
import type { NutrientCode } from "./contract/Nutrients.ts"
import type { AllergenDeclaration } from "./contract/Product.ts"
import { type ProductFacts, ProductLookup } from "./contract/ProductLookup.ts"
import { similar } from "./search/SimilarProducts.ts"
import { SearchIndex } from "./SearchIndex.ts"

interface FactsRow extends Omit<ProductFacts, "nutrients" | "allergens"> {
  readonly nutrients: { readonly [C in NutrientCode]?: number }
  readonly nutrientMarks: Readonly<Record<string, string>>
  readonly allergens: Readonly<Record<string, typeof AllergenDeclaration.Type>>
}

/** Traces, and what is below its limit of detection, count as a known zero. */
const toFacts = ({ allergens, nutrientMarks, nutrients, ...row }: FactsRow): ProductFacts => {
  const marked = Object.entries(nutrientMarks).filter(([, mark]) => mark === "trace" || mark === "below")
  return {
    ...row,
    nutrients: { ...nutrients, ...Object.fromEntries(marked.map(([code]) => [code, 0])) },
    allergens: Object.fromEntries(Object.entries(allergens).map(([code, { state }]) => [code, state]))
  }
}

/** Looks products up over the connection of the transaction that asks, so that it reads what it has locked; else as queries do. */
export const ProductLookupLayer = Layer.effect(
  ProductLookup,
  Effect.gen(function*() {
    const reads = yield* Reads
    const index = yield* SearchIndex
    const commands = yield* SqlClient.SqlClient
    const read = Effect.fnUntraced(function*(ids: ReadonlyArray<string>, lock: "" | "FOR SHARE OF p") {
      if (ids.length === 0) return new Map()
      const sql = Option.isSome(yield* Effect.serviceOption(commands.transactionService)) ? commands : reads
      const locking: Statement.Fragment = sql.literal(lock)
      const rows = yield* Effect.orDie(sql<FactsRow>`
        SELECT p.id, p.version, p.name, p.discarded, p.nutrient_basis, p.nutrients, p.nutrient_marks, p.portions, p.edible_yield,
          p.kg_per_unit, p.liters_per_kg, p.cooking_factor, p.allergens, p.shopping_name, p.store_department_name,
          p.recommended_brands_and_products, p.substitutes, p.package_size, p.package_size_unit,
          s.name AS source, p.source_ref, p.updated_at
        FROM products p JOIN classifications s ON s.id = p.source_id
        WHERE p.id = ANY(${[...new Set(ids)]}::uuid[]) ORDER BY p.id ${locking}`)
      return new Map(rows.map((row) => [row.id, toFacts(row)]))
    })
    return ProductLookup.of({
      facts: Effect.fn("ProductLookup.facts")((ids) => read(ids, "")),
      similar: Effect.fn("ProductLookup.similar")((name, limit) =>
        similar(reads, index, { name, limit }).pipe(
          Effect.orDie,
          Effect.map((found) => found.map(({ id, name, rank }) => ({ id, name, similarity: rank.at(-1) ?? 0 })))
        )
      ),
      held: Effect.fn("ProductLookup.held")((ids) => read(ids, "FOR SHARE OF p"))
    })
  })
)
