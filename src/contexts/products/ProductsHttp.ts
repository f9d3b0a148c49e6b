import { Effect, Layer } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"
import { nutrients } from "./contract/Nutrients.ts"
import { CreateProduct } from "./contract/ProductCommands.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"
import { ProductQueries } from "./product/ProductQueries.ts"
import { Products } from "./Products.ts"

const etag = (version: number) => `"${version}"`

export const ProductsHttp = HttpApiBuilder.group(
  ProductsApi,
  "products",
  Effect.fn(function*(handlers) {
    const products = yield* Products
    const queries = yield* ProductQueries

    return handlers.handleAll({
      list: ({ query }) => queries.list(query),
      nutrients: () => Effect.as(queries.signedIn, { data: nutrients }),
      get: ({ params, query }) =>
        Effect.map(queries.get(params.id, query.discarded ?? false), (product) =>
          HttpApiSchema.withHeaders({ body: { data: product }, headers: { etag: etag(product.version) } })),
      create: ({ payload }) =>
        Effect.map(products.execute(new CreateProduct({ input: payload })), (product) =>
          HttpApiSchema.withHeaders({
            body: { data: product },
            headers: { etag: etag(product.version), location: `/v1/products/${product.id}` }
          }))
    })
  })
).pipe(Layer.provide([Products.layer, ProductQueries.layer]))
