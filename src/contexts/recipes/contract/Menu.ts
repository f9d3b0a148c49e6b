import { Schema } from "effect"
import { eachOnce } from "../../../kernel/contract/eachOnce.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import {
  CalendarDate,
  coded,
  Instant,
  integer,
  positive,
  text,
  textOrNull,
  Uuid
} from "../../../kernel/contract/Values.ts"
import { allergenCodes, ProductId } from "../../products/contract/Product.ts"
import { ClientId } from "./Client.ts"
import { ComponentState, MealId } from "./Meal.ts"
import { LabelSums, MacroShares } from "./Nutrition.ts"
import { RecipeId } from "./Recipe.ts"
import { Tag, Tags } from "./Tags.ts"
import { mealTypeKey, Target, Targets, TargetStatus, targetStatuses } from "./Target.ts"

export const MenuId = Uuid.pipe(Schema.brand("MenuId"))
export type MenuId = typeof MenuId.Type

export const SlotId = Uuid.pipe(Schema.brand("SlotId"))
export type SlotId = typeof SlotId.Type

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const
export type Weekday = (typeof weekdays)[number]
export const Weekday = Schema.Literals(weekdays)

export const menuStatuses = ["draft", "published", "archived"] as const

export const Week = integer(1, 52)
const MealType = text(1, 50).annotate({ description: "Compared without case and accents" })
const Hour = Schema.String.check(
  Schema.isPattern(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { message: "must be a time of the day such as 12:30" })
)

/** The first day of a menu: one of those whose year of weeks is on the calendar. */
const StartDate = CalendarDate.check(
  Schema.makeFilter((day) => (day >= "1900-01-01" && day <= "2999-12-31") || "must be from 1900-01-01 to 2999-12-31")
)

/** Where a meal stands in a menu. */
export const SlotKey = Schema.Struct({ week: Week, weekday: Weekday, mealType: MealType }).annotate({
  identifier: "SlotKey"
})
export type SlotKey = typeof SlotKey.Type

/** One key for those that are equal: no two slots of a menu share it. */
export const slotKeyOf = ({ mealType, week, weekday }: SlotKey): string => `${week} ${weekday} ${mealTypeKey(mealType)}`

const slotFields = {
  hour: Schema.optionalKey(Schema.NullOr(Hour)),
  portions: Schema.optionalKey(positive(100)).annotate({ description: "Of the meal. Default: 1" }),
  note: Schema.optionalKey(textOrNull(1000))
}

export const SlotInput = Schema.Struct({ ...SlotKey.fields, ...slotFields, mealId: MealId }).annotate({
  identifier: "SlotInput"
})
export type SlotInput = typeof SlotInput.Type

/** All slots of a menu; one with the key of another that is there keeps its id. */
export const SlotsInput = Schema.Struct({
  slots: Schema.Array(SlotInput).check(
    Schema.isMaxLength(5000, { message: "must be at most 5000" }),
    eachOnce(slotKeyOf, { issue: coded("duplicate_slot_key", "has the key of a slot before it") })
  )
}).annotate({ identifier: "SlotsInput" })
export type SlotsInput = typeof SlotsInput.Type

/** What may change of a slot that stays where it is: what is absent stays. */
export const SlotPatch = Schema.Struct({ ...slotFields, mealId: Schema.optionalKey(MealId) }).annotate({
  identifier: "SlotPatch"
})
export type SlotPatch = typeof SlotPatch.Type

export const MoveInput = Schema.Struct({ slotId: SlotId, to: SlotKey }).annotate({ identifier: "MoveInput" })
export const SwapInput = Schema.Struct({ first: SlotKey, second: SlotKey }).annotate({ identifier: "SwapInput" })

const onConflict = Schema.optionalKey(Schema.Literals(["fail", "skip"])).annotate({
  description:
    "What to do with a key that is taken: `fail` names them all, `skip` leaves them as they are. Default: fail"
})
const Day = Schema.Struct({ week: Week, weekday: Weekday }).annotate({ identifier: "MenuDayKey" })

export const CopyDayInput = Schema.Struct({ from: Day, to: Day, onConflict }).annotate({ identifier: "CopyDayInput" })
export type CopyDayInput = typeof CopyDayInput.Type
export const CopyWeekInput = Schema.Struct({ from: Week, to: Week, onConflict }).annotate({
  identifier: "CopyWeekInput"
})
export type CopyWeekInput = typeof CopyWeekInput.Type

