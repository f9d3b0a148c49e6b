import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { ClientId } from "./Client.ts"
import type { ClientNotFound } from "./ClientProblems.ts"
import type { MenuHasNoStartDate, MenuNotFound } from "./MenuProblems.ts"
import type { SavedList, ShoppingListId, ShoppingListInput, ShoppingListPatch } from "./ShoppingList.ts"
import type { ShoppingListLimit, ShoppingListNotFound } from "./ShoppingListProblems.ts"

type Changing = ClientNotFound | ShoppingListNotFound | VersionMismatch | VersionConflict

interface Addressed {
  readonly clientId: ClientId
  readonly id: ShoppingListId
  readonly ifMatch: string | undefined
}

export class SaveShoppingList extends Request.TaggedClass("recipes/SaveShoppingList")<
  { readonly clientId: ClientId; readonly input: ShoppingListInput },
  SavedList,
  ClientNotFound | InvalidRequest | MenuNotFound | MenuHasNoStartDate | ShoppingListLimit
> {}

export class ChangeShoppingList extends Request.TaggedClass("recipes/ChangeShoppingList")<
  Addressed & { readonly patch: ShoppingListPatch },
  SavedList,
  Changing
> {}

/** Computes it anew; ticks and lines by hand stay. */
export class RefreshShoppingList extends Request.TaggedClass("recipes/RefreshShoppingList")<
  Addressed,
  SavedList,
  Changing | InvalidRequest | MenuNotFound | MenuHasNoStartDate
> {}

export class DeleteShoppingList extends Request.TaggedClass("recipes/DeleteShoppingList")<Addressed, void, Changing> {}

export class TickLine extends Request.TaggedClass("recipes/TickLine")<
  Addressed & { readonly lineId: string; readonly ticked: boolean },
  SavedList,
  Changing
> {}

export type ShoppingListCommand =
  | SaveShoppingList
  | ChangeShoppingList
  | RefreshShoppingList
  | DeleteShoppingList
  | TickLine

/** Whose client it is for decides the rest. */
export const shoppingListPermissions = {
  "recipes/SaveShoppingList": signedIn,
  "recipes/ChangeShoppingList": signedIn,
  "recipes/RefreshShoppingList": signedIn,
  "recipes/DeleteShoppingList": signedIn,
  "recipes/TickLine": signedIn
} as const satisfies Record<ShoppingListCommand["_tag"], PolicyOf<"recipes">>
