import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { triedBody, triedDeletion } from "../../kernel/answers.ts"
import { CastFoodVote, CastFoodVoteByBarcode, WithdrawFoodVote } from "./contract/FoodVotes.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"
import { Products } from "./Products.ts"

export const FoodVotesHttp = HttpApiBuilder.group(
  ProductsApi,
  "foodVotes",
  Effect.fn(function*(handlers) {
    const products = yield* Products

    return handlers.handleAll({
      list: ({ params, query }) => products.foodVotes(params.id, query),
      cast: ({ params, payload, query }) => {
        const command = new CastFoodVote({ ...params, isFood: payload.isFood })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), triedBody)
          : Effect.map(products.execute(command), (data) => ({ data }))
      },
      withdraw: ({ params, query }) => {
        const command = new WithdrawFoodVote(params)
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), triedDeletion)
          : products.execute(command)
      },
      castByBarcode: ({ payload, query }) => {
        const command = new CastFoodVoteByBarcode({ input: payload })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), triedBody)
          : Effect.map(products.execute(command), (data) => ({ data }))
      }
    })
  })
).pipe(Layer.provide(Products.layer))
