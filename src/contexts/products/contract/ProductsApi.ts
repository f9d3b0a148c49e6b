import { ByteSize, Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { ContextApi } from "../../../kernel/contract/ContextApi.ts"
import { documented, type Parameter } from "../../../kernel/contract/documented.ts"
import {
  changedOrDryRun,
  createdOrDryRun,
  doneOrDryRun,
  dryRunnable,
  dryRunOf
} from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { BulkConflict, BulkCreated, BulkInput } from "./BulkProducts.ts"
import { ClassificationsGroup } from "./ClassificationsApi.ts"
import { FilterOptions, FilterOptionsQuery } from "./FilterOptions.ts"
import { FoodVotesGroup } from "./FoodVotesApi.ts"
import { Barcode, Product, ProductId, ProductInput } from "./Product.ts"
import { productPermissions } from "./ProductCommands.ts"
import { inputExample, patchedExample, patchExample, productExample } from "./productExamples.ts"
import { ProductPatch } from "./ProductPatch.ts"
import {
  BarcodeInvalid,
  BarcodeTaken,
  ProductNotFound,
  ReferenceUnknown,
  SourceRefTaken,
  UnitNotConvertible,
  ValueOutOfRange
} from "./ProductProblems.ts"
import { ProductQuery } from "./ProductQuery.ts"
import { ListedProduct, SimilarProduct, SimilarQuery } from "./ProductSearch.ts"

/** What any change of a product can fail with. */
const changing = [PermissionMissing, ProductNotFound, VersionMismatch, VersionConflict, CommandTimedOut] as const

/** A product with its ETag, or a dry run, which has none. */
const productOrDryRun = changedOrDryRun(Product)

const NutrientDefinition = Schema.Struct({
  code: Schema.String,
  unit: Schema.String,
  infoods: Schema.NullOr(Schema.String).annotate({ description: "INFOODS component tag" }),
  sr: Schema.NullOr(Schema.String).annotate({ description: "Nutrient number of USDA SR28" })
}).annotate({ identifier: "NutrientDefinition" })

const family = (name: string, type: string, description: string): Parameter => ({
  name,
  in: "query",
  required: false,
  description,
  schema: { type }
})

/** A few of the families `nutrients.<code>` and `allergen.<code>`, which take every code of the registry. */
const families: ReadonlyArray<Parameter> = [
  family("nutrients.protein[gte]", "number", "At least so much protein, g per 100 g; so for every nutrient code"),
  family("nutrients.energyKcal[lte]", "number", "At most so much energy, kcal per 100 g"),
  family("nutrients.iron[null]", "boolean", "true: iron is unknown"),
  family("allergen.gluten", "string", "contains, mayContain, free or unknown; so for every allergen code")
]

const noOptions = { type: "multiSelection", options: [], truncated: false }
const filterOptionsExample = {
  sort: { type: "sort", options: ["name", "createdAt", "updatedAt", "source", "nutrients.protein"] },
  source: {
    type: "multiSelection",
    options: [{ id: "01980000-0000-7000-8002-000000000003", name: "TACO", count: 9 }],
    truncated: false
  },
  brand: noOptions,
  category: {
    type: "multiSelection",
    options: [
      { id: "019c0d5e-0000-7000-8000-00000000000a", name: "Frutas e derivados", count: 6 },
      { id: "019c0d5e-0000-7000-8000-00000000000b", name: "Verduras, hortaliças e derivados", count: 2 },
      { id: "019c0d5e-0000-7000-8000-00000000000c", name: "Cereais e derivados", count: 1 }
    ],
    truncated: false
  },
  parentCategory: noOptions,
  foodGroup: noOptions,
  processType: noOptions
}

const similarDescription =
  "One product for each name, best first, for matching the names of ingredients: `/v1/products/similar?name=batata frita` answers "
  + "`Batata, frita, tipo chips, industrializada` before `Batata, inglesa, frita`, each with its `rank`. A food that is cooked in "
  + "a way that the name does not tell is left out: `Batata` does not answer a fried one."

export class ProductsGroup extends HttpApiGroup.make("products")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: ProductQuery,
      success: many(ListedProduct),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listProducts", "List products", {
      description:
        "Filters: `field=value` (repeat for any of), `field[ne|nin|like|gte|lte|gt|lt|null]=value`. Nutrients are filtered by "
        + "`nutrients.<code>[gte]=…`, allergens by `allergen.<code>=free`. An unknown nutrient is in no range.\n\n"
        + "`q` searches names, aliases, shopping names and brands, without case, accents and punctuation: `q=feijao preto` finds "
        + "`Feijão, preto, cozido`, `q=brocoli` also `Brócolis, cru`. It answers the 1,000 best products at most, which `total` "
        + "counts, best first unless `sort` is given; `match` tells of each how it was found.",
      parameters: families,
      examples: {
        200: {
          data: [{ ...productExample, match: { tier: 4, field: "name", score: 1 } }],
          pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null }
        }
      }
    })),
    HttpApiEndpoint.get("nutrients", "/nutrients", {
      success: one(Schema.Array(NutrientDefinition))
    }).annotateMerge(documented("listNutrients", "List the nutrients that a product can carry", {
      description: "The codes by which products carry them, and the unit in which they are answered.",
      examples: { 200: { data: [{ code: "energyKcal", unit: "kcal", infoods: "ENERC_KCAL", sr: "208" }] } }
    })),
    HttpApiEndpoint.get("filterOptions", "/filter-options", {
      query: FilterOptionsQuery,
      success: one(FilterOptions)
    }).annotateMerge(documented("listFilterOptions", "List what a list of products can be narrowed by", {
      description:
        "Takes the filters of the list. Of each kind, the classifications that products carry and how many: of those products that pass "
        + "the filters of the other kinds. Undecided products of `auto` are left out, as in the list. The example is what TACO answers "
        + "to `nutrients.vitaminC[gte]=100`, with the first few fields to sort by.",
      parameters: families,
      examples: { 200: { data: filterOptionsExample } }
    })),
    HttpApiEndpoint.get("similar", "/similar", {
      query: SimilarQuery,
      success: one(Schema.Array(SimilarProduct))
    }).annotateMerge(documented("listSimilarProducts", "List foods with similar names", {
      description: similarDescription,
      examples: { 200: { data: [{ ...productExample, barcode: null, rank: [1, 1, 1, 5, 1, 5, 1, 5, 1, 5, 0.2727] }] } }
    })),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: ProductId },
      query: { discarded: ProductQuery.schema.fields.discarded },
      success: HttpApiSchema.WithHeaders(one(Product), { etag: Schema.String }),
      error: [ProductNotFound]
    }).annotateMerge(documented("getProduct", "Read a product", {
      description: "Its ETag is its version. A discarded one is read with `discarded=true`.",
      examples: { 200: { data: productExample } }
    })),
    HttpApiEndpoint.get("byBarcode", "/barcode/:gtin", {
      params: { gtin: Barcode },
      success: one(Schema.Array(Product)),
      error: [ProductNotFound, BarcodeInvalid]
    }).annotateMerge(documented("getProductsByBarcode", "Read the products with a barcode", {
      description:
        "All live ones, of the best source first; also those of which nobody knows yet whether they are food. "
        + "8, 12, 13 and 14 digits of one number are the same item.",
      examples: { 200: { data: [productExample] } }
    })),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: ProductInput,
      success: createdOrDryRun(Product),
      error: [
        PermissionMissing,
        BarcodeTaken,
        SourceRefTaken,
        BarcodeInvalid,
        UnitNotConvertible,
        ValueOutOfRange,
        ReferenceUnknown,
        VersionConflict,
        CommandTimedOut
      ]
    }).middleware(Idempotency).annotateMerge(documented("createProduct", "Create a product", {
      access: needs(productPermissions, "products/CreateProduct"),
      description: "Units are converted; what follows from the given values is derived, and marked so.",
      examples: { request: inputExample, 201: { data: productExample } }
    })),
    HttpApiEndpoint.post("createAll", "/bulk", {
      headers: idempotent,
      query: dryRunnable,
      payload: BulkInput,
      success: [
        dryRunOf(Schema.Array(BulkCreated)),
        one(Schema.Array(BulkCreated)).pipe(HttpApiSchema.status(201))
      ],
      error: [
        PermissionMissing,
        BulkConflict,
        BarcodeInvalid,
        UnitNotConvertible,
        ValueOutOfRange,
        ReferenceUnknown,
        CommandTimedOut
      ]
    }).middleware(Idempotency).annotateMerge(documented("createProducts", "Create up to 1,000 products", {
      access: needs(productPermissions, "products/CreateProducts"),
      description:
        "All or nothing, up to 8 MiB. If an item cannot be created, nothing is stored, and `errors` tells of each bad item "
        + "by its pointer, such as `/items/17/barcode`: 422 if a product like it could never be created, 409 if all that is in "
        + "the way are other products or earlier items.",
      bodyLimit: ByteSize.mebibytes(8),
      examples: {
        request: {
          items: [
            { name: "Leite integral", barcode: "7891000100103", nutrients: { energyKcal: 61, protein: 3.2 } },
            { name: "Arroz branco cozido", nutrients: { energyKcal: 128 } }
          ]
        },
        "201": {
          data: [
            { index: 0, id: "01a208d0-c3d7-7680-a0a1-e1db4999117d" },
            { index: 1, id: "01a208d0-c3d7-7c0e-9b1f-2f8f3f0f6d55" }
          ]
        }
      }
    })),
    HttpApiEndpoint.patch("update", "/:id", {
      params: { id: ProductId },
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(ProductPatch),
      success: productOrDryRun,
      error: [
        ...changing,
        BarcodeTaken,
        SourceRefTaken,
        BarcodeInvalid,
        UnitNotConvertible,
        ValueOutOfRange,
        ReferenceUnknown
      ]
    }).annotateMerge(documented("updateProduct", "Change a product", {
      access: needs(productPermissions, "products/UpdateProduct"),
      description:
        "JSON Merge Patch (RFC 7396): what is absent stays, null clears, objects are merged. What is derived "
        + "follows, and the fields that were changed stand in `manualFields`: imports leave them alone.",
      examples: { request: patchExample, 200: { data: patchedExample } }
    })),
    HttpApiEndpoint.delete("discard", "/:id", {
      params: { id: ProductId },
      headers: conditional,
      query: dryRunnable,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(documented("discardProduct", "Discard a product", {
      access: needs(productPermissions, "products/DiscardProduct"),
      description: "It is left out of lists and reads 404 unless discarded=true is asked for; it can be restored."
    })),
    HttpApiEndpoint.post("restore", "/:id/restore", {
      params: { id: ProductId },
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      success: productOrDryRun,
      error: [...changing, BarcodeTaken, ReferenceUnknown]
    }).middleware(Idempotency).annotateMerge(documented("restoreProduct", "Restore a discarded product", {
      access: needs(productPermissions, "products/RestoreProduct"),
      description: "Refused while a live product of its source has its barcode, or a classification that it carries is "
        + "deleted: restore that one first. A product that is not discarded stays as it is.",
      examples: { 200: { data: { ...productExample, version: 3 } } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/products")
  .annotateMerge(OpenApi.annotations({ title: "Products", description: "Foods and their facts" }))
{}

export class ProductsApi extends ContextApi.add(ProductsGroup, FoodVotesGroup, ClassificationsGroup) {}