const orderedWeeks = Schema.makeFilter(
  ({ fromWeek, toWeek }: { readonly fromWeek?: number; readonly toWeek?: number }) =>
    (toWeek ?? 52) >= (fromWeek ?? 1) || { path: ["toWeek"], issue: "must not be before fromWeek" }
)

/** Weeks of a menu, into a new draft or into a menu that is there. */
export const CopyMenuInput = Schema.Struct({
  menuId: Schema.optionalKey(MenuId).annotate({ description: "The menu to copy into. Default: a new draft" }),
  clientId: Schema.optionalKey(ClientId).annotate({ description: "Of a new draft. Default: the same client" }),
  name: Schema.optionalKey(text(1, 255)).annotate({ description: "Of a new draft. Default: the same name" }),
  startDate: Schema.optionalKey(Schema.NullOr(StartDate)).annotate({ description: "Of a new draft. Default: null" }),
  fromWeek: Schema.optionalKey(Week).annotate({ description: "Default: 1" }),
  toWeek: Schema.optionalKey(Week).annotate({ description: "Default: the last" }),
  startWeek: Schema.optionalKey(Week).annotate({
    description: "Where the first copied week comes to stand. Default: 1"
  }),
  copyMeals: Schema.optionalKey(Schema.Boolean).annotate({
    description:
      "true: meals that the new menu's author may not refer to are copied, with their recipes. Default: false"
  }),
  onConflict
}).check(orderedWeeks).annotate({ identifier: "CopyMenuInput" })
export type CopyMenuInput = typeof CopyMenuInput.Type

const PatternEntry = Schema.Struct({ mealType: MealType, hour: Schema.optionalKey(Schema.NullOr(Hour)) }).annotate({
  identifier: "PatternEntry"
})

const Pattern = Schema.Array(PatternEntry).check(
  Schema.isMaxLength(12, { message: "must be at most 12" }),
  eachOnce(({ mealType }) => mealTypeKey(mealType), { member: "mealType" })
)

/** A plan of meals for a client. */
export const MenuInput = Schema.Struct({
  name: text(1, 255),
  clientId: ClientId,
  description: Schema.optionalKey(textOrNull(10_000)),
  tags: Schema.optionalKey(Tags),
  startDate: Schema.optionalKey(Schema.NullOr(StartDate)),
  weeks: Schema.optionalKey(Week).annotate({ description: "Default: 1" }),
  people: Schema.optionalKey(integer(1, 100_000)).annotate({ description: "For shopping lists only. Default: 1" }),
  pattern: Schema.optionalKey(Pattern).annotate({ description: "The meals of a normal day" }),
  targets: Schema.optionalKey(Schema.NullOr(Targets)).annotate({ description: "null: the client's" })
}).annotate({ identifier: "MenuInput" })
export type MenuInput = typeof MenuInput.Type

const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A JSON Merge Patch (RFC 7396) of a `MenuInput`; whose menu it is stays. */
export const MenuPatch = Schema.Struct(
  {
    name: Schema.optionalKey(Schema.String),
    description: nullable(Schema.String),
    tags: nullable(Schema.Array(Schema.JsonObject)),
    startDate: nullable(Schema.String),
    weeks: nullable(Schema.Finite),
    people: nullable(Schema.Finite),
    pattern: nullable(Schema.Array(Schema.JsonObject)),
    targets: nullable(Schema.Array(Schema.JsonObject))
  } satisfies Record<Exclude<keyof MenuInput, "clientId">, Schema.Constraint>
).annotate({ identifier: "MenuPatch" })
export type MenuPatch = typeof MenuPatch.Type

const none = Schema.NullOr(Schema.String)

export const Slot = Schema.Struct({
  id: SlotId,
  week: Schema.Int,
  weekday: Weekday,
  date: Schema.NullOr(CalendarDate),
  mealType: Schema.String,
  hour: none,
  mealId: MealId,
  mealName: Schema.String.annotate({ description: "Of a meal that does not count: the name it was added under" }),
  mealState: ComponentState,
  portions: Schema.Finite,
  note: none
}).annotate({ identifier: "Slot" })
export type Slot = typeof Slot.Type

