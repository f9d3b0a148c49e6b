import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import type { Recipe } from "../contract/Recipe.ts"
import type { Step } from "../contract/Step.ts"
import { definitionOf } from "../contract/Units.ts"
import { durationOf, longest } from "./durations.ts"
import type { Json, JsonObject } from "./jsonValues.ts"
import { nutritionMembers } from "./nutritionIn.ts"
import { escaped } from "./plainText.ts"
import { publisher } from "./textReader.ts"

type Written = Omit<Recipe, "nutrition" | "weight" | "averageTaste" | "averageConvenience" | "ratingCount" | "myRating">

/** The amount and name as a line, or the line as it was found. */
const lineOf = ({ fullText, name, note, portionName, quantity, unit }: Recipe["ingredients"][number]) => {
  if (fullText !== null) return fullText
  const word = unit === null || unit === "piece" ? "" : portionName ?? definitionOf.get(unit)?.english[0] ?? unit
  const amount = quantity === null ? "" : String(quantity)
  return `${[amount, word, name].filter((part) => part !== "").join(" ")}${note === null ? "" : `, ${note}`}`
}

const stepOf = ({ text }: Step): JsonObject => ({ "@type": "HowToStep", text: escaped(text) })

/** Steps of a section that follow each other stand in one. */
const sectionsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<JsonObject> => {
  const groups: Array<{ readonly section: string | undefined; readonly steps: Array<JsonObject> }> = []
  for (const step of steps) {
    const last = groups.at(-1)
    if (last !== undefined && last.section === step.section) last.steps.push(stepOf(step))
    else groups.push({ section: step.section, steps: [stepOf(step)] })
  }
  return groups.flatMap(({ section, steps: inner }) =>
    section === undefined ? inner : [{ "@type": "HowToSection", name: escaped(section), itemListElement: inner }]
  )
}

const present = (members: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => {
      const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0)
      return isEmpty ? [] : [[key, value]]
    })
  )

const digits = (value: number) => String(Number(value.toPrecision(10)))

/** A recipe as schema.org has it; `values` are per serving, of those nutrients that are complete. */
export const toSchemaOrg = (
  recipe: Written,
  values: { readonly [C in NutrientCode]?: number }
): JsonObject => {
  const nutrition = nutritionMembers.flatMap(([member, code]) => {
    const value = values[code]
    const unit = code === "energyKcal" ? "kcal" : code === "sodium" || code === "cholesterol" ? "mg" : "g"
    return value === undefined ? [] : [[member, `${digits(value)} ${unit}`] as const]
  })
  // Preparation and cooking together may be longer than a time can be told; who knows both knows it.
  const minutes = (given: number | null) => given === null || given > longest ? undefined : durationOf(given)
  return present({
    "@context": "https://schema.org",
    "@type": "Recipe",
    sdPublisher: publisher,
    name: escaped(recipe.name),
    description: recipe.description === null ? null : escaped(recipe.description),
    image: recipe.imageUrl,
    url: recipe.sourceUrl,
    author: recipe.sourceAuthor === null ? undefined : { "@type": "Person", name: escaped(recipe.sourceAuthor) },
    keywords: recipe.tags.filter(({ key }) => key === keywordKey).map(({ value }) => escaped(value)),
    recipeYield: [
      ...recipe.servingsAssumed ? [] : [recipe.servings],
      ...recipe.yieldText === null ? [] : [escaped(recipe.yieldText)]
    ],
    prepTime: minutes(recipe.prepMinutes),
    cookTime: minutes(recipe.cookMinutes),
    totalTime: minutes(recipe.totalMinutes),
    tool: recipe.utensils.map(escaped),
    recipeIngredient: recipe.ingredients.map((ingredient) => escaped(lineOf(ingredient))),
    recipeInstructions: sectionsOf(recipe.instructions),
    nutrition: nutrition.length === 0
      ? undefined
      : { "@type": "NutritionInformation", ...Object.fromEntries(nutrition) }
  })
}

/** The key of the tags that keywords become. */
export const keywordKey = "keyword"
