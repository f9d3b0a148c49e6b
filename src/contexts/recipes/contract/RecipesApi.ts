import { ByteSize, Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { ContextApi } from "../../../kernel/contract/ContextApi.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import {
  changedOrDryRun,
  createdOrDryRun,
  doneOrDryRun,
  dryRunnable,
  dryRunOf,
  oneOrDryRun
} from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { Produces } from "../../../kernel/contract/Produces.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs, ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { ClientsGroup } from "./ClientsApi.ts"
import { MealsGroup } from "./MealsApi.ts"
import { MenusGroup } from "./MenusApi.ts"
import { Explanation, Nutrition } from "./Nutrition.ts"
import { RatingQuery } from "./RatingQuery.ts"
import { Rating, RatingInput, Recipe, RecipeId, RecipeInput, RecipePatch, Recomputing } from "./Recipe.ts"
import { recipePermissions } from "./RecipeCommands.ts"
import {
  FetchDisabled,
  FetchFailed,
  ImportedRecipe,
  ImportSource,
  ImportText,
  JsonldInvalid,
  LinesInput,
  LinksInput,
  NoRecipeFound,
  ReadLine
} from "./RecipeImport.ts"
import {
  NotRestorable,
  PositionsNotConsecutive,
  ProductUnknown,
  RatingNotFound,
  RecipeNotFound,
  UnitNotAnAmount,
  UnitUnknown
} from "./RecipeProblems.ts"
import { ExplainQuery, NutritionQuery, RecipeQuery } from "./RecipeQuery.ts"
import { ShoppingListsGroup } from "./ShoppingListsApi.ts"
import { TagsGroup } from "./TagsApi.ts"

const changing = [RecipeNotFound, PermissionMissing, VersionMismatch, VersionConflict, CommandTimedOut] as const
const faults = [ProductUnknown, UnitUnknown, UnitNotAnAmount, PositionsNotConsecutive] as const
const address = { params: { id: RecipeId } }
const authors = ownerOr("its author", "recipes", "manage_recipes")
const readers = "For whoever may read it."

const importable = [
  ImportText.pipe(HttpApiSchema.asText({ contentType: "text/html" })),
  ImportText.pipe(HttpApiSchema.asText({ contentType: "application/ld+json" })),
  ImportSource
] as const
const importFaults = [JsonldInvalid, NoRecipeFound, FetchDisabled, FetchFailed, ProductUnknown] as const
const bodyLimit = ByteSize.mebibytes(5)
const importing =
  "The body is the text of a page (text/html) or of schema.org JSON-LD (application/ld+json), or either as `text` of JSON, up to 5 MiB; where IMPORT_FETCH is true also the address of a page, as `url`. Each ingredient line is read, "
  + "and linked to the food with the most similar name where that is at least 0.8 similar and by 0.1 more than the next; else the five best "
  + "are suggested."

const example = {
  name: "Arroz com cebola",
  servings: 4,
  tags: [{ key: "meal", value: "lunch" }],
  ingredients: [
    { name: "arroz", quantity: 300, unit: "g", cooking: "amountRaw" },
    { name: "azeite", quantity: 2, unit: "colher de sopa" },
    { name: "cebola", quantity: 1, unit: "piece" },
    { name: "sal", note: "a gosto" }
  ],
  instructions: "Refogue a cebola no azeite.\nJunte o arroz e 600 ml de água.\nCozinhe por 20 minutos."
}

