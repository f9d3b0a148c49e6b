import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import type { ClientId } from "./contract/Client.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import type { ShoppingListId } from "./contract/ShoppingList.ts"
import {
  ChangeShoppingList,
  DeleteShoppingList,
  RefreshShoppingList,
  SaveShoppingList,
  TickLine
} from "./contract/ShoppingListCommands.ts"
import { htmlAnswer, pdfAnswer } from "./print/documents.ts"
import { listPage } from "./print/page.ts"
import { listPdf } from "./print/pdf.ts"
import { departmentsOf } from "./print/shoppingSheet.ts"
import { languageOf } from "./print/words.ts"
import { Recipes } from "./Recipes.ts"

export const ShoppingListsHttp = HttpApiBuilder.group(
  RecipesApi,
  "shoppingLists",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes

    /** What is printed of a list, in the language that is asked for. */
    const sheetOf = Effect.fnUntraced(function*(
      { id, listId }: { readonly id: ClientId; readonly listId: ShoppingListId },
      accepted: string | undefined
    ) {
      const list = yield* recipes.getShoppingList(id, listId)
      const client = yield* recipes.getClient(id)
      const language = languageOf(accepted)
      const ticked = new Set(list.lines.flatMap((line) => line.ticked ? [line.id] : []))
      const departments = departmentsOf(list, language, list.ownLines, ticked)
      return { language, title: list.name, client: client.name, stale: list.stale, departments }
    })

    return handlers.handleAll({
      compute: ({ payload }) => Effect.map(recipes.computeShoppingList(payload, "body"), (data) => ({ data })),
      list: ({ params }) => Effect.map(recipes.listShoppingLists(params.id), (data) => ({ data })),
      get: ({ params }) => Effect.map(recipes.getShoppingList(params.id, params.listId), tagged),
      print: ({ headers, params }) =>
        Effect.map(sheetOf(params, headers["accept-language"]), (sheet) => htmlAnswer(listPage(sheet), sheet.language)),
      pdf: ({ headers, params }) =>
        Effect.flatMap(
          sheetOf(params, headers["accept-language"]),
          (sheet) => Effect.map(listPdf(sheet), (file) => pdfAnswer(file, sheet.title, sheet.language))
        ),
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
