import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedBody, triedDeletion } from "../../kernel/answers.ts"
import type { Recipe } from "./contract/Recipe.ts"
import {
  CopyRecipe,
  CreateRecipe,
  DiscardRecipe,
  ImportRecipes,
  LinkIngredients,
  RateRecipe,
  RecomputeNutrition,
  RestoreRecipe,
  UpdateRecipe,
  WithdrawRating
} from "./contract/RecipeCommands.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import { listedUnits } from "./contract/Units.ts"
import { parseLine } from "./parseLine.ts"
import type { Importable } from "./recipe/RecipeImports.ts"
import { Recipes } from "./Recipes.ts"

export const RecipesHttp = HttpApiBuilder.group(
  RecipesApi,
  "recipes",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes
    const made = <A extends { readonly id: string; readonly version: number }>(recipe: A) =>
      created(recipe, `/v1/recipes/${recipe.id}`)

    const importable = (payload: string | { readonly text?: string; readonly url?: string }) => {
      const { text = "", url } = typeof payload === "string" ? { text: payload } : payload
      return url === undefined ? recipes.readPage(text) : recipes.readAddress(url)
    }
    const told = (read: ReadonlyArray<Importable>, made: ReadonlyArray<Recipe>) =>
      made.flatMap((recipe, index) => {
        const { ingredientLinks, warnings } = read[index] ?? { ingredientLinks: [], warnings: [] }
        return [{ recipe, warnings, ingredientLinks }]
      })

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
      import: ({ payload, query }) =>
        Effect.gen(function*() {
          const read = yield* importable(payload)
          const command = new ImportRecipes({ inputs: read.map(({ input }) => input) })
          if (query.dryRun === true) {
            const { answer, events } = yield* recipes.dryRun(command)
            return triedBody({ answer: told(read, answer), events })
          }
          return { data: told(read, yield* recipes.execute(command)) }
        }),
      previewImport: ({ payload }) =>
        Effect.gen(function*() {
          const read = yield* importable(payload)
          const { answer } = yield* recipes.dryRun(new ImportRecipes({ inputs: read.map(({ input }) => input) }))
          return { data: told(read, answer) }
        }),
      parseLines: ({ payload }) =>
        Effect.as(recipes.signedIn, { data: payload.lines.map((line) => parseLine(line, payload.lang)) }),
      link: ({ headers, params, payload, query }) => {
        const command = new LinkIngredients({ id: params.id, links: payload.links, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      jsonld: ({ params }) => recipes.schemaOrg(params.id),
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
    return handlers.handleAll({ units: () => Effect.as(recipes.signedIn, { data: listedUnits }) })
  })
).pipe(Layer.provide(Recipes.layer))
