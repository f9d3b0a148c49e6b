import { isNutrientCode } from "../../products/contract/Nutrients.ts"
import type { Conflict, MenuWeek, Slot } from "../contract/Menu.ts"
import type { MenuView } from "../contract/MenuView.ts"
import type { Recipe } from "../contract/Recipe.ts"
import type { ShoppingList } from "../contract/ShoppingList.ts"
import { mealTypeKey, type TargetStatus } from "../contract/Target.ts"
import { chartText, type EnergyBar, energyChart } from "./energyChart.ts"
import { departmentsOf, type SheetDepartment, unitOfName } from "./shoppingSheet.ts"
import { datesOf, type Language, numbersOf, wordsOf } from "./words.ts"

export interface SheetCell {
  readonly hour: string
  readonly meal: string
  readonly detail: string
  readonly gone: boolean
}

interface SheetWeek {
  readonly title: string
  readonly days: ReadonlyArray<{ readonly weekday: string; readonly date: string }>
  readonly rows: ReadonlyArray<{
    readonly mealType: string
    readonly cells: ReadonlyArray<ReadonlyArray<SheetCell>>
  }>
  readonly chart: string
  readonly chartText: string
  readonly targets: ReadonlyArray<{
    readonly label: string
    readonly aim: string
    readonly cells: ReadonlyArray<{ readonly text: string; readonly status: TargetStatus["status"] | null }>
  }>
}

interface SheetRecipe {
  readonly name: string
  readonly facts: string
  readonly ingredients: ReadonlyArray<string>
  readonly steps: ReadonlyArray<string>
}

/** A menu in words of its reader, as the page and the PDF show it. */
export interface MenuSheet {
  readonly language: Language
  readonly title: string
  readonly draft: boolean
  readonly client: string
  readonly period: string
  readonly needs: ReadonlyArray<string>
  readonly attention: ReadonlyArray<string>
  readonly weeks: ReadonlyArray<SheetWeek>
  readonly shopping: ReadonlyArray<SheetDepartment>
  readonly recipes: ReadonlyArray<SheetRecipe>
  readonly sources: ReadonlyArray<string>
}

const ingredientText = (
  { fullText, name, note, portionName, quantity, unit }: Recipe["ingredients"][number],
  language: Language
) => {
  if (fullText !== null) return fullText
  const number = numbersOf(language)
  const amount = quantity === null || unit === null
    ? ""
    : `${number(quantity, 2)} ${unitOfName(portionName ?? unit, language, quantity)}`
  return `${amount}${name}${note === null ? "" : `, ${note}`}`
}

