import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import type { MenuId } from "./contract/Menu.ts"
import {
  ArchiveMenu,
  ChangeSlot,
  CopyDay,
  CopyMenu,
  CopyWeek,
  CreateMenu,
  DiscardMenu,
  MoveSlot,
  PublishMenu,
  PutSlot,
  RemoveSlot,
  ReopenMenu,
  ReplaceSlots,
  RestoreMenu,
  SwapSlots,
  UpdateMenu
} from "./contract/MenuCommands.ts"
import { MenuHasNoStartDate } from "./contract/MenuProblems.ts"
import { viewParts } from "./contract/MenuQuery.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import { menuCalendar } from "./print/calendar.ts"
import { calendarAnswer, htmlAnswer, pdfAnswer } from "./print/documents.ts"
import { menuSheet } from "./print/menuSheet.ts"
import { menuPage } from "./print/page.ts"
import { menuPdf } from "./print/pdf.ts"
import { languageOf } from "./print/words.ts"
import { Recipes } from "./Recipes.ts"

export const MenusHttp = HttpApiBuilder.group(
  RecipesApi,
  "menus",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes
    const made = <A extends { readonly id: string; readonly version: number }>(menu: A) =>
      created(menu, `/v1/menus/${menu.id}`)

    /** What is printed of a menu, in the language that is asked for. */
    const sheetOf = Effect.fnUntraced(function*(id: MenuId, accepted: string | undefined) {
      const view = yield* recipes.viewMenu(id, viewParts)
      const list = yield* recipes.computeShoppingList({ menuIds: [id] }, "query").pipe(
        Effect.catchTag("MenuHasNoStartDate", Effect.die)
      )
      return menuSheet(view, list, languageOf(accepted))
    })

    return handlers.handleAll({
      list: ({ query }) => recipes.listMenus(query),
      get: ({ params }) => Effect.map(recipes.getMenu(params.id), tagged),
      emptySlots: ({ params }) =>
        Effect.map(recipes.getMenu(params.id), ({ plan }) => ({
          data: plan.flatMap(({ days }) =>
            days.flatMap(({ date, emptySlots, week, weekday }) =>
              emptySlots.map((slot) => ({ week, weekday, date, ...slot }))
            )
          )
        })),
      nutrition: ({ params, query }) => Effect.map(recipes.nutritionOfMenu(params.id, query), (data) => ({ data })),
      explain: ({ params, query }) => Effect.map(recipes.explainMenu(params.id, query), (data) => ({ data })),
      view: ({ params, query }) =>
        Effect.map(recipes.viewMenu(params.id, query.include ?? viewParts), (data) => ({ data })),
      shoppingList: ({ params, query: { pantryProductId, ...query } }) =>
        Effect.map(
          recipes.computeShoppingList(
            { menuIds: [params.id], pantryProductIds: pantryProductId ?? [], ...query },
            "query"
          ),
          (data) => ({ data })
        ),
      print: ({ headers, params }) =>
        Effect.map(
          sheetOf(params.id, headers["accept-language"]),
          (sheet) => htmlAnswer(menuPage(sheet), sheet.language)
        ),
      pdf: ({ headers, params }) =>
        Effect.flatMap(
          sheetOf(params.id, headers["accept-language"]),
          (sheet) => Effect.map(menuPdf(sheet), (file) => pdfAnswer(file, sheet.title, sheet.language))
        ),
      calendar: ({ params }) =>
        Effect.flatMap(recipes.getMenu(params.id), (menu) =>
          menu.startDate === null
            ? Effect.fail(new MenuHasNoStartDate({}))
            : Effect.succeed(calendarAnswer(menuCalendar(menu), menu.name))),
      create: ({ payload, query }) => {
        const command = new CreateMenu({ input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), made)
      },
      copy: ({ params, payload, query }) => {
        const command = new CopyMenu({ id: params.id, input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), made)
      },
      discard: ({ headers, params, query }) => {
        const command = new DiscardMenu({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      },
      update: ({ headers, params, payload, query }) => {
        const command = new UpdateMenu({ id: params.id, ifMatch: headers["if-match"], patch: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      restore: ({ headers, params, query }) => {
        const command = new RestoreMenu({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      publish: ({ headers, params, query }) => {
        const command = new PublishMenu({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      archive: ({ headers, params, query }) => {
        const command = new ArchiveMenu({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      reopen: ({ headers, params, query }) => {
        const command = new ReopenMenu({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      putSlot: ({ headers, params, payload, query }) => {
        const command = new PutSlot({ id: params.id, ifMatch: headers["if-match"], slot: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      replaceSlots: ({ headers, params, payload, query }) => {
        const command = new ReplaceSlots({ id: params.id, ifMatch: headers["if-match"], slots: payload.slots })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      changeSlot: ({ headers, params, payload, query }) => {
        const command = new ChangeSlot({
          id: params.id,
          ifMatch: headers["if-match"],
          slotId: params.slotId,
          patch: payload
        })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      removeSlot: ({ headers, params, query }) => {
        const command = new RemoveSlot({ id: params.id, ifMatch: headers["if-match"], slotId: params.slotId })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      moveSlot: ({ headers, params, payload, query }) => {
        const command = new MoveSlot({ id: params.id, ifMatch: headers["if-match"], ...payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      swapSlots: ({ headers, params, payload, query }) => {
        const command = new SwapSlots({ id: params.id, ifMatch: headers["if-match"], ...payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      copyDay: ({ headers, params, payload, query }) => {
        const command = new CopyDay({ id: params.id, ifMatch: headers["if-match"], input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      copyWeek: ({ headers, params, payload, query }) => {
        const command = new CopyWeek({ id: params.id, ifMatch: headers["if-match"], input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))
