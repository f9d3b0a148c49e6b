import { Context, Effect, Layer } from "effect"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { type ProductCommand, productPermissions } from "./contract/ProductCommands.ts"
import { productHandlers } from "./product/ProductHandlers.ts"
import { ProductRepo } from "./product/ProductRepo.ts"

/** The products context, as the rest of the program sees it: a bus that takes its commands. */
export class Products extends Context.Service<Products, CommandBus.CommandBus<ProductCommand>>()(
  "cardapio/contexts/products/Products"
) {
  static readonly layerNoDeps = Layer.effect(
    Products,
    Effect.gen(function*() {
      return yield* CommandBus.make<ProductCommand>({
        context: "products",
        permissions: productPermissions,
        handlers: yield* productHandlers
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide(ProductRepo.layer))
}
