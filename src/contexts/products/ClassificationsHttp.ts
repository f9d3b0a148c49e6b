import { Effect, Layer } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"
import { ClassificationQueries } from "./classification/ClassificationQueries.ts"
import type { ClassificationId, ClassificationKind, ClassificationQuery } from "./contract/Classification.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"

export const ClassificationsHttp = HttpApiBuilder.group(
  ProductsApi,
  "classifications",
  Effect.fn(function*(handlers) {
    const queries = yield* ClassificationQueries
    const list = (kind: ClassificationKind) => ({ query }: { readonly query: ClassificationQuery }) =>
      queries.list(kind, query)
    const get = (kind: ClassificationKind) => ({ params }: { readonly params: { readonly id: ClassificationId } }) =>
      Effect.map(
        queries.get(kind, params.id),
        (found) => HttpApiSchema.withHeaders({ body: { data: found }, headers: { etag: `"${found.version}"` } })
      )

    return handlers.handleAll({
      listSources: list("source"),
      getSource: get("source"),
      listBrands: list("brand"),
      getBrand: get("brand"),
      listCategories: list("category"),
      getCategory: get("category"),
      listParentCategories: list("parentCategory"),
      getParentCategory: get("parentCategory"),
      listFoodGroups: list("foodGroup"),
      getFoodGroup: get("foodGroup"),
      listProcessTypes: list("processType"),
      getProcessType: get("processType")
    })
  })
).pipe(Layer.provide(ClassificationQueries.layer))
