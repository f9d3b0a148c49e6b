import { Request, Schema } from "effect"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import type { PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { coded, Instant, nameText } from "../../../kernel/contract/Values.ts"
import { isInStore } from "./Gtin.ts"
import { Barcode, EffectiveIsFood, FoodVotes, ProductId } from "./Product.ts"
import type { ProductNotFound } from "./ProductProblems.ts"

/** A house votes under the id of its user. */
const HouseId = UserId.annotate({
  description: "The user id of the house; another than the caller's needs manage_products"
})

/** The vote of one house. */
export const FoodVote = Schema.Struct({
  houseId: UserId,
  isFood: Schema.Boolean,
  createdAt: Instant,
  updatedAt: Instant.annotate({ description: "When it was last changed, RFC 3339, UTC, milliseconds" })
}).annotate({ identifier: "FoodVote" })
export type FoodVote = typeof FoodVote.Type

export const FoodVoteInput = Schema.Struct({ isFood: Schema.Boolean }).annotate({ identifier: "FoodVoteInput" })

const GlobalBarcode = Barcode.check(
  Schema.makeFilter((code) =>
    !isInStore(code) || coded("barcode_not_global", "is a number that a shop gave to goods of its own")
  )
)

export const BarcodeFoodVoteInput = Schema.Struct({
  barcode: GlobalBarcode,
  isFood: Schema.Boolean,
  houseId: Schema.optionalKey(HouseId),
  name: Schema.optionalKey(nameText(500)).annotate({
    description: "Of the product that is created where there is none with the barcode. Default: GTIN and the digits"
  })
}).annotate({ identifier: "BarcodeFoodVoteInput" })
export type BarcodeFoodVoteInput = typeof BarcodeFoodVoteInput.Type

/** How a product stands after a vote. */
export const ProductVotes = Schema.Struct({
  productId: ProductId,
  foodVotes: FoodVotes,
  effectiveIsFood: EffectiveIsFood
}).annotate({ identifier: "ProductVotes" })
export type ProductVotes = typeof ProductVotes.Type

export const foodVoteFilters = {
  houseId: filter.uuid,
  isFood: filter.boolean,
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

export const FoodVoteQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(foodVoteFilters),
  sort: sortParameter(Schema.Literals(["createdAt", "updatedAt"]), "Fields: createdAt, updatedAt. Default: -updatedAt")
})
export type FoodVoteQuery = typeof FoodVoteQuery.Type

/** 404: the house has no vote on the product. */
export class FoodVoteNotFound extends declared<FoodVoteNotFound>()(
  "FoodVoteNotFound",
  problem("food_vote_not_found", 404, "The house has no vote here", {
    cause: "The house has not voted on this product, or its vote was withdrawn already.",
    cure: "See who has voted with GET /v1/products/{id}/food-votes."
  })
) {}

/** 422: a number that means something else in every shop. */
export class BarcodeNotGlobal extends declared<BarcodeNotGlobal>()(
  "BarcodeNotGlobal",
  problem("barcode_not_global", 422, "The barcode is not global", {
    cause:
      "Numbers of 13 digits that begin with 02, 04 or 20 to 29 are given by a shop to goods of its own, such as what it weighs: "
      + "in another shop the same number is another thing.",
    cure: "Look the product up by its name, and vote on it by its id."
  })
) {}

/** Says for a house whether a product is food. The same vote again changes nothing, the other one replaces it. */
export class CastFoodVote extends Request.TaggedClass("products/CastFoodVote")<
  { readonly id: ProductId; readonly houseId: UserId; readonly isFood: boolean },
  ProductVotes,
  ProductNotFound | PermissionMissing
> {}

/** Takes the vote of a house back. */
export class WithdrawFoodVote extends Request.TaggedClass("products/WithdrawFoodVote")<
  { readonly id: ProductId; readonly houseId: UserId },
  void,
  ProductNotFound | FoodVoteNotFound | PermissionMissing
> {}

/** Votes on every live product with the barcode; where there is none, on one that is created in the source `auto`. */
export class CastFoodVoteByBarcode extends Request.TaggedClass("products/CastFoodVoteByBarcode")<
  { readonly input: BarcodeFoodVoteInput },
  ReadonlyArray<ProductVotes>,
  PermissionMissing | VersionConflict
> {}

export type FoodVoteCommand = CastFoodVote | WithdrawFoodVote | CastFoodVoteByBarcode
