import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import { ClassificationQueries } from "./classification/ClassificationQueries.ts"
import {
  type ClassificationId,
  type ClassificationKind,
  classificationPaths,
  type ClassificationQuery,
  type Source,
  type SourceInput,
  type SourcePatch
} from "./contract/Classification.ts"
import {
  CreateClassification,
  DeleteClassification,
  RestoreClassification,
  UpdateClassification
} from "./contract/ClassificationCommands.ts"
import { ProductsApi } from "./contract/ProductsApi.ts"
import { Products } from "./Products.ts"

interface Addressed {
  readonly params: { readonly id: ClassificationId }
  readonly headers: { readonly "if-match"?: string }
  readonly query: { readonly dryRun?: boolean }
}

const handlersOf = Effect.gen(function*() {
  const queries = yield* ClassificationQueries
  const products = yield* Products

  return (kind: ClassificationKind) => {
    const made = (found: Source) => created(found, `/v1/products${classificationPaths[kind]}/${found.id}`)

    return {
      list: ({ query }: { readonly query: ClassificationQuery }) => queries.list(kind, query),
      get: ({ params, query }: Pick<Addressed, "params"> & { readonly query: { readonly discarded?: boolean } }) =>
        Effect.map(queries.get(kind, params.id, query.discarded ?? false), tagged),
      create: ({ payload, query }: Pick<Addressed, "query"> & { readonly payload: SourceInput }) => {
        const command = new CreateClassification({ kind, input: payload })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), made)
      },
      update: ({ headers, params, payload, query }: Addressed & { readonly payload: SourcePatch }) => {
        const command = new UpdateClassification({ kind, id: params.id, ifMatch: headers["if-match"], patch: payload })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), tagged)
      },
      delete: (
        { headers, params, query }: Addressed & { readonly query: { readonly reassignTo?: ClassificationId } }
      ) => {
        const { dryRun, reassignTo } = query
        const command = new DeleteClassification({ kind, id: params.id, ifMatch: headers["if-match"], reassignTo })
        return dryRun === true
          ? Effect.map(products.dryRun(command), triedDeletion)
          : products.execute(command)
      },
      restore: ({ headers, params, query }: Addressed) => {
        const command = new RestoreClassification({ kind, id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(products.dryRun(command), tried)
          : Effect.map(products.execute(command), tagged)
      }
    }
  }
})

export const ClassificationsHttp = HttpApiBuilder.group(
  ProductsApi,
  "classifications",
  Effect.fn(function*(handlers) {
    const of = yield* handlersOf
    const [source, brand, category] = [of("source"), of("brand"), of("category")]
    const [parentCategory, foodGroup, processType] = [of("parentCategory"), of("foodGroup"), of("processType")]

    return handlers.handleAll({
      listSources: source.list,
      getSource: source.get,
      createSource: source.create,
      updateSource: source.update,
      deleteSource: source.delete,
      restoreSource: source.restore,
      listBrands: brand.list,
      getBrand: brand.get,
      createBrand: brand.create,
      updateBrand: brand.update,
      deleteBrand: brand.delete,
      restoreBrand: brand.restore,
      listCategories: category.list,
      getCategory: category.get,
      createCategory: category.create,
      updateCategory: category.update,
      deleteCategory: category.delete,
      restoreCategory: category.restore,
      listParentCategories: parentCategory.list,
      getParentCategory: parentCategory.get,
      createParentCategory: parentCategory.create,
      updateParentCategory: parentCategory.update,
      deleteParentCategory: parentCategory.delete,
      restoreParentCategory: parentCategory.restore,
      listFoodGroups: foodGroup.list,
      getFoodGroup: foodGroup.get,
      createFoodGroup: foodGroup.create,
      updateFoodGroup: foodGroup.update,
      deleteFoodGroup: foodGroup.delete,
      restoreFoodGroup: foodGroup.restore,
      listProcessTypes: processType.list,
      getProcessType: processType.get,
      createProcessType: processType.create,
      updateProcessType: processType.update,
      deleteProcessType: processType.delete,
      restoreProcessType: processType.restore
    })
  })
).pipe(Layer.provide(Layer.merge(ClassificationQueries.layer, Products.layer)))
