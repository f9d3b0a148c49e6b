import { Context, Effect, Layer } from "effect"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { clientHandlers } from "./client/ClientHandlers.ts"
import { ClientQueries } from "./client/ClientQueries.ts"
import { ClientRepo } from "./client/ClientRepo.ts"
import { responseHandlers } from "./client/ResponseHandlers.ts"
import { ResponseQueries } from "./client/ResponseQueries.ts"
import { type ClientCommand, clientPermissions, type ResponseCommand } from "./contract/ClientCommands.ts"
import { type MealCommand, mealPermissions } from "./contract/MealCommands.ts"
import { type MenuCommand, menuPermissions } from "./contract/MenuCommands.ts"
import { type RecipeCommand, recipePermissions } from "./contract/RecipeCommands.ts"
import { type ShoppingListCommand, shoppingListPermissions } from "./contract/ShoppingListCommands.ts"
import { type TagCommand, tagPermissions } from "./contract/TagCommands.ts"
import { PageFetch } from "./import/PageFetch.ts"
import { mealHandlers } from "./meal/MealHandlers.ts"
import { MealQueries } from "./meal/MealQueries.ts"
import { MealRepo } from "./meal/MealRepo.ts"
import { menuCopies } from "./menu/MenuCopies.ts"
import { menuHandlers } from "./menu/MenuHandlers.ts"
import { MenuQueries } from "./menu/MenuQueries.ts"
import { MenuRepo } from "./menu/MenuRepo.ts"
import { slotHandlers } from "./menu/SlotHandlers.ts"
import { ratingHandlers } from "./recipe/RatingHandlers.ts"
import { recipeHandlers } from "./recipe/RecipeHandlers.ts"
import { RecipeImports } from "./recipe/RecipeImports.ts"
import { RecipeQueries } from "./recipe/RecipeQueries.ts"
import { RecipeRepo } from "./recipe/RecipeRepo.ts"
import { listHandlers } from "./shopping/ListHandlers.ts"
import { ListQueries } from "./shopping/ListQueries.ts"
import { tagHandlers } from "./tag/TagHandlers.ts"
import { TagQueries } from "./tag/TagQueries.ts"
import { recomputeHandlers } from "./totals/RecomputeHandlers.ts"
import { Totals } from "./totals/Totals.ts"

type Command =
  | RecipeCommand
  | MealCommand
  | MenuCommand
  | ClientCommand
  | ResponseCommand
  | ShoppingListCommand
  | TagCommand

/** The recipes context, as the rest of the program sees it: a bus that takes its commands, and its queries. */
export class Recipes extends Context.Service<
  Recipes,
  & CommandBus.CommandBus<Command>
  & RecipeQueries["Service"]
  & MealQueries["Service"]
  & MenuQueries["Service"]
  & ClientQueries["Service"]
  & ResponseQueries["Service"]
  & ListQueries["Service"]
  & Totals["Service"]
  & TagQueries["Service"]
  & RecipeImports["Service"]
>()("cardapio/contexts/recipes/Recipes") {
  static readonly layerNoDeps = Layer.effect(
    Recipes,
    Effect.gen(function*() {
      const bus = yield* CommandBus.make<Command>({
        context: "recipes",
        permissions: {
          ...recipePermissions,
          ...mealPermissions,
          ...menuPermissions,
          ...clientPermissions,
          ...shoppingListPermissions,
          ...tagPermissions
        },
        handlers: {
          ...yield* recipeHandlers,
          ...yield* ratingHandlers,
          ...yield* mealHandlers,
          ...yield* menuHandlers,
          ...yield* slotHandlers,
          ...yield* menuCopies,
          ...yield* clientHandlers,
          ...yield* responseHandlers,
          ...yield* listHandlers,
          ...yield* tagHandlers,
          ...yield* recomputeHandlers
        }
      })
      return {
        ...bus,
        ...yield* RecipeQueries,
        ...yield* MealQueries,
        ...yield* MenuQueries,
        ...yield* ClientQueries,
        ...yield* ResponseQueries,
        ...yield* ListQueries,
        ...yield* Totals,
        ...yield* TagQueries,
        ...yield* RecipeImports
      }
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([
      RecipeRepo.layer,
      RecipeQueries.layer,
      MealRepo.layer,
      MealQueries.layer,
      MenuRepo.layer,
      MenuQueries.layer,
      ClientRepo.layer,
      ClientQueries.layer,
      ResponseQueries.layer,
      ListQueries.layer,
      Totals.layer,
      TagQueries.layer,
      RecipeImports.layer.pipe(Layer.provide(PageFetch.layer))
    ])
  )
}
