import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import { CopyMeal, CreateMeal, DiscardMeal, RestoreMeal, UpdateMeal } from "./contract/MealCommands.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import { Recipes } from "./Recipes.ts"

export const MealsHttp = HttpApiBuilder.group(
  RecipesApi,
  "meals",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes
    const made = <A extends { readonly id: string; readonly version: number }>(meal: A) =>
      created(meal, `/v1/meals/${meal.id}`)

    return handlers.handleAll({
      list: ({ query }) => recipes.listMeals(query),
      get: ({ params }) => Effect.map(recipes.getMeal(params.id), tagged),
      nutrition: ({ params, query }) =>
        Effect.map(recipes.nutritionOfMeal(params.id, query.nutrient, query.fresh ?? false), (data) => ({ data })),
      explain: ({ params, query }) =>
        Effect.map(recipes.explainMeal(params.id, query.nutrient, query.per ?? "total"), (data) => ({ data })),
      create: ({ payload, query }) => {
        const command = new CreateMeal({ input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), made)
      },
      update: ({ headers, params, payload, query }) => {
        const command = new UpdateMeal({ id: params.id, patch: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      discard: ({ headers, params, query }) => {
        const command = new DiscardMeal({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      },
      restore: ({ headers, params, query }) => {
        const command = new RestoreMeal({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      copy: ({ params, query }) => {
        const command = new CopyMeal({
          id: params.id,
          withRecipes: query.withRecipes ?? false,
          slot: query.menuId === undefined || query.slotId === undefined
            ? undefined
            : { menuId: query.menuId, slotId: query.slotId }
        })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), made)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))
