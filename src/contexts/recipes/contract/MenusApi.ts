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
import { Produces } from "../../../kernel/contract/Produces.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { ClientNotFound } from "./ClientProblems.ts"
import { CalendarFile, HtmlPage, language, PdfFile } from "./Documents.ts"
import { MealNotFound } from "./MealProblems.ts"
import {
  CopiedSlots,
  CopyDayInput,
  CopyMenuInput,
  CopyWeekInput,
  EmptySlotOfDay,
  Menu,
  MenuId,
  MenuInput,
  MenuPatch,
  MenuSummary,
  MoveInput,
  SlotId,
  SlotInput,
  SlotPatch,
  SlotsInput,
  SwapInput
} from "./Menu.ts"
import {
  DuplicateSlotKey,
  MealNotReferable,
  MenuArchivedProblem,
  MenuHasNoStartDate,
  MenuNotFound,
  SlotNotFound,
  SlotTaken,
  WeekOccupied
} from "./MenuProblems.ts"
import { MenuExplainQuery, MenuNutritionQuery, MenuQuery, ShoppingQuery, ViewQuery } from "./MenuQuery.ts"
import { MenuView } from "./MenuView.ts"
import { Explanation, MenuNutrition } from "./Nutrition.ts"
import { NotRestorable } from "./RecipeProblems.ts"
import { ShoppingList } from "./ShoppingList.ts"

const changing = [MenuNotFound, PermissionMissing, VersionMismatch, VersionConflict, CommandTimedOut] as const
const editing = [...changing, MenuArchivedProblem] as const
const address = { params: { id: MenuId } }
const slotAddress = { params: { id: MenuId, slotId: SlotId } }
const change = { headers: conditional, query: dryRunnable }
const action = { headers: { ...conditional, ...idempotent }, query: dryRunnable }

const slot = {
  week: 1,
  weekday: "monday",
  mealType: "Almoço",
  hour: "12:30",
  mealId: "019c0d5e-0000-7000-8000-00000000000b",
  portions: 1
}

const example = {
  name: "Semana de abril",
  clientId: "019c0d5e-0000-7000-8000-00000000000c",
  startDate: "2027-04-05",
  weeks: 1,
  pattern: [{ mealType: "Café da manhã", hour: "07:30" }, { mealType: "Almoço", hour: "12:30" }, { mealType: "Jantar" }]
}

/** A command on a menu that is there. */
const command = (identifier: string, summary: string, options: Parameters<typeof documented>[2] = {}) =>
  documented(identifier, summary, {
    access: ownerOr("the author of its client", "recipes", "manage_menus"),
    ...options
  })

