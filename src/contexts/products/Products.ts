import { Context, Effect, Layer } from "effect"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { classificationHandlers } from "./classification/ClassificationHandlers.ts"
import { ClassificationRepo } from "./classification/ClassificationRepo.ts"
import { type ClassificationCommand, classificationPermissions } from "./contract/ClassificationCommands.ts"
import { type ProductCommand, productPermissions } from "./contract/ProductCommands.ts"
import { importHandlers } from "./import/ImportHandlers.ts"
import { ImportRepo } from "./import/ImportRepo.ts"
import { bulkHandlers } from "./product/BulkHandlers.ts"
import { productHandlers } from "./product/ProductHandlers.ts"
import { ProductQueries } from "./product/ProductQueries.ts"
import { ProductRepo } from "./product/ProductRepo.ts"
import { foodVoteHandlers } from "./vote/FoodVoteHandlers.ts"
import { FoodVoteQueries } from "./vote/FoodVoteQueries.ts"
import { FoodVoteRepo } from "./vote/FoodVoteRepo.ts"

/** The products context, as the rest of the program sees it: a bus that takes its commands, and its queries. */
export class Products extends Context.Service<
  Products,
  & CommandBus.CommandBus<ProductCommand | ClassificationCommand>
  & ProductQueries["Service"]
  & FoodVoteQueries["Service"]
>()("cardapio/contexts/products/Products") {
  static readonly layerNoDeps = Layer.effect(
    Products,
    Effect.gen(function*() {
      const bus = yield* CommandBus.make<ProductCommand | ClassificationCommand>({
        context: "products",
        permissions: { ...productPermissions, ...classificationPermissions },
        handlers: {
          ...yield* productHandlers,
          ...yield* bulkHandlers,
          ...yield* classificationHandlers,
          ...yield* foodVoteHandlers,
          ...yield* importHandlers
        }
      })
      return { ...bus, ...yield* ProductQueries, ...yield* FoodVoteQueries }
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([
      ProductRepo.layer,
      ProductQueries.layer,
      ClassificationRepo.layer,
      FoodVoteRepo.layer,
      FoodVoteQueries.layer,
      ImportRepo.layer
    ])
  )
}
