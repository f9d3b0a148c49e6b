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
import { one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { Produces } from "../../../kernel/contract/Produces.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { Uuid } from "../../../kernel/contract/Values.ts"
import { ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { ClientId } from "./Client.ts"
import { ClientNotFound } from "./ClientProblems.ts"
import { HtmlPage, language, PdfFile } from "./Documents.ts"
import { MenuHasNoStartDate, MenuNotFound } from "./MenuProblems.ts"
import {
  SavedList,
  SavedListSummary,
  ShoppingInput,
  ShoppingList,
  ShoppingListId,
  ShoppingListInput,
  ShoppingListPatch,
  TickInput
} from "./ShoppingList.ts"
import { ShoppingListLimit, ShoppingListNotFound } from "./ShoppingListProblems.ts"

const address = { params: { id: ClientId, listId: ShoppingListId } }
const changing = [
  ClientNotFound,
  ShoppingListNotFound,
  PermissionMissing,
  VersionMismatch,
  VersionConflict,
  CommandTimedOut
] as const
const change = { headers: conditional, query: dryRunnable }

const example = { menuIds: ["019c0d5e-0000-7000-8000-00000000000d"], weeks: [1], people: 2 }

const authors = ownerOr("the client's author", "recipes", "manage_clients")

export class ShoppingListsGroup extends HttpApiGroup.make("shoppingLists")
  .add(
    HttpApiEndpoint.post("compute", "/shopping-lists/compute", {
      payload: ShoppingInput,
      success: one(ShoppingList),
      error: [MenuNotFound, MenuHasNoStartDate]
    }).annotateMerge(documented("computeShoppingList", "Tell what to buy for menus", {
      description:
        "Gross masses by food, in packages where their size is known, with where each gram comes from. Nothing is saved.",
      examples: { request: example }
    })),
    HttpApiEndpoint.get("list", "/clients/:id/shopping-lists", {
      params: { id: ClientId },
      success: one(Schema.Array(SavedListSummary)),
      error: [ClientNotFound]
    }).annotateMerge(documented("listShoppingLists", "List a client's shopping lists", {
      description: "At most ten, the newest first."
    })),
    HttpApiEndpoint.get("get", "/clients/:id/shopping-lists/:listId", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(SavedList), { etag: Schema.String }),
      error: [ClientNotFound, ShoppingListNotFound]
    }).annotateMerge(documented("getShoppingList", "Read a shopping list")),
    HttpApiEndpoint.get("print", "/clients/:id/shopping-lists/:listId/print.html", {
      ...address,
      headers: language,
      success: HtmlPage,
      error: [ClientNotFound, ShoppingListNotFound]
    }).annotate(Produces, "text/html").annotateMerge(
      documented("printShoppingList", "Read a shopping list as a page to print", {
        description: "By department, with boxes to tick."
      })
    ),
    HttpApiEndpoint.get("pdf", "/clients/:id/shopping-lists/:listId/list.pdf", {
      ...address,
      headers: language,
      success: PdfFile,
      error: [ClientNotFound, ShoppingListNotFound]
    }).annotate(Produces, "application/pdf").annotateMerge(
      documented("getShoppingListPdf", "Read a shopping list as PDF")
    ),
    HttpApiEndpoint.post("save", "/clients/:id/shopping-lists", {
      params: { id: ClientId },
      headers: idempotent,
      query: dryRunnable,
      payload: ShoppingListInput,
      success: createdOrDryRun(SavedList),
      error: [
        ClientNotFound,
        MenuNotFound,
        MenuHasNoStartDate,
        ShoppingListLimit,
        PermissionMissing,
        CommandTimedOut
      ]
    }).middleware(Idempotency).annotateMerge(documented("saveShoppingList", "Save a shopping list for a client", {
      access: authors,
      description: "Of menus that the caller may read. As it is now; it tells when something behind it has changed.",
      examples: { request: { name: "Semana 1", ...example, ownLines: [{ text: "Guardanapos" }] } }
    })),
    HttpApiEndpoint.patch("change", "/clients/:id/shopping-lists/:listId", {
      ...address,
      ...change,
      payload: mergePatchOf(ShoppingListPatch),
      success: changedOrDryRun(SavedList),
      error: changing
    }).annotateMerge(documented("changeShoppingList", "Rename a shopping list, or write lines by hand", {
      access: authors,
      examples: { request: { ownLines: [{ text: "Guardanapos", department: "Limpeza" }] } }
    })),
    HttpApiEndpoint.post("refresh", "/clients/:id/shopping-lists/:listId/refresh", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      success: changedOrDryRun(SavedList),
      error: [...changing, MenuNotFound, MenuHasNoStartDate]
    }).middleware(Idempotency).annotateMerge(documented("refreshShoppingList", "Compute a shopping list anew", {
      access: authors,
      description: "Ticks, and lines by hand, stay. 422 where its menus have lost weeks or days that it was saved for."
    })),
    HttpApiEndpoint.delete("delete", "/clients/:id/shopping-lists/:listId", {
      ...address,
      ...change,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(
      documented("deleteShoppingList", "Delete a shopping list", { access: authors, description: "For good." })
    ),
    HttpApiEndpoint.put("tick", "/clients/:id/shopping-lists/:listId/lines/:lineId", {
      params: { ...address.params, lineId: Uuid },
      ...change,
      payload: TickInput,
      success: changedOrDryRun(SavedList),
      error: changing
    }).annotateMerge(documented("tickShoppingLine", "Tick a line, or untick it", {
      access: authors,
      examples: { request: { ticked: true } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1")
  .annotateMerge(OpenApi.annotations({ title: "Shopping lists", description: "What to buy for menus" }))
{}
