import { Effect, Layer } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"
import type { DryRun } from "../../kernel/CommandBus.ts"
import { nutrients } from "./contract/Nutrients.ts"
import type { Product } from "./contract/Product.ts"
import {
  CreateProduct,
  CreateProducts,
  DiscardProduct,
  RestoreProduct,
  UpdateProduct
} from "./contract/ProductCommands.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"
import { Products } from "./Products.ts"

const etag = (version: number) => `"${version}"`

const tagged = (product: Product) =>
  HttpApiSchema.withHeaders({ body: { data: product }, headers: { etag: etag(product.version) } })

const created = (product: Product) =>
  HttpApiSchema.withHeaders({
    body: { data: product },
    headers: { etag: etag(product.version), location: `/v1/products/${product.id}` }
  })

/** Without an ETag: there is nothing that has it. */
const tried = <A>({ answer, events }: DryRun<A>) =>
  HttpApiSchema.withHeaders({ body: { data: answer, events, dryRun: true as const }, headers: {} })

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
      get: ({ params, query }) =>
        Effect.map(
          products.get(params.id, query.discarded ?? false),
          (product) => HttpApiSchema.withHeaders({ body: { data: product }, headers: { etag: etag(product.version) } })
        ),
      byBarcode: ({ params }) => Effect.map(products.byBarcode(params.gtin), (data) => ({ data })),
      create: ({ payload, query }) => {
        const command = new CreateProduct({ input: payload })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), created)
      },
      createAll: ({ payload, query }) => {
        const command = new CreateProducts({ items: payload.items })
        return query.dryRun === true
          ? Effect.map(
            products.dryRun(command),
            ({ answer, events }) => ({ data: answer, events, dryRun: true as const })
          )
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
          ? Effect.map(products.dryRun(command), ({ events }) => tried({ answer: null, events }))
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