/** What the meals of a day or more come to. */
export const PlanTotals = Schema.Struct({ total: LabelSums, shares: MacroShares }).annotate({
  identifier: "PlanTotals"
})
export type PlanTotals = typeof PlanTotals.Type

const EmptySlot = Schema.Struct({ mealType: Schema.String, hour: none }).annotate({ identifier: "EmptySlot" })

/** The same with the day that lacks it. */
export const EmptySlotOfDay = Schema.Struct({
  week: Schema.Int,
  weekday: Weekday,
  date: Schema.NullOr(CalendarDate),
  ...EmptySlot.fields
}).annotate({ identifier: "EmptySlotOfDay" })

export const MenuDay = Schema.Struct({
  week: Schema.Int,
  weekday: Weekday,
  date: Schema.NullOr(CalendarDate),
  slots: Schema.Array(Slot),
  totals: Schema.NullOr(PlanTotals).annotate({ description: "null where the day has no meal" }),
  targets: Schema.Array(TargetStatus),
  emptySlots: Schema.Array(EmptySlot)
}).annotate({ identifier: "MenuDay" })
export type MenuDay = typeof MenuDay.Type

export const MenuWeek = Schema.Struct({
  week: Schema.Int,
  days: Schema.Array(MenuDay),
  totals: Schema.NullOr(PlanTotals),
  dailyAverage: Schema.NullOr(LabelSums).annotate({ description: "Over the days that have a meal" }),
  targets: Schema.Array(TargetStatus),
  emptySlots: Schema.Int
}).annotate({ identifier: "MenuWeek" })
export type MenuWeek = typeof MenuWeek.Type

export const conflictReasons = [
  "allergen",
  "allergen_may_contain",
  "allergen_unknown",
  "disliked_product",
  "disliked_tag"
] as const

/** An ingredient, or a recipe, that a client should not or would not eat. */
export const Conflict = Schema.Struct({
  reason: Schema.Literals(conflictReasons).annotate({
    description: "`allergen_unknown`: nothing is declared, which is never taken for free of it"
  }),
  allergens: Schema.Array(Schema.Literals(allergenCodes)),
  tags: Schema.Array(Tag).annotate({ description: "Of the recipe, that the client dislikes" }),
  recipeId: RecipeId,
  recipeName: Schema.String,
  position: Schema.NullOr(Schema.Int).annotate({ description: "Of the ingredient; null for the recipe as a whole" }),
  ingredient: none,
  productId: Schema.NullOr(ProductId),
  slotIds: Schema.Array(SlotId)
}).annotate({ identifier: "Conflict" })
export type Conflict = typeof Conflict.Type

const summary = {
  id: MenuId,
  version: Schema.Int,
  authorId: UserId,
  clientId: ClientId,
  name: Schema.String,
  description: none,
  tags: Schema.Array(Tag),
  startDate: Schema.NullOr(CalendarDate),
  weeks: Schema.Int,
  status: Schema.Literals(menuStatuses),
  people: Schema.Int,
  pattern: Schema.Array(Schema.Struct({ mealType: Schema.String, hour: none })),
  targets: Schema.NullOr(Schema.Array(Target)).annotate({ description: "null: the client's count" }),
  targetStatus: Schema.Array(Schema.Literals(targetStatuses)).annotate({
    description: "How its days and weeks stand to the targets: each status but `met` that one has, or `met` alone"
  }),
  slotCount: Schema.Int,
  emptySlotCount: Schema.Int,
  conflictCount: Schema.Int,
  authorDisabled: Schema.Boolean.annotate({ description: "The author may do nothing any more" }),
  createdAt: Instant,
  updatedAt: Instant
}

/** A menu as a list tells of it. */
export const MenuSummary = Schema.Struct(summary).annotate({ identifier: "MenuSummary" })
export type MenuSummary = typeof MenuSummary.Type

/** A menu with all its days. */
export const Menu = Schema.Struct({
  ...summary,
  plan: Schema.Array(MenuWeek),
  conflicts: Schema.Array(Conflict)
}).annotate({ identifier: "Menu" })
export type Menu = typeof Menu.Type

/** What came of copying days, weeks or menus. */
export const CopiedSlots = Schema.Struct({
  ...Menu.fields,
  skipped: Schema.Array(SlotKey).annotate({ description: "Keys that were taken" })
}).annotate({ identifier: "CopiedSlots" })
export type CopiedSlots = typeof CopiedSlots.Type