export class RecipesGroup extends HttpApiGroup.make("recipes")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: RecipeQuery,
      success: many(Recipe),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listRecipes", "List recipes", {
      description:
        "One's own, and public ones. Amounts are those of the whole recipe, `perServing.<nutrient>` those of one serving."
    })),
    HttpApiEndpoint.get("get", "/:id", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(Recipe), { etag: Schema.String }),
      error: [RecipeNotFound]
    }).annotateMerge(documented("getRecipe", "Read a recipe")),
    HttpApiEndpoint.get("nutrition", "/:id/nutrition", {
      ...address,
      query: NutritionQuery,
      success: one(Nutrition),
      error: [RecipeNotFound]
    }).annotateMerge(documented("getRecipeNutrition", "Read all nutrients of a recipe", {
      description:
        "Whole, per serving and per 100 g of the ready dish. A value that is not complete is a lower bound, and `missing` names what it lacks."
    })),
    HttpApiEndpoint.get("explain", "/:id/nutrition/explain", {
      ...address,
      query: ExplainQuery,
      success: one(Explanation),
      error: [RecipeNotFound]
    }).annotateMerge(documented("explainRecipeNutrition", "Tell how an amount of a nutrient comes about", {
      description: "From the total to each ingredient, its conversion to grams, and the product with its source."
    })),
    HttpApiEndpoint.get("ratings", "/:id/ratings", {
      ...address,
      query: RatingQuery,
      success: many(Rating),
      error: [RecipeNotFound, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listRecipeRatings", "List what users think of a recipe")),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: RecipeInput,
      success: createdOrDryRun(Recipe),
      error: [PermissionMissing, CommandTimedOut, ...faults]
    }).middleware(Idempotency).annotateMerge(documented("createRecipe", "Create a recipe", {
      access: needs(recipePermissions, "recipes/CreateRecipe"),
      description: "The caller is its author. An ingredient without a product counts as unknown, never as zero.",
      examples: { request: example }
    })),
    HttpApiEndpoint.post("import", "/import", {
      headers: idempotent,
      query: dryRunnable,
      payload: importable,
      success: [
        dryRunOf(Schema.Array(ImportedRecipe)),
        one(Schema.Array(ImportedRecipe)).pipe(HttpApiSchema.status(201))
      ],
      error: [PermissionMissing, CommandTimedOut, ...importFaults]
    }).middleware(Idempotency).annotateMerge(documented("importRecipes", "Import the recipes of a page", {
      access: needs(recipePermissions, "recipes/ImportRecipes"),
      description: importing,
      bodyLimit
    })),
    HttpApiEndpoint.post("previewImport", "/import/preview", {
      payload: importable,
      success: one(Schema.Array(ImportedRecipe)),
      error: [PermissionMissing, CommandTimedOut, ...importFaults]
    }).annotateMerge(documented("previewRecipeImport", "Show what an import would make", {
      access: needs(recipePermissions, "recipes/ImportRecipes"),
      description: `Nothing is kept. ${importing}`,
      bodyLimit
    })),
    HttpApiEndpoint.post("parseLines", "/parse-lines", {
      payload: LinesInput,
      success: one(Schema.Array(ReadLine))
    }).annotateMerge(documented("parseIngredientLines", "Read ingredient lines", {
      description: "In English and Portuguese. At worst all of a line is its name.",
      examples: { request: { lines: ["1 1/2 cups flour, sifted", "2 bifes de frango (cerca de 240 g)"] } }
    })),
    HttpApiEndpoint.post("link", "/:id/links", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      payload: LinksInput,
      success: changedOrDryRun(Recipe),
      error: [...changing, ...faults]
    }).middleware(Idempotency).annotateMerge(documented("linkIngredients", "Say which products ingredients are", {
      access: authors,
      examples: { request: { links: [{ position: 0, productId: "019c0d5e-0000-7000-8000-00000000000a" }] } }
    })),
    HttpApiEndpoint.get("jsonld", "/:id/jsonld", {
      ...address,
      success: Schema.JsonObject.pipe(HttpApiSchema.asJson({ contentType: "application/ld+json" })),
      error: [RecipeNotFound]
    }).annotate(Produces, "application/ld+json").annotateMerge(
      documented("exportRecipe", "Read a recipe as schema.org JSON-LD", {
        description: "With its computed nutrition per serving, of those nutrients that are complete."
      })
    ),
    HttpApiEndpoint.post("recompute", "/recompute", {
      headers: idempotent,
      query: dryRunnable,
      success: oneOrDryRun(Recomputing),
      error: [PermissionMissing, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("recomputeNutrition", "Compute all recipes and meals anew", {
      access: needs(recipePermissions, "recipes/RecomputeNutrition"),
      description: "They follow their products by themselves: this mends what an older version computed otherwise. "
        + "The work is done by the workers, in batches."
    })),
    HttpApiEndpoint.patch("update", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(RecipePatch),
      success: changedOrDryRun(Recipe),
      error: [...changing, ...faults]
    }).annotateMerge(documented("updateRecipe", "Change a recipe", {
      access: authors,
      description: "JSON Merge Patch (RFC 7396): what is absent stays, null clears, lists are replaced whole.",
      examples: { request: { servings: 6, privacy: "public" } }
    })),
    HttpApiEndpoint.delete("discard", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(documented("discardRecipe", "Discard a recipe", {
      access: authors,
      description: "It can be restored for 90 days."
    })),
    HttpApiEndpoint.post("restore", "/:id/restore", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      success: changedOrDryRun(Recipe),
      error: [...changing, NotRestorable]
    }).middleware(Idempotency).annotateMerge(
      documented("restoreRecipe", "Restore a discarded recipe", { access: authors })
    ),
    HttpApiEndpoint.post("copy", "/:id/copy", {
      ...address,
      headers: idempotent,
      query: dryRunnable,
      success: createdOrDryRun(Recipe),
      error: [RecipeNotFound, PermissionMissing, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("copyRecipe", "Copy a recipe to one's own", {
      access: readers,
      description: "The copy is private, without ratings, and its author is the caller."
    })),
    HttpApiEndpoint.put("rate", "/:id/ratings/mine", {
      ...address,
      query: dryRunnable,
      payload: RatingInput,
      success: oneOrDryRun(Rating),
      error: [RecipeNotFound, PermissionMissing, CommandTimedOut]
    }).annotateMerge(documented("rateRecipe", "Rate a recipe, or change one's rating", {
      access: readers,
      examples: { request: { taste: 5, convenience: 4, comment: "Fica ótimo com alho." } }
    })),
    HttpApiEndpoint.delete("withdrawRating", "/:id/ratings/mine", {
      ...address,
      query: dryRunnable,
      success: doneOrDryRun,
      error: [RecipeNotFound, RatingNotFound, PermissionMissing, CommandTimedOut]
    }).annotateMerge(documented("withdrawRecipeRating", "Withdraw one's rating", { access: readers }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/recipes")
  .annotateMerge(OpenApi.annotations({ title: "Recipes", description: "Recipes and what they contain" }))
{}

const Unit = Schema.Struct({
  code: Schema.String,
  kind: Schema.Literals(["mass", "volume", "piece", "portion"]),
  factor: Schema.NullOr(Schema.Finite).annotate({ description: "Grams or millilitres of one" }),
  english: Schema.Array(Schema.String),
  portuguese: Schema.Array(Schema.String)
}).annotate({ identifier: "Unit" })

export class UnitsGroup extends HttpApiGroup.make("units")
  .add(
    HttpApiEndpoint.get("units", "/units", { success: one(Schema.Array(Unit)) }).annotateMerge(
      documented("listUnits", "List the units of ingredients", {
        description: "With the words that stand for them; accents, dots, brackets and plurals make no difference."
      })
    )
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1")
  .annotateMerge(OpenApi.annotations({ title: "Units", description: "What ingredients are measured in" }))
{}

export class RecipesApi extends ContextApi.add(
  RecipesGroup,
  MealsGroup,
  MenusGroup,
  ClientsGroup,
  ShoppingListsGroup,
  TagsGroup,
  UnitsGroup
) {}
