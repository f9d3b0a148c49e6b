import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedBody, triedDeletion } from "../../kernel/answers.ts"
import { nutrients } from "./contract/Nutrients.ts"
import {
  CreateProduct,
  CreateProducts,
  DiscardProduct,
  RestoreProduct,
  UpdateProduct
} from "./contract/ProductCommands.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"
import { Products } from "./Products.ts"

export const ProductsHttp = HttpApiBuilder.group(
  ProductsApi,
  "products",
  Effect.fn(function*(handlers) {
    const products = yield* Products

    return handlers.handleAll({
      list: ({ query }) => products.list(query),
      similar: ({ query }) => Effect.map(products.similar(query), (data) => ({ data })),
      nutrients: () => Effect.as(products.signedIn, { data: nutrients }),
      filterOptions: ({ query }) => Effect.map(products.filterOptions(query), (data) => ({ data })),
      get: ({ params, query }) => Effect.map(products.get(params.id, query.discarded ?? false), tagged),
      byBarcode: ({ params }) => Effect.map(products.byBarcode(params.gtin), (data) => ({ data })),
      create: ({ payload, query }) => {
        const command = new CreateProduct({ input: payload })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), (made) => created(made, `/v1/products/${made.id}`))
      },
      createAll: ({ payload, query }) => {
        const command = new CreateProducts({ items: payload.items })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), triedBody)
          : Effect.map(products.execute(command), (data) => ({ data }))
      },
      update: ({ headers, params, payload, query }) => {
        const command = new UpdateProduct({ id: params.id, patch: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), tagged)
      },
      discard: ({ headers, params, query }) => {
        const command = new DiscardProduct({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), triedDeletion)
          : products.execute(command)
      },
      restore: ({ headers, params, query }) => {
        const command = new RestoreProduct({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), tagged)
      }
    })
  })
).pipe(Layer.provide(Products.layer))
