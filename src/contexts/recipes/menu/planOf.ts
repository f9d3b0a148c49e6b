import { isNutrientCode, unitOf } from "../../products/contract/Nutrients.ts"
import type { Menu, MenuDay, MenuWeek, Slot } from "../contract/Menu.ts"
import { mealTypeKey, type TargetStatus } from "../contract/Target.ts"
import { labelSums, sharesOf } from "../nutrition/answerNutrition.ts"
import { roundedIn, roundedShare } from "../nutrition/rounded.ts"
import { type Sums, totalsOfSums } from "../nutrition/Sums.ts"
import { aimUnit, expectedMeals, type KeptStatus } from "./composeMenu.ts"
import { dateOf, nameOf, orderedWeekdays } from "./dates.ts"
import { type MenuRow, type SlotRow, toMenuSummary } from "./MenuRow.ts"

/** A slot as it is answered. */
const toSlot = (startDate: string | null, slot: SlotRow): Slot => ({
  id: slot.id,
  week: slot.week,
  weekday: nameOf(slot.weekday),
  date: dateOf(startDate, slot.week, slot.weekday),
  mealType: slot.mealType,
  hour: slot.hour,
  mealId: slot.mealId,
  mealName: slot.mealState === "available" ? slot.currentName : slot.mealName,
  mealState: slot.mealState,
  portions: slot.portions,
  note: slot.note
})

const toStatus = ({ complete, gap, status, target, value }: KeptStatus): TargetStatus => {
  const { nutrient } = target
  const round = (amount: number | null) =>
    amount === null ? null : isNutrientCode(nutrient) ? roundedIn(amount, unitOf(nutrient)) : roundedShare(amount)
  return {
    nutrient,
    period: target.period,
    mealType: target.mealType ?? null,
    min: target.min ?? null,
    max: target.max ?? null,
    value: round(value),
    unit: aimUnit(nutrient),
    complete,
    status,
    gap: round(gap)
  }
}

const totalsOf = (sums: Sums) => {
  const totals = totalsOfSums(sums)
  return { total: labelSums(totals, 1), shares: sharesOf(totals) }
}

/** Slots of a day by hour (none last), place in the pattern, and name. */
export const inDayOrder = ({ pattern }: Pick<MenuRow, "pattern">) => {
  const places = new Map(pattern.map(({ mealType }, index) => [mealTypeKey(mealType), index]))
  const placeOf = ({ mealType }: SlotRow) => places.get(mealTypeKey(mealType)) ?? pattern.length
  return (a: SlotRow, b: SlotRow) =>
    (a.hour ?? "99").localeCompare(b.hour ?? "99") || placeOf(a) - placeOf(b) ||
    a.mealType.localeCompare(b.mealType, "und")
}

/** A menu as it is answered, with its days in the order of their dates. */
export const toMenu = (row: MenuRow, slots: ReadonlyArray<SlotRow>): Menu => {
  const { startDate } = row
  const expected = expectedMeals(row, slots)
  const byDay = Map.groupBy(slots, ({ week, weekday }) => week * 10 + weekday)
  const totalsByDay = new Map(row.days.map((day) => [day.week * 10 + day.weekday, day]))
  const totalsByWeek = new Map(row.weekTotals.map((each) => [each.week, each]))
  const order = inDayOrder(row)
  const dayOf = (week: number, weekday: number): MenuDay => {
    const key = week * 10 + weekday
    const ofDay = (byDay.get(key) ?? []).toSorted(order)
    const filled = new Set(ofDay.map(({ mealType }) => mealTypeKey(mealType)))
    const totals = totalsByDay.get(key)
    return {
      week,
      weekday: nameOf(weekday),
      date: dateOf(startDate, week, weekday),
      slots: ofDay.map((slot) => toSlot(startDate, slot)),
      totals: totals === undefined ? null : totalsOf(totals.sums),
      targets: totals?.targets.map(toStatus) ?? [],
      emptySlots: expected.filter(({ mealType }) => !filled.has(mealTypeKey(mealType)))
    }
  }
  const plan = Array.from({ length: row.weeks }, (_, index): MenuWeek => {
    const week = index + 1
    const days = orderedWeekdays(startDate).map((weekday) => dayOf(week, weekday))
    const totals = totalsByWeek.get(week)
    return {
      week,
      days,
      totals: totals === undefined ? null : totalsOf(totals.sums),
      dailyAverage: totals === undefined ? null : labelSums(totalsOfSums(totals.sums), 1 / totals.days),
      targets: totals?.targets.map(toStatus) ?? [],
      emptySlots: days.reduce((sum, { emptySlots }) => sum + emptySlots.length, 0)
    }
  })
  return { ...toMenuSummary(row), plan, conflicts: row.conflicts }
}
