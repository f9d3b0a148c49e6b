import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { changedOrDryRun, createdOrDryRun, doneOrDryRun, dryRunnable } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { QueryBoolean } from "../../../kernel/contract/QueryValues.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs, ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { Meal, MealId, MealInput, MealPatch } from "./Meal.ts"
import { mealPermissions } from "./MealCommands.ts"
import { MealHasPrivateRecipes, MealNotFound } from "./MealProblems.ts"
import { MealQuery } from "./MealQuery.ts"
import { MenuId, SlotId } from "./Menu.ts"
import { MenuArchivedProblem, MenuNotFound, SlotNotFound } from "./MenuProblems.ts"
import { Explanation, Nutrition } from "./Nutrition.ts"
import { NotRestorable, PositionsNotConsecutive, RecipeNotFound } from "./RecipeProblems.ts"
import { ExplainQuery, NutritionQuery } from "./RecipeQuery.ts"

const changing = [MealNotFound, PermissionMissing, VersionMismatch, VersionConflict, CommandTimedOut] as const
const faults = [RecipeNotFound, MealHasPrivateRecipes, PositionsNotConsecutive] as const
const address = { params: { id: MealId } }

const example = {
  name: "Almoço",
  components: [{ recipeId: "019c0d5e-0000-7000-8000-00000000000a", portions: 1.5 }],
  tags: [{ key: "meal", value: "lunch" }]
}

const authors = ownerOr("its author", "recipes", "manage_meals")

export class MealsGroup extends HttpApiGroup.make("meals")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: MealQuery,
      success: many(Meal),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listMeals", "List meals", { description: "One's own, and public ones." })),
    HttpApiEndpoint.get("get", "/:id", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(Meal), { etag: Schema.String }),
      error: [MealNotFound]
    }).annotateMerge(documented("getMeal", "Read a meal", {
      description:
        "A recipe that was discarded, or is private to another by now, keeps its place and the name it was added under, and counts as missing."
    })),
    HttpApiEndpoint.get("nutrition", "/:id/nutrition", {
      ...address,
      query: NutritionQuery,
      success: one(Nutrition),
      error: [MealNotFound]
    }).annotateMerge(documented("getMealNutrition", "Read all nutrients of a meal")),
    HttpApiEndpoint.get("explain", "/:id/nutrition/explain", {
      ...address,
      query: ExplainQuery,
      success: one(Explanation),
      error: [MealNotFound]
    }).annotateMerge(documented("explainMealNutrition", "Tell how an amount of a nutrient comes about")),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: MealInput,
      success: createdOrDryRun(Meal),
      error: [PermissionMissing, CommandTimedOut, ...faults]
    }).middleware(Idempotency).annotateMerge(documented("createMeal", "Create a meal", {
      access: needs(mealPermissions, "recipes/CreateMeal"),
      description: "Of recipes that are the caller's own or public.",
      examples: { request: example }
    })),
    HttpApiEndpoint.patch("update", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(MealPatch),
      success: changedOrDryRun(Meal),
      error: [...changing, ...faults]
    }).annotateMerge(documented("updateMeal", "Change a meal", {
      access: authors,
      description: "JSON Merge Patch (RFC 7396): what is absent stays, null clears, lists are replaced whole.",
      examples: { request: { like: true } }
    })),
    HttpApiEndpoint.delete("discard", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(
      documented("discardMeal", "Discard a meal", { access: authors, description: "It can be restored for 90 days." })
    ),
    HttpApiEndpoint.post("restore", "/:id/restore", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      success: changedOrDryRun(Meal),
      error: [...changing, NotRestorable]
    }).middleware(Idempotency).annotateMerge(
      documented("restoreMeal", "Restore a discarded meal", { access: authors })
    ),
    HttpApiEndpoint.post("copy", "/:id/copy", {
      ...address,
      headers: idempotent,
      query: Schema.Struct({
        ...dryRunnable,
        withRecipes: Schema.optionalKey(QueryBoolean).annotate({
          description: "true: its recipes are copied, too. Default: false"
        }),
        menuId: Schema.optionalKey(MenuId).annotate({ description: "With `slotId`: the menu that the copy goes into" }),
        slotId: Schema.optionalKey(SlotId).annotate({
          description: "The slot in which the copy takes the meal's place"
        })
      }).check(
        Schema.makeFilter(({ menuId, slotId }) =>
          (menuId === undefined) === (slotId === undefined) ||
          {
            path: [menuId === undefined ? "menuId" : "slotId"],
            issue: "menuId and slotId go together: both or neither"
          }
        )
      ),
      success: createdOrDryRun(Meal),
      error: [
        MealNotFound,
        MenuNotFound,
        SlotNotFound,
        MenuArchivedProblem,
        VersionConflict,
        PermissionMissing,
        CommandTimedOut
      ]
    }).middleware(Idempotency).annotateMerge(documented("copyMeal", "Copy a meal to one's own", {
      access: "For whoever may read it.",
      description:
        "The copy is private, and its author is the caller; in a slot, that of the menu, which the caller must be allowed to change."
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/meals")
  .annotateMerge(OpenApi.annotations({ title: "Meals", description: "What one person eats at one sitting" }))
{}
