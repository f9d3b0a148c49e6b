import { Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import {
  ChangeShoppingList,
  DeleteShoppingList,
  RefreshShoppingList,
  SaveShoppingList,
  TickLine
} from "./contract/ShoppingListCommands.ts"
import { Recipes } from "./Recipes.ts"

export const ShoppingListsHttp = HttpApiBuilder.group(
  RecipesApi,
  "shoppingLists",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes

    return handlers.handleAll({
      compute: ({ payload }) => Effect.map(recipes.computeShoppingList(payload), (data) => ({ data })),
      list: ({ params }) => Effect.map(recipes.listShoppingLists(params.id), (data) => ({ data })),
      get: ({ params }) => Effect.map(recipes.getShoppingList(params.id, params.listId), tagged),
      save: ({ params, payload, query }) => {
        const command = new SaveShoppingList({ clientId: params.id, input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(
            recipes.execute(command),
            (list) => created(list, `/v1/clients/${params.id}/shopping-lists/${list.id}`)
          )
      },
      change: ({ headers, params, payload, query }) => {
        const command = new ChangeShoppingList({
          clientId: params.id,
          id: params.listId,
          ifMatch: headers["if-match"],
          patch: payload
        })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      refresh: ({ headers, params, query }) => {
        const command = new RefreshShoppingList({
          clientId: params.id,
          id: params.listId,
          ifMatch: headers["if-match"]
        })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      delete: ({ headers, params, query }) => {
        const command = new DeleteShoppingList({
          clientId: params.id,
          id: params.listId,
          ifMatch: headers["if-match"]
        })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      },
      tick: ({ headers, params, payload, query }) => {
        const command = new TickLine({
          clientId: params.id,
          id: params.listId,
          ifMatch: headers["if-match"],
          lineId: params.lineId,
          ticked: payload.ticked
        })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))
