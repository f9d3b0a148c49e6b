import { type Weekday, weekdays } from "../contract/Menu.ts"

const day = 86_400_000

const parts = (date: string) => new Date(`${date}T00:00:00Z`)

/** 1 (Monday) to 7. */
const weekdayOf = (date: string): number => parts(date).getUTCDay() || 7

export const numberOf = (weekday: Weekday): number => weekdays.indexOf(weekday) + 1

export const nameOf = (weekday: number): Weekday => weekdays[weekday - 1] ?? "monday"

const plusDays = (date: string, days: number): string =>
  new Date(parts(date).getTime() + days * day).toISOString().slice(0, 10)

/** The date of a day: startDate + 7·(week − 1) + ((weekday − weekday of startDate) mod 7). */
export const dateOf = (startDate: string | null, week: number, weekday: number): string | null =>
  startDate === null
    ? null
    : plusDays(startDate, 7 * (week - 1) + (weekday - weekdayOf(startDate) + 7) % 7)

/** The last day of a menu of so many weeks. */
export const lastDayOf = (startDate: string, weeks: number): string => plusDays(startDate, 7 * weeks - 1)

/** The days of a week in the order of their dates; without a start date from Monday on. */
export const orderedWeekdays = (startDate: string | null): ReadonlyArray<number> => {
  const first = startDate === null ? 1 : weekdayOf(startDate)
  return Array.from({ length: 7 }, (_, index) => (first - 1 + index) % 7 + 1)
}
