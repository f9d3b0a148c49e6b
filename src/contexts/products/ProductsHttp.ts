import { Effect, Layer } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"
import { nutrients } from "./contract/Nutrients.ts"
import type { Product } from "./contract/Product.ts"
import { CreateProduct, DiscardProduct, RestoreProduct, UpdateProduct } from "./contract/ProductCommands.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"
import { Products } from "./Products.ts"

const etag = (version: number) => `"${version}"`

const tagged = (product: Product) =>
  HttpApiSchema.withHeaders({ body: { data: product }, headers: { etag: etag(product.version) } })

export const ProductsHttp = HttpApiBuilder.group(
  ProductsApi,
  "products",
  Effect.fn(function*(handlers) {
    const products = yield* Products

    return handlers.handleAll({
      list: ({ query }) => products.list(query),
      nutrients: () => Effect.as(products.signedIn, { data: nutrients }),
      get: ({ params, query }) =>
        Effect.map(
          products.get(params.id, query.discarded ?? false),
          (product) => HttpApiSchema.withHeaders({ body: { data: product }, headers: { etag: etag(product.version) } })
        ),
      create: ({ payload }) =>
        Effect.map(products.execute(new CreateProduct({ input: payload })), (product) =>
          HttpApiSchema.withHeaders({
            body: { data: product },
            headers: { etag: etag(product.version), location: `/v1/products/${product.id}` }
          })),
      update: ({ headers, params, payload }) =>
        Effect.map(
          products.execute(new UpdateProduct({ id: params.id, patch: payload, ifMatch: headers["if-match"] })),
          tagged
        ),
      discard: ({ headers, params }) =>
        products.execute(new DiscardProduct({ id: params.id, ifMatch: headers["if-match"] })),
      restore: ({ headers, params }) =>
        Effect.map(products.execute(new RestoreProduct({ id: params.id, ifMatch: headers["if-match"] })), tagged)
    })
  })
).pipe(Layer.provide(Products.layer))
