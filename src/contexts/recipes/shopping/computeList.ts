import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Ingredient } from "../contract/Ingredient.ts"
import type { Component, MealId } from "../contract/Meal.ts"
import type { Recipe, RecipeId } from "../contract/Recipe.ts"
import type { ShoppingLine, ShoppingList, UnresolvedLine } from "../contract/ShoppingList.ts"
import { definitionOf } from "../contract/Units.ts"
import { dateOf } from "../menu/dates.ts"
import type { MenuRow, SlotRow } from "../menu/MenuRow.ts"
import { weigh } from "../nutrition/weigh.ts"

/** What a list is computed from. */
export interface ListParts {
  readonly menus: ReadonlyArray<Pick<MenuRow, "id" | "startDate" | "people">>
  readonly slots: ReadonlyArray<SlotRow>
  readonly meals: ReadonlyMap<MealId, { readonly name: string; readonly components: ReadonlyArray<Component> }>
  readonly recipes: ReadonlyMap<RecipeId, Pick<Recipe, "name" | "servings" | "ingredients">>
  readonly foods: ReadonlyMap<ProductId, ProductFacts>
}

type Trace = ShoppingLine["traces"][number]
type Place = UnresolvedLine["traces"][number]

interface Bought {
  readonly food: ProductFacts
  readonly net: number
  readonly trace: Trace
}

interface Unresolved {
  readonly name: string
  readonly reason: UnresolvedLine["reason"]
  readonly productId: ProductId | null
  readonly amount?: UnresolvedLine["amounts"][number]
  readonly place: Place
}

type Occurrence = Bought | Unresolved

const amountOf = ({ grams, portionName, quantity, unit }: Ingredient, factor: number) => {
  if (grams !== null) return { amount: { quantity: grams * factor, unit: "g" } }
  if (quantity === null || unit === null) return {}
  return { amount: { quantity: quantity * factor, unit: portionName ?? unit } }
}

/** Need of one occurrence = gross mass x component portions / servings x slot portions x people. */
const occurrenceOf = (
  ingredient: Ingredient,
  food: ProductFacts | undefined,
  factor: number,
  place: Place & { readonly recipeId: RecipeId }
): Occurrence => {
  const { name, position, productId } = ingredient
  const base = { name, productId, place: { ...place, position }, ...amountOf(ingredient, factor) }
  if (food === undefined) return { ...base, reason: "no_product" }
  if (food.discarded) return { ...base, reason: "product_discarded" }
  const { gross, n, reason } = weigh(ingredient, food)
  if (gross === null || n === null) return { ...base, reason: reason ?? "no_quantity" }
  return { food, net: n * factor, trace: { ...place, position, grams: gross * factor } }
}

const occurrencesOf = ({ foods, meals, menus, recipes, slots }: ListParts, people: number | null) => {
  const byMenu = new Map(menus.map((menu) => [menu.id, menu]))
  return slots.flatMap((slot): ReadonlyArray<Occurrence> => {
    const menu = byMenu.get(slot.menuId)
    const meal = slot.mealState === "available" ? meals.get(slot.mealId) : undefined
    const place = {
      menuId: slot.menuId,
      slotId: slot.id,
      date: dateOf(menu?.startDate ?? null, slot.week, slot.weekday),
      mealId: slot.mealId,
      recipeId: null,
      position: null
    }
    if (meal === undefined) {
      const reason = slot.mealState === "withdrawn" ? "meal_withdrawn" : "meal_discarded"
      return [{ name: slot.mealName, reason, productId: null, place }]
    }
    return meal.components.flatMap(({ name, portions, recipeId, state }): ReadonlyArray<Occurrence> => {
      const recipe = state === "available" ? recipes.get(recipeId) : undefined
      if (recipe === undefined) {
        const reason = state === "discarded" ? "recipe_discarded" : "recipe_withdrawn"
        return [{ name, reason, productId: null, place: { ...place, recipeId } }]
      }
      const factor = portions / recipe.servings * slot.portions * (people ?? menu?.people ?? 1)
      return recipe.ingredients.map((ingredient) => {
        const food = ingredient.productId === null ? undefined : foods.get(ingredient.productId)
        return occurrenceOf(ingredient, food, factor, { ...place, recipeId })
      })
    })
  })
}

