import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { ClientNotFound } from "./ClientProblems.ts"
import type { MealNotFound } from "./MealProblems.ts"
import type {
  CopiedSlots,
  CopyDayInput,
  CopyMenuInput,
  CopyWeekInput,
  Menu,
  MenuId,
  MenuInput,
  MenuPatch,
  SlotId,
  SlotInput,
  SlotKey,
  SlotPatch,
  SlotsInput
} from "./Menu.ts"
import type {
  MealNotReferable,
  MenuArchivedProblem,
  MenuNotFound,
  SlotNotFound,
  SlotTaken,
  WeekOccupied
} from "./MenuProblems.ts"
import type { NotRestorable } from "./RecipeProblems.ts"

type Changing = MenuNotFound | VersionMismatch | VersionConflict
type Editing = Changing | MenuArchivedProblem

interface Addressed {
  readonly id: MenuId
  readonly ifMatch: string | undefined
}

/** For a client that the caller may change, or any with `manage_menus`; its author is the client's. */
export class CreateMenu
  extends Request.TaggedClass("recipes/CreateMenu")<{ readonly input: MenuInput }, Menu, ClientNotFound>
{}

export class UpdateMenu extends Request.TaggedClass("recipes/UpdateMenu")<
  Addressed & { readonly patch: MenuPatch },
  Menu,
  Editing | InvalidRequest | WeekOccupied
> {}

export class DiscardMenu extends Request.TaggedClass("recipes/DiscardMenu")<Addressed, void, Changing> {}

export class RestoreMenu
  extends Request.TaggedClass("recipes/RestoreMenu")<Addressed, Menu, Changing | NotRestorable>
{}

export class PublishMenu extends Request.TaggedClass("recipes/PublishMenu")<Addressed, Menu, Changing> {}
export class ArchiveMenu extends Request.TaggedClass("recipes/ArchiveMenu")<Addressed, Menu, Changing> {}
export class ReopenMenu extends Request.TaggedClass("recipes/ReopenMenu")<Addressed, Menu, Changing> {}

export class PutSlot extends Request.TaggedClass("recipes/PutSlot")<
  Addressed & { readonly slot: SlotInput },
  Menu,
  Editing | InvalidRequest | MealNotFound | SlotTaken
> {}

export class ReplaceSlots extends Request.TaggedClass("recipes/ReplaceSlots")<
  Addressed & SlotsInput,
  Menu,
  Editing | InvalidRequest | MealNotFound
> {}

export class ChangeSlot extends Request.TaggedClass("recipes/ChangeSlot")<
  Addressed & { readonly slotId: SlotId; readonly patch: SlotPatch },
  Menu,
  Editing | SlotNotFound | MealNotFound
> {}

export class RemoveSlot extends Request.TaggedClass("recipes/RemoveSlot")<
  Addressed & { readonly slotId: SlotId },
  Menu,
  Editing | SlotNotFound
> {}

/** To a key that is free. */
export class MoveSlot extends Request.TaggedClass("recipes/MoveSlot")<
  Addressed & { readonly slotId: SlotId; readonly to: SlotKey },
  Menu,
  Editing | InvalidRequest | SlotNotFound | SlotTaken
> {}

/** What stands at two keys changes places; one of them may be free. */
export class SwapSlots extends Request.TaggedClass("recipes/SwapSlots")<
  Addressed & { readonly first: SlotKey; readonly second: SlotKey },
  Menu,
  Editing | InvalidRequest | SlotNotFound
> {}

export class CopyDay extends Request.TaggedClass("recipes/CopyDay")<
  Addressed & { readonly input: CopyDayInput },
  CopiedSlots,
  Editing | InvalidRequest | SlotTaken
> {}

export class CopyWeek extends Request.TaggedClass("recipes/CopyWeek")<
  Addressed & { readonly input: CopyWeekInput },
  CopiedSlots,
  Editing | InvalidRequest | SlotTaken
> {}

export class CopyMenu extends Request.TaggedClass("recipes/CopyMenu")<
  { readonly id: MenuId; readonly input: CopyMenuInput },
  CopiedSlots,
  | MenuNotFound
  | ClientNotFound
  | InvalidRequest
  | MenuArchivedProblem
  | SlotTaken
  | MealNotReferable
  | VersionConflict
> {}

export type MenuCommand =
  | CreateMenu
  | UpdateMenu
  | DiscardMenu
  | RestoreMenu
  | PublishMenu
  | ArchiveMenu
  | ReopenMenu
  | PutSlot
  | ReplaceSlots
  | ChangeSlot
  | RemoveSlot
  | MoveSlot
  | SwapSlots
  | CopyDay
  | CopyWeek
  | CopyMenu

/** Whose client it is for decides the rest. */
export const menuPermissions = {
  "recipes/CreateMenu": signedIn,
  "recipes/UpdateMenu": signedIn,
  "recipes/DiscardMenu": signedIn,
  "recipes/RestoreMenu": signedIn,
  "recipes/PublishMenu": signedIn,
  "recipes/ArchiveMenu": signedIn,
  "recipes/ReopenMenu": signedIn,
  "recipes/PutSlot": signedIn,
  "recipes/ReplaceSlots": signedIn,
  "recipes/ChangeSlot": signedIn,
  "recipes/RemoveSlot": signedIn,
  "recipes/MoveSlot": signedIn,
  "recipes/SwapSlots": signedIn,
  "recipes/CopyDay": signedIn,
  "recipes/CopyWeek": signedIn,
  "recipes/CopyMenu": signedIn
} as const satisfies Record<MenuCommand["_tag"], PolicyOf<"recipes">>
