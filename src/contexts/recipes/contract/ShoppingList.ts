import { Schema } from "effect"
import { eachOnce } from "../../../kernel/contract/eachOnce.ts"
import { CalendarDate, Instant, integer, text, textOrNull, Uuid } from "../../../kernel/contract/Values.ts"
import { AllergenDeclared, ProductId } from "../../products/contract/Product.ts"
import { ClientId } from "./Client.ts"
import { MealId } from "./Meal.ts"
import { MenuId, SlotId, Week } from "./Menu.ts"
import { missingReasons } from "./Nutrition.ts"
import { RecipeId } from "./Recipe.ts"

export const ShoppingListId = Uuid.pipe(Schema.brand("ShoppingListId"))
export type ShoppingListId = typeof ShoppingListId.Type

/** Which slots of which menus are bought for. */
const wanted = {
  weeks: Schema.optionalKey(
    Schema.Array(Week).check(
      Schema.isMinLength(1, { message: "must not be empty" }),
      Schema.isMaxLength(52, { message: "must be at most 52" })
    )
  ).annotate({ description: "These weeks of each menu alone, which all of them must have. Default: all" }),
  from: Schema.optionalKey(Schema.NullOr(CalendarDate)).annotate({
    description: "From this day on, one between the first and the last of the menus, which need a start date"
  }),
  to: Schema.optionalKey(Schema.NullOr(CalendarDate)).annotate({
    description: "Up to this day, and on it; one between the first and the last of the menus"
  }),
  people: Schema.optionalKey(Schema.NullOr(integer(1, 100_000))).annotate({
    description: "How many eat. Default: each menu's `people`"
  }),
  pantryProductIds: Schema.optionalKey(
    Schema.Array(ProductId).check(Schema.isMaxLength(1000, { message: "must be at most 1000" }))
  ).annotate({ description: "Foods that are at home: they go into `pantry`" })
}

/** A period does not end before it begins. */
export const orderedDays = Schema.makeFilter(
  ({ from, to }: { readonly from?: string | null; readonly to?: string | null }) =>
    (from ?? null) === null || (to ?? null) === null || (from ?? "") <= (to ?? "") ||
    { path: ["to"], issue: "must not be before from" }
)

const menuIds = Schema.Array(MenuId).check(
  Schema.isMinLength(1, { message: "must not be empty" }),
  Schema.isMaxLength(50, { message: "must be at most 50" }),
  eachOnce((id) => id)
)

export const ShoppingInput = Schema.Struct({ menuIds, ...wanted }).check(orderedDays).annotate({
  identifier: "ShoppingInput"
})
export type ShoppingInput = typeof ShoppingInput.Type

const none = Schema.NullOr(Schema.String)
const grams = Schema.Finite.annotate({ description: "g" })

/** Where a part of a line comes from. */
const Trace = Schema.Struct({
  menuId: MenuId,
  slotId: SlotId,
  date: Schema.NullOr(CalendarDate),
  mealId: MealId,
  recipeId: RecipeId,
  position: Schema.Int.annotate({ description: "Of the ingredient in its recipe" }),
  grams
}).annotate({ identifier: "ShoppingTrace" })

export const buyReasons = ["no_package_size", "no_density", "no_unit_mass"] as const

/** What is bought of one food. */
export const ShoppingLine = Schema.Struct({
  productId: ProductId,
  name: Schema.String,
  shoppingName: none,
  department: none,
  brands: none,
  substitutes: none,
  allergens: AllergenDeclared,
  grossGrams: grams.annotate({ description: "As it is bought, with peel and bones, g" }),
  netGrams: grams.annotate({ description: "Raw and edible, g" }),
  milliliters: Schema.NullOr(Schema.Finite),
  pieces: Schema.NullOr(Schema.Finite).annotate({ description: "Whole ones where no package is known" }),
  buy: Schema.NullOr(
    Schema.Struct({
      packages: Schema.Int,
      packageSize: Schema.Finite,
      packageUnit: Schema.String,
      surplusGrams: grams
    })
  ),
  buyReason: Schema.NullOr(Schema.Literals(buyReasons)).annotate({ description: "Why `buy` is null" }),
  traces: Schema.Array(Trace)
}).annotate({ identifier: "ShoppingLine" })
export type ShoppingLine = typeof ShoppingLine.Type