/** A menu as it is handed to a client. */
export const menuSheet = (
  { client, meals, menu, products, recipes }: MenuView,
  list: ShoppingList,
  language: Language
): MenuSheet => {
  const words = wordsOf(language)
  const number = numbersOf(language)
  const dates = datesOf(language)

  const amountOf = (value: number, unit: string, sign = "") =>
    `${number(value, unit === "kcal" || unit === "mg" ? 0 : 1)}${sign} ${unit}`

  const cellOf = ({ hour, mealId, mealName, mealState, note, portions }: Slot): SheetCell => {
    const inMeal = meals[mealId]?.components.flatMap(({ name, state }) => state === "available" ? [name] : []) ?? []
    const others = inMeal.filter((name) => name !== mealName)
    const detail = [
      portions === 1 ? "" : words.portions(number(portions, 2)),
      others.join(", "),
      note ?? "",
      mealState === "available" ? "" : words.noLonger
    ]
    return {
      hour: hour ?? "",
      meal: mealName,
      detail: detail.filter(Boolean).join(" · "),
      gone: mealState !== "available"
    }
  }

  const rowsOf = ({ days }: MenuWeek) => {
    const order = new Map<string, { readonly mealType: string; readonly place: string }>()
    menu.pattern.forEach(({ hour, mealType }, index) =>
      order.set(mealTypeKey(mealType), { mealType, place: `${hour ?? "99"} ${index + 10}` })
    )
    for (const { hour, mealType } of days.flatMap(({ slots }) => slots)) {
      const key = mealTypeKey(mealType)
      if (!order.has(key)) order.set(key, { mealType, place: `${hour ?? "99"} ${order.size + 50}` })
    }
    return [...order].toSorted(([, a], [, b]) => a.place < b.place ? -1 : 1)
      .map(([key, { mealType }]) => ({
        mealType,
        cells: days.map(({ slots }) => slots.filter((slot) => mealTypeKey(slot.mealType) === key).map(cellOf))
      }))
      .filter(({ cells }) => cells.some((each) => each.length > 0))
  }

  const shownDays = ({ days }: MenuWeek) =>
    days.map(({ date, weekday }) => ({
      weekday: words.weekdays[weekday],
      date: date === null ? "" : dates.short(date)
    }))

  const barsOf = (week: MenuWeek): ReadonlyArray<EnergyBar> =>
    week.days.map(({ totals, weekday }) => ({
      label: words.weekdays[weekday],
      kcal: totals?.total.energyKcal.value ?? null,
      complete: totals?.total.energyKcal.complete ?? false,
      shares: totals?.shares.energy ?? { carbohydrate: null, protein: null, fat: null, alcohol: null }
    }))

  const aims = menu.targets ?? client?.targets ?? []

  const aimText = (min: number | null, max: number | null, unit: string) =>
    min !== null && max !== null
      ? words.between(amountOf(min, unit), amountOf(max, unit))
      : min !== null
      ? words.atLeast(amountOf(min, unit))
      : words.atMost(amountOf(max ?? 0, unit))

  const statusCell = (status: TargetStatus | undefined) => {
    if (status === undefined) return { text: "–", status: null }
    const { complete, nutrient, unit, value } = status
    const isBound = !complete && isNutrientCode(nutrient)
    const amount = value === null ? "?" : amountOf(value, unit, isBound ? "+" : "")
    return { text: amount, status: status.status }
  }

  const targetsOf = ({ days, targets }: MenuWeek) =>
    aims.map((aim) => {
      const isThis = (status: TargetStatus) =>
        status.nutrient === aim.nutrient && status.period === aim.period &&
        mealTypeKey(status.mealType ?? "") === mealTypeKey(aim.mealType ?? "")
      const found = aim.period === "day"
        ? days.map((day) => day.targets.find(isThis))
        : [targets.find(isThis)]
      const unit = found.find((status) => status !== undefined)?.unit ?? ""
      const of = [aim.mealType ?? "", aim.period === "week" ? words.wholeWeek : ""].filter(Boolean).join(", ")
      return {
        label: `${words.nutrients[aim.nutrient] ?? aim.nutrient}${of === "" ? "" : ` (${of})`}`,
        aim: aimText(aim.min ?? null, aim.max ?? null, unit),
        cells: found.map(statusCell)
      }
    })

  const weekOf = (week: MenuWeek): SheetWeek => {
    const [first, last] = [week.days[0]?.date ?? null, week.days.at(-1)?.date ?? null]
    const energy = aims.find(({ mealType, nutrient, period }) =>
      nutrient === "energyKcal" && period === "day" && (mealType ?? null) === null
    )
    const bars = barsOf(week)
    return {
      title: `${words.week} ${week.week}${first === null || last === null ? "" : ` · ${dates.range(first, last)}`}`,
      days: shownDays(week),
      rows: rowsOf(week),
      chart: energyChart(bars, { min: energy?.min ?? null, max: energy?.max ?? null }, language),
      chartText: chartText(bars, language),
      targets: targetsOf(week)
    }
  }

  const reasons = {
    allergen: words.contains,
    allergen_may_contain: words.mayContain,
    allergen_unknown: words.undeclared,
    disliked_product: words.disliked,
    disliked_tag: words.disliked
  } as const

  const warningOf = ({ allergens, ingredient, reason, recipeName, tags }: Conflict) => {
    const of = [...allergens.map((code) => words.allergens[code]), ...tags.map(({ value }) => value)].join(", ")
    return `${recipeName}${ingredient === null ? "" : `: ${ingredient}`} – ${reasons[reason]}${
      of === "" ? "" : ` ${of}`
    }`
  }

  const recipeOf = ({ ingredients, instructions, name, servings, totalMinutes }: Recipe): SheetRecipe => ({
    name,
    facts: [words.servings(number(servings, 2)), totalMinutes === null ? "" : `${number(totalMinutes, 0)} min`]
      .filter(Boolean).join(" · "),
    ingredients: ingredients.map((ingredient) => ingredientText(ingredient, language)),
    steps: instructions.map(({ text }) => text)
  })

  const { restrictions } = client ?? {}
  const filled = menu.plan.filter(({ days }) => days.some(({ slots }) => slots.length > 0))
  const [from, to] = [menu.plan[0]?.days[0]?.date ?? null, menu.plan.at(-1)?.days.at(-1)?.date ?? null]
  const unknown = menu.conflicts.filter(({ reason }) => reason === "allergen_unknown")
  const known = menu.conflicts.filter(({ reason }) => reason !== "allergen_unknown")
  return {
    language,
    title: menu.name,
    draft: menu.status === "draft",
    client: client?.name ?? "",
    period: from === null || to === null ? "" : dates.range(from, to),
    needs: [
      ...restrictions?.allergens.map((code) => `${words.without} ${words.allergens[code]}`) ?? [],
      ...restrictions?.diets.map((diet) => `${words.diet}: ${diet}`) ?? []
    ],
    attention: [
      ...known.map(warningOf),
      ...unknown.length === 0 ? [] : [
        `${words.undeclared} ${
          [...new Set(unknown.flatMap(({ allergens }) => allergens))].map((code) => words.allergens[code]).join(", ")
        }: ${[...new Set(unknown.flatMap(({ ingredient }) => ingredient ?? []))].join(", ")}`
      ]
    ],
    weeks: filled.map(weekOf),
    shopping: departmentsOf(list, language),
    recipes: Object.values(recipes).toSorted((a, b) => a.name.localeCompare(b.name, language)).map(recipeOf),
    sources: [...new Set(Object.values(products).map(({ source }) => source))].toSorted()
  }
}
