import { Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { created, tagged, tried, triedBody, triedDeletion } from "../../kernel/answers.ts"
import {
  CopyRecipe,
  CreateRecipe,
  DiscardRecipe,
  RateRecipe,
  RecomputeNutrition,
  RestoreRecipe,
  UpdateRecipe,
  WithdrawRating
} from "./contract/RecipeCommands.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import { units } from "./contract/Units.ts"
import { Recipes } from "./Recipes.ts"

export const RecipesHttp = HttpApiBuilder.group(
  RecipesApi,
  "recipes",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes
    const made = <A extends { readonly id: string; readonly version: number }>(recipe: A) =>
      created(recipe, `/v1/recipes/${recipe.id}`)

    return handlers.handleAll({
      list: ({ query }) => recipes.listRecipes(query),
      get: ({ params }) => Effect.map(recipes.getRecipe(params.id), tagged),
      nutrition: ({ params, query }) =>
        Effect.map(
          recipes.nutritionOfRecipe(params.id, query.nutrient, query.fresh ?? false),
          (data) => ({ data })
        ),
      explain: ({ params, query }) =>
        Effect.map(recipes.explainRecipe(params.id, query.nutrient, query.per ?? "total"), (data) => ({ data })),
      ratings: ({ params, query }) => recipes.ratings(params.id, query),
      create: ({ payload, query }) => {
        const command = new CreateRecipe({ input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), made)
      },
      update: ({ headers, params, payload, query }) => {
        const command = new UpdateRecipe({ id: params.id, patch: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      discard: ({ headers, params, query }) => {
        const command = new DiscardRecipe({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      },
      restore: ({ headers, params, query }) => {
        const command = new RestoreRecipe({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      copy: ({ params, query }) => {
        const command = new CopyRecipe({ id: params.id })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), made)
      },
      rate: ({ params, payload, query }) => {
        const command = new RateRecipe({ id: params.id, input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedBody)
          : Effect.map(recipes.execute(command), (data) => ({ data }))
      },
      recompute: ({ query }) => {
        const command = new RecomputeNutrition()
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedBody)
          : Effect.map(recipes.execute(command), (data) => ({ data }))
      },
      withdrawRating: ({ params, query }) => {
        const command = new WithdrawRating({ id: params.id })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))

export const UnitsHttp = HttpApiBuilder.group(
  RecipesApi,
  "units",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes
    return handlers.handleAll({ units: () => Effect.as(recipes.signedIn, { data: units }) })
  })
).pipe(Layer.provide(Recipes.layer))
