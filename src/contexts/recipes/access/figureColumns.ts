import type { SqlClient, Statement } from "effect/sql"
import { type Column, type Columns, columnsOf, conditions } from "../../../kernel/Filters.ts"
import { type Figure, searchedNutrients } from "../contract/DishFilters.ts"

const number = (expression: string): Column => ({ expression, type: "float8", nullable: true })

/** The columns of figures over the table `alias`. */
export const figureColumns = (alias: string): Readonly<Record<Figure, Column>> => ({
  energyKcal: number(`${alias}.energy_kcal`),
  protein: number(`${alias}.protein`),
  carbohydrate: number(`${alias}.carbohydrate`),
  totalFat: number(`${alias}.total_fat`),
  saturatedFat: number(`${alias}.saturated_fat`),
  transFat: number(`${alias}.trans_fat`),
  sugar: number(`${alias}.sugar`),
  sodium: number(`${alias}.sodium`),
  calorieDensity: number(`${alias}.calorie_density`),
  carbohydratePercentage: number(`${alias}.carbohydrate_percentage`),
  proteinPercentage: number(`${alias}.protein_percentage`),
  totalFatPercentage: number(`${alias}.total_fat_percentage`),
  "energyShare.carbohydrate": number(`${alias}.energy_share_carbohydrate`),
  "energyShare.protein": number(`${alias}.energy_share_protein`),
  "energyShare.fat": number(`${alias}.energy_share_fat`),
  "energyShare.alcohol": number(`${alias}.energy_share_alcohol`),
  weightInGrams: number(`${alias}.weight_grams`)
})

const nutrients: ReadonlyMap<string, string> = new Map(searchedNutrients.map((code) => [code, code]))

const others: ReadonlyMap<string, string> = new Map([["calorieDensity", "energyKcal"], ["weightInGrams", "weight"]])

/** What must be complete for an upper bound of a figure to be sure. */
const needs = (field: string) => {
  const code = field.replace(/^perServing\./, "")
  return nutrients.get(code) ?? others.get(code) ?? "shares"
}

/**
 * Conditions on figures. A total that is not complete is a lower bound: it may be above a limit for sure, but never below one,
 * unless those are wanted too.
 */
export const figureConditions = (
  sql: SqlClient.SqlClient,
  columns: Readonly<Record<string, Column>>,
  alias: string,
  query: { readonly includeIncomplete?: boolean }
): ReadonlyArray<Statement.Fragment> => {
  const known: Columns = columnsOf(columns)
  const upper = Object.keys(query).filter((key) =>
    /\[lte?\]$/.test(key) && known(key.replace(/\[.*$/, "")) !== undefined
  )
  const complete = query.includeIncomplete === true
    ? []
    : [...new Set(upper.map((key) => needs(key.replace(/\[.*$/, ""))))]
  return [
    ...conditions(sql, known, query),
    ...complete.length === 0 ? [] : [sql`${sql.literal(`${alias}.complete`)} @> ${complete}::text[]`]
  ]
}