/** In the unit of its package; why not, where that cannot be told. */
const inPackageUnit = (
  grossGrams: number,
  { kgPerUnit, litersPerKg, packageSizeUnit }: ProductFacts
): { readonly perGram: number } | { readonly reason: NonNullable<ShoppingLine["buyReason"]> } => {
  if (packageSizeUnit === null || grossGrams === 0) return { reason: "no_package_size" }
  if (packageSizeUnit === "piece") {
    return kgPerUnit === null ? { reason: "no_unit_mass" } : { perGram: 1 / (kgPerUnit * 1000) }
  }
  const { factor, kind } = definitionOf.get(packageSizeUnit) ?? { factor: null, kind: "piece" }
  if (factor === null) return { reason: "no_package_size" }
  if (kind === "mass") return { perGram: 1 / factor }
  return litersPerKg === null ? { reason: "no_density" } : { perGram: litersPerKg / factor }
}

/** Packages that hold what is needed: ceil(need / package − 1e-9). */
const packagesFor = (grossGrams: number, food: ProductFacts): Pick<ShoppingLine, "buy" | "buyReason"> => {
  const { packageSize, packageSizeUnit } = food
  const converted = inPackageUnit(grossGrams, food)
  if ("reason" in converted) return { buy: null, buyReason: converted.reason }
  if (packageSize === null || packageSizeUnit === null) return { buy: null, buyReason: "no_package_size" }
  const need = grossGrams * converted.perGram
  const packages = Math.max(1, Math.ceil(need / packageSize - 1e-9))
  const surplusGrams = Math.max(0, packages * packageSize - need) / converted.perGram
  return { buy: { packages, packageSize, packageUnit: packageSizeUnit, surplusGrams }, buyReason: null }
}

const lineOf = (bought: ReadonlyArray<Bought>, food: ProductFacts): ShoppingLine => {
  const grossGrams = bought.reduce((sum, { trace }) => sum + trace.grams, 0)
  const { kgPerUnit, litersPerKg } = food
  const pieces = kgPerUnit === null ? null : grossGrams / (kgPerUnit * 1000)
  const packages = packagesFor(grossGrams, food)
  return {
    productId: food.id,
    name: food.name,
    shoppingName: food.shoppingName,
    department: food.storeDepartmentName,
    brands: food.recommendedBrandsAndProducts,
    substitutes: food.substitutes,
    allergens: food.allergens,
    grossGrams,
    netGrams: bought.reduce((sum, { net }) => sum + net, 0),
    milliliters: litersPerKg === null ? null : grossGrams * litersPerKg,
    pieces: pieces === null || packages.buy !== null ? pieces : Math.ceil(pieces - 1e-9),
    ...packages,
    traces: bought.map(({ trace }) => trace)
  }
}

const unresolvedLine = (all: ReadonlyArray<Unresolved>): ReadonlyArray<UnresolvedLine> => {
  const [first] = all
  if (first === undefined) return []
  const amounts = Map.groupBy(all.flatMap(({ amount }) => amount ?? []), ({ unit }) => unit)
  return [{
    name: first.name,
    reason: first.reason,
    productId: first.productId,
    amounts: [...amounts].map(([unit, each]) => ({
      unit,
      quantity: each.reduce((sum, { quantity }) => sum + quantity, 0)
    })),
    traces: all.map(({ place }) => place)
  }]
}

const shownName = ({ name, shoppingName }: ShoppingLine) => shoppingName ?? name

const byDepartment = (a: ShoppingLine, b: ShoppingLine) =>
  Number(a.department === null) - Number(b.department === null) ||
  (a.department ?? "").localeCompare(b.department ?? "", "pt-BR") ||
  shownName(a).localeCompare(shownName(b), "pt-BR") || (a.productId < b.productId ? -1 : 1)

/** What to buy for some slots, unrounded. */
export const computeList = (
  parts: ListParts,
  people: number | null,
  pantryProductIds: ReadonlyArray<ProductId>
): ShoppingList => {
  const occurrences = occurrencesOf(parts, people)
  const bought = Map.groupBy(
    occurrences.flatMap((each) => "food" in each ? [each] : []),
    ({ food }) => food.id
  )
  const unresolved = Map.groupBy(
    occurrences.flatMap((each) => "food" in each ? [] : [each]),
    ({ name, productId, reason }) => JSON.stringify([name.toLowerCase(), productId, reason])
  )
  const atHome = new Set(pantryProductIds)
  const lines = [...bought.values()]
    .flatMap((each) => each[0] === undefined ? [] : [lineOf(each, each[0].food)])
    .toSorted(byDepartment)
  return {
    lines: lines.filter(({ productId }) => !atHome.has(productId)),
    pantry: lines.filter(({ productId }) => atHome.has(productId)),
    unresolved: [...unresolved.values()].flatMap(unresolvedLine)
      .toSorted((a, b) => a.name.localeCompare(b.name, "pt-BR"))
  }
}
