import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { idempotent, VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { doneOrDryRun, dryRunnable, oneOrDryRun } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { many } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { needs } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import {
  BarcodeFoodVoteInput,
  BarcodeNotGlobal,
  FoodVote,
  FoodVoteInput,
  FoodVoteNotFound,
  FoodVoteQuery,
  ProductVotes
} from "./FoodVotes.ts"
import { ProductId } from "./Product.ts"
import { productPermissions } from "./ProductCommands.ts"
import { BarcodeInvalid, ProductNotFound } from "./ProductProblems.ts"

const house = { id: ProductId, houseId: UserId }

const ofOthers = "A house that is not the caller, whose user id is its `houseId`, takes `manage_products`, too."

const votes = {
  productId: "01a208d0-c3d7-7680-a0a1-e1db4999117d",
  foodVotes: { yes: 3, no: 0, decision: true },
  effectiveIsFood: true
}

export class FoodVotesGroup extends HttpApiGroup.make("foodVotes")
  .add(
    HttpApiEndpoint.get("list", "/:id/food-votes", {
      params: { id: ProductId },
      query: FoodVoteQuery,
      success: many(FoodVote),
      error: [ProductNotFound, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listFoodVotes", "List what houses say: is it food?", {
      description: "One vote a house, the latest change first.",
      examples: {
        "200": {
          data: [{
            houseId: "01a208cf-8a51-7d0c-b1d5-3e5b7d4b9a10",
            isFood: true,
            createdAt: "2026-11-23T16:47:26.211Z",
            updatedAt: "2026-11-23T16:47:26.211Z"
          }],
          pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null }
        }
      }
    })),
    HttpApiEndpoint.put("cast", "/:id/food-votes/:houseId", {
      params: house,
      query: dryRunnable,
      payload: FoodVoteInput,
      success: oneOrDryRun(ProductVotes),
      error: [PermissionMissing, ProductNotFound, CommandTimedOut]
    }).annotateMerge(documented("castFoodVote", "Say whether a product is food", {
      access: needs(productPermissions, "products/CastFoodVote"),
      description:
        `${ofOthers} A house has one vote per product: the same vote again changes nothing, the other one replaces it. `
        + "Votes are counted with the product, whose version, ETag and `updatedAt` stay as they are.",
      examples: { request: { isFood: true }, "200": { data: votes } }
    })),
    HttpApiEndpoint.delete("withdraw", "/:id/food-votes/:houseId", {
      params: house,
      query: dryRunnable,
      success: doneOrDryRun,
      error: [PermissionMissing, ProductNotFound, FoodVoteNotFound, CommandTimedOut]
    }).annotateMerge(documented("withdrawFoodVote", "Take a vote back", {
      access: needs(productPermissions, "products/WithdrawFoodVote"),
      description: ofOthers
    })),
    HttpApiEndpoint.post("castByBarcode", "/food-votes", {
      headers: idempotent,
      query: dryRunnable,
      payload: BarcodeFoodVoteInput,
      success: oneOrDryRun(Schema.Array(ProductVotes)),
      error: [PermissionMissing, BarcodeInvalid, BarcodeNotGlobal, VersionConflict, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("castFoodVoteByBarcode", "Say whether a barcode is food", {
      access: needs(productPermissions, "products/CastFoodVoteByBarcode"),
      description:
        `${ofOthers} The vote goes to every live product with the barcode. Where there is none, one is created in the source \`auto\`: `
        + "lists leave it out until it is decided that it is food or not; by id and barcode it is found.",
      examples: {
        request: { barcode: "7891000100103", isFood: true, name: "Leite integral" },
        "200": { data: [{ ...votes, foodVotes: { yes: 1, no: 0, decision: null }, effectiveIsFood: null }] }
      }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/products")
  .annotateMerge(
    OpenApi.annotations({ title: "Food votes", description: "Is it food? One vote per house and product" })
  )
{}
