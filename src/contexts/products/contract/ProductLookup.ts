import { Context, type Effect } from "effect"
import type { NutrientCode } from "./Nutrients.ts"
import type { AllergenCode, AllergenState, NutrientBasis, PackageSizeUnit, Portion, ProductId } from "./Product.ts"

/** What recipes are computed from, and shopping lists. */
export interface ProductFacts {
  readonly id: ProductId
  readonly version: number
  readonly name: string
  readonly discarded: boolean
  readonly nutrientBasis: typeof NutrientBasis.Type
  /** Per 100 g or ml of edible portion, in canonical units; an absent one is unknown, traces and what is below its limit are 0. */
  readonly nutrients: { readonly [C in NutrientCode]?: number }
  readonly portions: ReadonlyArray<typeof Portion.Type>
  readonly edibleYield: number | null
  readonly kgPerUnit: number | null
  readonly litersPerKg: number | null
  readonly cookingFactor: number | null
  readonly allergens: { readonly [C in AllergenCode]?: typeof AllergenState.Type }
  readonly shoppingName: string | null
  readonly storeDepartmentName: string | null
  readonly recommendedBrandsAndProducts: string | null
  readonly substitutes: string | null
  readonly packageSize: number | null
  readonly packageSizeUnit: PackageSizeUnit | null
  readonly source: string
  readonly sourceRef: string
  readonly updatedAt: Date
}

/** A food found by a name; `similarity` is that of their trigrams, 0 to 1. */
export interface SimilarFood {
  readonly id: ProductId
  readonly name: string
  readonly similarity: number
}

/** What other contexts may ask about products: in the transaction that asks, where there is one. */
export class ProductLookup extends Context.Service<ProductLookup, {
  /** Facts by id, discarded products too; one statement for any number. */
  facts(ids: ReadonlyArray<ProductId>): Effect.Effect<ReadonlyMap<ProductId, ProductFacts>>
  /** The same, held so that no product changes before the transaction has ended. */
  held(ids: ReadonlyArray<ProductId>): Effect.Effect<ReadonlyMap<ProductId, ProductFacts>>
  /** Live foods with names like one, the best first. */
  similar(name: string, limit: number): Effect.Effect<ReadonlyArray<SimilarFood>>
}>()("cardapio/contexts/products/contract/ProductLookup") {}