export class MenusGroup extends HttpApiGroup.make("menus")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: MenuQuery,
      success: many(MenuSummary),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(
      documented("listMenus", "List menus", { description: "Of one's own clients; with `manage_menus` everybody's." })
    ),
    HttpApiEndpoint.get("get", "/:id", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(Menu), { etag: Schema.String }),
      error: [MenuNotFound]
    }).annotateMerge(documented("getMenu", "Read a menu", {
      description:
        "With its weeks and days: slots by date, hour, place in the pattern and name; totals, targets, what is empty, and what its client should not eat."
    })),
    HttpApiEndpoint.get("nutrition", "/:id/nutrition", {
      ...address,
      query: MenuNutritionQuery,
      success: one(MenuNutrition),
      error: [MenuNotFound]
    }).annotateMerge(documented("getMenuNutrition", "Read all nutrients of a menu, a week or a day")),
    HttpApiEndpoint.get("explain", "/:id/nutrition/explain", {
      ...address,
      query: MenuExplainQuery,
      success: one(Explanation),
      error: [MenuNotFound]
    }).annotateMerge(documented("explainMenuNutrition", "Tell how an amount of a nutrient comes about")),
    HttpApiEndpoint.get("emptySlots", "/:id/empty-slots", {
      ...address,
      success: one(Schema.Array(EmptySlotOfDay)),
      error: [MenuNotFound]
    }).annotateMerge(documented("listEmptySlots", "List what is still to be planned", {
      description: "Each meal of the pattern that a day lacks; without a pattern, of any meal type in the menu."
    })),
    HttpApiEndpoint.get("view", "/:id/view", {
      ...address,
      query: ViewQuery,
      success: one(MenuView),
      error: [MenuNotFound]
    }).annotateMerge(documented("viewMenu", "Read a menu with everything in it", {
      description:
        "Its client, days, meals, recipes and foods, each once, by id: enough to show it without another request."
    })),
    HttpApiEndpoint.get("shoppingList", "/:id/shopping-list", {
      ...address,
      query: ShoppingQuery,
      success: one(ShoppingList),
      error: [MenuNotFound, MenuHasNoStartDate]
    }).annotateMerge(documented("getMenuShoppingList", "Tell what to buy for a menu")),
    HttpApiEndpoint.get("print", "/:id/print.html", {
      ...address,
      headers: language,
      success: HtmlPage,
      error: [MenuNotFound]
    }).annotate(Produces, "text/html").annotateMerge(documented("printMenu", "Read a menu as a page to print", {
      description: "Weeks, energy, targets, shopping list and recipes on one page without scripts or other files."
    })),
    HttpApiEndpoint.get("pdf", "/:id/menu.pdf", {
      ...address,
      headers: language,
      success: PdfFile,
      error: [MenuNotFound]
    }).annotate(Produces, "application/pdf").annotateMerge(documented("getMenuPdf", "Read a menu as PDF")),
    HttpApiEndpoint.get("calendar", "/:id/menu.ics", {
      ...address,
      success: CalendarFile,
      error: [MenuNotFound, MenuHasNoStartDate]
    }).annotate(Produces, "text/calendar").annotateMerge(documented("getMenuCalendar", "Read a menu as a calendar", {
      description: "iCalendar (RFC 5545): an event for each slot, an hour long in floating time, or all day."
    })),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: MenuInput,
      success: createdOrDryRun(Menu),
      error: [PermissionMissing, CommandTimedOut, ClientNotFound]
    }).middleware(Idempotency).annotateMerge(documented("createMenu", "Create a menu", {
      access: ownerOr("the client's author", "recipes", "manage_clients", "manage_menus"),
      description: "A draft. Its author is the client's.",
      examples: { request: example }
    })),
    HttpApiEndpoint.patch("update", "/:id", {
      ...address,
      ...change,
      payload: mergePatchOf(MenuPatch),
      success: changedOrDryRun(Menu),
      error: [...editing, WeekOccupied]
    }).annotateMerge(command("updateMenu", "Change a menu", {
      description:
        "JSON Merge Patch (RFC 7396): what is absent stays, null clears, lists are replaced whole. Whose menu it is stays.",
      examples: { request: { startDate: "2027-04-12", people: 2 } }
    })),
    HttpApiEndpoint.delete("discard", "/:id", {
      ...address,
      ...change,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(command("discardMenu", "Discard a menu", {
      description: "It can be restored for 90 days."
    })),
    HttpApiEndpoint.post("restore", "/:id/restore", {
      ...address,
      ...action,
      success: changedOrDryRun(Menu),
      error: [...changing, NotRestorable]
    }).middleware(Idempotency).annotateMerge(command("restoreMenu", "Restore a discarded menu")),
    HttpApiEndpoint.post("publish", "/:id/publish", {
      ...address,
      ...action,
      success: changedOrDryRun(Menu),
      error: changing
    }).middleware(Idempotency).annotateMerge(command("publishMenu", "Publish a menu", {
      description: "It is ready to be handed to the client; it can still be changed."
    })),
    HttpApiEndpoint.post("archive", "/:id/archive", {
      ...address,
      ...action,
      success: changedOrDryRun(Menu),
      error: changing
    }).middleware(Idempotency).annotateMerge(
      command("archiveMenu", "Archive a menu", { description: "It is not changed any more until it is reopened." })
    ),
    HttpApiEndpoint.post("reopen", "/:id/reopen", {
      ...address,
      ...action,
      success: changedOrDryRun(Menu),
      error: changing
    }).middleware(Idempotency).annotateMerge(
      command("reopenMenu", "Make a menu a draft again", { description: "Whatever it was." })
    ),
    HttpApiEndpoint.post("copy", "/:id/copy", {
      ...address,
      headers: idempotent,
      query: dryRunnable,
      payload: CopyMenuInput,
      success: createdOrDryRun(CopiedSlots),
      error: [
        MenuNotFound,
        ClientNotFound,
        MenuArchivedProblem,
        SlotTaken,
        MealNotReferable,
        VersionConflict,
        PermissionMissing,
        CommandTimedOut
      ]
    }).middleware(Idempotency).annotateMerge(command("copyMenu", "Copy weeks of a menu", {
      description: "Into a new draft for a client, or into a menu that is there. Meals stay the same ones.",
      examples: { request: { clientId: example.clientId, fromWeek: 1, toWeek: 1, startDate: "2027-05-03" } }
    })),
    HttpApiEndpoint.post("putSlot", "/:id/slots", {
      ...address,
      ...action,
      payload: SlotInput,
      success: changedOrDryRun(Menu),
      error: [...editing, MealNotFound, SlotTaken]
    }).middleware(Idempotency).annotateMerge(command("putSlot", "Put a meal into a free slot", {
      description: "A meal of the menu's author, or a public one.",
      examples: { request: slot }
    })),
    HttpApiEndpoint.put("replaceSlots", "/:id/slots", {
      ...address,
      ...change,
      payload: SlotsInput,
      success: changedOrDryRun(Menu),
      error: [...editing, MealNotFound, DuplicateSlotKey]
    }).annotateMerge(command("replaceSlots", "Replace all slots", {
      description: "Slots that are not named are removed; one with the key of another that is there keeps its id.",
      examples: { request: { slots: [slot] } }
    })),
    HttpApiEndpoint.patch("changeSlot", "/:id/slots/:slotId", {
      ...slotAddress,
      ...change,
      payload: mergePatchOf(SlotPatch),
      success: changedOrDryRun(Menu),
      error: [...editing, SlotNotFound, MealNotFound]
    }).annotateMerge(command("changeSlot", "Change what stands in a slot", {
      examples: { request: { portions: 1.5, note: "sem sal" } }
    })),
    HttpApiEndpoint.delete("removeSlot", "/:id/slots/:slotId", {
      ...slotAddress,
      ...change,
      success: changedOrDryRun(Menu),
      error: [...editing, SlotNotFound]
    }).annotateMerge(command("removeSlot", "Remove a slot", {
      description: "Answers the menu without it."
    })),
    HttpApiEndpoint.post("moveSlot", "/:id/slots/move", {
      ...address,
      ...action,
      payload: MoveInput,
      success: changedOrDryRun(Menu),
      error: [...editing, SlotNotFound, SlotTaken]
    }).middleware(Idempotency).annotateMerge(command("moveSlot", "Move a slot to a free key")),
    HttpApiEndpoint.post("swapSlots", "/:id/slots/swap", {
      ...address,
      ...action,
      payload: SwapInput,
      success: changedOrDryRun(Menu),
      error: [...editing, SlotNotFound]
    }).middleware(Idempotency).annotateMerge(command("swapSlots", "Exchange what stands at two keys")),
    HttpApiEndpoint.post("copyDay", "/:id/copy-day", {
      ...address,
      ...action,
      payload: CopyDayInput,
      success: changedOrDryRun(CopiedSlots),
      error: [...editing, SlotTaken]
    }).middleware(Idempotency).annotateMerge(command("copyDay", "Copy a day", {
      examples: { request: { from: { week: 1, weekday: "monday" }, to: { week: 1, weekday: "thursday" } } }
    })),
    HttpApiEndpoint.post("copyWeek", "/:id/copy-week", {
      ...address,
      ...action,
      payload: CopyWeekInput,
      success: changedOrDryRun(CopiedSlots),
      error: [...editing, SlotTaken]
    }).middleware(Idempotency).annotateMerge(command("copyWeek", "Copy a week", {
      examples: { request: { from: 1, to: 2, onConflict: "skip" } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/menus")
  .annotateMerge(OpenApi.annotations({ title: "Menus", description: "What a client eats, day by day" }))
{}
