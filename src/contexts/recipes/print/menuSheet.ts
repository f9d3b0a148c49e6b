import { isNutrientCode } from "../../products/contract/Nutrients.ts"
import type { Conflict, MenuWeek, Slot } from "../contract/Menu.ts"
import type { MenuView } from "../contract/MenuView.ts"
import type { Recipe } from "../contract/Recipe.ts"
import type { ShoppingList } from "../contract/ShoppingList.ts"
import { mealTypeKey, type TargetStatus } from "../contract/Target.ts"
import { ingredientText } from "./amounts.ts"
import { chartText, type EnergyBar, energyChart } from "./energyChart.ts"
import { nutrientNames } from "./nutrientNames.ts"
import { departmentsOf, type SheetDepartment } from "./shoppingSheet.ts"
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
  /** An SVG; empty where no day's energy is known. */
  readonly chart: string
  readonly chartText: string
  readonly average: string
  /** Whether there are so many targets that each has one line alone. */
  readonly crowded: boolean
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

/** More of these would not stand on the page of a usual week with two lines each. */
const roomyTargets = 4

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
  /** For how many people, where it is not for one. */
  readonly people: string
  readonly recipes: ReadonlyArray<SheetRecipe>
  readonly sources: ReadonlyArray<string>
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
    `${number(value, unit === "kcal" || value >= 100 ? 0 : value >= 10 ? 1 : 2)}${sign}\u00a0${unit}`

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
  const crowded = aims.length > roomyTargets

  const aimText = (min: number | null, max: number | null, unit: string) =>
    min !== null && max !== null
      ? words.between(amountOf(min, unit), amountOf(max, unit))
      : min !== null
      ? words.atLeast(amountOf(min, unit))
      : words.atMost(amountOf(max ?? 0, unit))

  const briefAim = (min: number | null, max: number | null, unit: string) =>
    [
      min === null ? "" : `${words.min}\u00a0${amountOf(min, unit)}`,
      max === null ? "" : `${words.max}\u00a0${amountOf(max, unit)}`
    ].filter(Boolean).join(", ")

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
        label: `${nutrientNames[aim.nutrient][language === "en" ? 1 : 0]}${of === "" ? "" : ` (${of})`}`,
        aim: (crowded ? briefAim : aimText)(aim.min ?? null, aim.max ?? null, unit),
        cells: found.map(statusCell)
      }
    })

  const averageOf = ({ dailyAverage, totals }: MenuWeek) => {
    const { complete = false, value = null } = dailyAverage?.energyKcal ?? {}
    if (value === null) return ""
    const shares = totals?.shares.energy
    const parts = (["carbohydrate", "protein", "fat"] as const).flatMap((kind) => {
      const share = shares?.[kind] ?? null
      return share === null ? [] : [`${words[kind]} ${number(share, 0)}\u00a0%`]
    })
    return [`${words.average}: ${amountOf(value, "kcal", complete ? "" : "+")}`, ...parts].join(" · ")
  }

  const weekOf = (week: MenuWeek): SheetWeek => {
    const [first, last] = [week.days[0]?.date ?? null, week.days.at(-1)?.date ?? null]
    const energy = aims.find(({ mealType, nutrient, period }) =>
      nutrient === "energyKcal" && period === "day" && (mealType ?? null) === null
    )
    const bars = barsOf(week)
    const [min, max] = [energy?.min ?? null, energy?.max ?? null]
    const isKnown = bars.some(({ kcal }) => kcal !== null)
    const aimed = energy === undefined ? null : aimText(min, max, "kcal")
    return {
      title: `${words.week} ${week.week}${first === null || last === null ? "" : ` · ${dates.range(first, last)}`}`,
      days: shownDays(week),
      rows: rowsOf(week),
      chart: isKnown ? energyChart(bars, { min, max }, aimed, language, crowded ? 96 : 136) : "",
      chartText: chartText(bars, language),
      average: averageOf(week),
      crowded,
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
        `${[...new Set(unknown.flatMap(({ ingredient }) => ingredient ?? []))].join(", ")} – ${words.undeclared} ${
          [...new Set(unknown.flatMap(({ allergens }) => allergens))].map((code) => words.allergens[code]).join(", ")
        }`
      ]
    ],
    weeks: filled.map(weekOf),
    shopping: departmentsOf(list, language),
    people: menu.people === 1 ? "" : words.people(number(menu.people, 0)),
    // An orange by itself needs no recipe.
    recipes: Object.values(recipes)
      .filter(({ ingredients, instructions }) => instructions.length > 0 || ingredients.length > 1)
      .toSorted((a, b) => a.name.localeCompare(b.name, language)).map(recipeOf),
    sources: [...new Set(Object.values(products).map(({ source }) => source))].toSorted()
  }
}
