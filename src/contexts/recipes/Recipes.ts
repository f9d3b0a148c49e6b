import { Context, Effect, Layer } from "effect"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { type RecipeCommand, recipePermissions } from "./contract/RecipeCommands.ts"
import { ratingHandlers } from "./recipe/RatingHandlers.ts"
import { recipeHandlers } from "./recipe/RecipeHandlers.ts"
import { RecipeQueries } from "./recipe/RecipeQueries.ts"
import { RecipeRepo } from "./recipe/RecipeRepo.ts"

/** The recipes context, as the rest of the program sees it: a bus that takes its commands, and its queries. */
export class Recipes
  extends Context.Service<Recipes, CommandBus.CommandBus<RecipeCommand> & RecipeQueries["Service"]>()(
    "cardapio/contexts/recipes/Recipes"
  )
{
  static readonly layerNoDeps = Layer.effect(
    Recipes,
    Effect.gen(function*() {
      const bus = yield* CommandBus.make<RecipeCommand>({
        context: "recipes",
        permissions: recipePermissions,
        handlers: { ...yield* recipeHandlers, ...yield* ratingHandlers }
      })
      return { ...bus, ...yield* RecipeQueries }
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide([RecipeRepo.layer, RecipeQueries.layer]))
}
