import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import type { AllergenCode, ProductId } from "../../products/contract/Product.ts"
import type { MissingReason, Weight } from "../contract/Nutrition.ts"

/** A part that a total is made of. One with a reason counts for no nutrient. */
export interface Part {
  readonly path: string
  readonly name: string
  readonly productId?: ProductId
  readonly reason?: MissingReason
}

/** What is known of one nutrient. */
export interface Known {
  readonly value: number
  /** Raw edible mass of the parts whose value is known, g. */
  readonly covered: number
  /** Parts without a reason whose value is unknown. */
  readonly unknown: ReadonlyArray<number>
  /** Where the authors of some components stated it: those components, and the sums without what it makes up for. */
  readonly stated?: {
    readonly components: ReadonlyArray<number>
    readonly mass: number
    readonly unweighed: number
    readonly absent: ReadonlyArray<number>
  }
}

/** Everything that is computed of a dish, unrounded, as it is kept. Of a nutrient that is not there nothing is known. */
export interface Computed {
  /** Raw edible mass of the weighed parts, g. */
  readonly mass: number
  readonly unweighed: number
  readonly weight: typeof Weight.Type
  readonly parts: ReadonlyArray<Part>
  readonly nutrients: { readonly [C in NutrientCode]?: Known }
  /** What every product declares free of. */
  readonly allergenFree: ReadonlyArray<AllergenCode>
}
