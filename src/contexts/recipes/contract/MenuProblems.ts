import { Schema } from "effect"
import { declared, declaredWith, problem } from "../../../kernel/contract/Problem.ts"
import { Uuid } from "../../../kernel/contract/Values.ts"

/** 404: no menu that the caller may see has the id. */
export class MenuNotFound extends declared<MenuNotFound>()(
  "MenuNotFound",
  problem("menu_not_found", 404, "There is no such menu", {
    cause: "No menu has that id, it was discarded, or it is that of another's client.",
    cure: "Look it up with GET /v1/menus; its author restores it with POST /v1/menus/{id}/restore."
  })
) {}

/** 404: the menu has no such slot. */
export class SlotNotFound extends declared<SlotNotFound>()(
  "SlotNotFound",
  problem("slot_not_found", 404, "There is no such slot", {
    cause: "The menu has no slot with that id, or none with either of the keys that are to be swapped.",
    cure: "Read the menu with GET /v1/menus/{id}: its plan holds all slots."
  })
) {}

/** 409: the key is that of another slot. */
export class SlotTaken extends declaredWith<SlotTaken>()(
  "SlotTaken",
  problem("slot_taken", 409, "A slot stands there already", {
    cause: "`slotIds` hold the keys that are asked for: a menu has one meal of one type a day.",
    cure: "Change that slot, swap the two, or copy with `onConflict: skip`."
  }),
  { slotIds: Schema.Array(Uuid) }
) {}

/** 409: a week that would be cut off has meals. */
export class WeekOccupied extends declared<WeekOccupied>()(
  "WeekOccupied",
  problem("week_occupied", 409, "A week that would be cut off has meals", {
    cause: "The menu has slots in weeks after the last one that it would have.",
    cure: "Move or remove these slots first."
  })
) {}

/** 409: an archived menu stays as it is. */
export class MenuArchivedProblem extends declared<MenuArchivedProblem>()(
  "MenuArchivedProblem",
  problem("menu_archived", 409, "The menu is archived", {
    cause: "An archived menu is not changed any more.",
    cure: "Reopen it with POST /v1/menus/{id}/reopen, or copy it."
  })
) {}

/** 409: without a start date no week has a date. */
export class MenuHasNoStartDate extends declared<MenuHasNoStartDate>()(
  "MenuHasNoStartDate",
  problem("menu_has_no_start_date", 409, "The menu has no start date", {
    cause: "Its days have no dates, which a calendar or a period needs.",
    cure: "Give it one: PATCH /v1/menus/{id} with `startDate`."
  })
) {}

/** 409: the author of the menu that is copied into may not refer to some meals. */
export class MealNotReferable extends declaredWith<MealNotReferable>()(
  "MealNotReferable",
  problem("meal_not_referable", 409, "Meals may not be referred to", {
    cause: "`mealIds` are private to another author than that of the menu that is copied into.",
    cure: "Copy with `copyMeals: true`, or let their author publish them."
  }),
  { mealIds: Schema.Array(Uuid) }
) {}

/** 422: two slots of a body have one key. */
export class DuplicateSlotKey extends declared<DuplicateSlotKey>()(
  "DuplicateSlotKey",
  problem("duplicate_slot_key", 422, "Two slots have one key", {
    cause:
      "Week, weekday and meal type (without case and accents) of the slot that `errors` points to are those of another.",
    cure: "Give each meal of a day a type of its own."
  })
) {}