/** What has to be looked after by hand: each occurrence, and how much of it is known. */
export const UnresolvedLine = Schema.Struct({
  name: Schema.String,
  reason: Schema.Literals(missingReasons),
  productId: Schema.NullOr(ProductId),
  amounts: Schema.Array(Schema.Struct({ quantity: Schema.Finite, unit: Schema.String })).annotate({
    description: "As the recipes say, those of one unit together"
  }),
  traces: Schema.Array(
    Schema.Struct({
      menuId: MenuId,
      slotId: SlotId,
      date: Schema.NullOr(CalendarDate),
      mealId: MealId,
      recipeId: Schema.NullOr(RecipeId),
      position: Schema.NullOr(Schema.Int)
    })
  )
}).annotate({ identifier: "UnresolvedLine" })
export type UnresolvedLine = typeof UnresolvedLine.Type

const computed = {
  lines: Schema.Array(ShoppingLine).annotate({ description: "By department (none last) and name" }),
  pantry: Schema.Array(ShoppingLine),
  unresolved: Schema.Array(UnresolvedLine)
}

export const ShoppingList = Schema.Struct(computed).annotate({
  identifier: "ShoppingList",
  description: "Every occurrence of an ingredient is in exactly one of the three"
})
export type ShoppingList = typeof ShoppingList.Type

const OwnLineInput = Schema.Struct({
  id: Schema.optionalKey(Uuid).annotate({
    description: "Of a line that is there, which keeps its tick; any other line gets a new one"
  }),
  text: text(1, 500),
  department: Schema.optionalKey(textOrNull(200))
}).annotate({ identifier: "OwnLineInput" })

const ownLines = Schema.Array(OwnLineInput).check(
  Schema.isMaxLength(200, { message: "must be at most 200" }),
  eachOnce(({ id }) => id, { member: "id" })
)

/** What a list is made of, and called. */
export const ShoppingListInput = Schema.Struct({
  name: text(1, 255),
  ownLines: Schema.optionalKey(ownLines),
  menuIds,
  ...wanted
}).check(orderedDays).annotate({ identifier: "ShoppingListInput" })
export type ShoppingListInput = typeof ShoppingListInput.Type

/** What is absent stays; own lines are replaced whole. */
export const ShoppingListPatch = Schema.Struct({
  name: Schema.optionalKey(text(1, 255)),
  ownLines: Schema.optionalKey(ownLines)
}).annotate({ identifier: "ShoppingListPatch" })
export type ShoppingListPatch = typeof ShoppingListPatch.Type

export const TickInput = Schema.Struct({ ticked: Schema.Boolean }).annotate({ identifier: "TickInput" })

/** A line that a person wrote. */
const OwnLine = Schema.Struct({
  id: Uuid,
  text: Schema.String,
  department: none,
  ticked: Schema.Boolean
}).annotate({ identifier: "OwnLine" })
export type OwnLine = typeof OwnLine.Type

const summary = {
  id: ShoppingListId,
  version: Schema.Int,
  clientId: ClientId,
  name: Schema.String,
  input: ShoppingInput,
  stale: Schema.Boolean.annotate({ description: "A menu, meal, recipe or food behind it has changed since" }),
  lineCount: Schema.Int,
  tickedCount: Schema.Int,
  createdAt: Instant,
  updatedAt: Instant
}

export const SavedListSummary = Schema.Struct(summary).annotate({ identifier: "SavedListSummary" })
export type SavedListSummary = typeof SavedListSummary.Type

/** A list as it was when it was saved, or refreshed. */
export const SavedList = Schema.Struct({
  ...summary,
  lines: Schema.Array(
    Schema.Struct({
      ...ShoppingLine.fields,
      id: Uuid.annotate({ description: "That of its food" }),
      ticked: Schema.Boolean
    }).annotate({ identifier: "SavedLine" })
  ),
  ownLines: Schema.Array(OwnLine),
  pantry: computed.pantry,
  unresolved: computed.unresolved
}).annotate({ identifier: "SavedList" })
export type SavedList = typeof SavedList.Type
