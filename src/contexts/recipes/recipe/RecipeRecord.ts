import { derivedTotal } from "../contract/derivedTotal.ts"
import { ingredientOf } from "../contract/Ingredient.ts"
import type { Ingredient } from "../contract/Ingredient.ts"
import type { RecipeInput } from "../contract/Recipe.ts"
import { stepsIn } from "../contract/Step.ts"

/** What is written of a recipe besides what is computed, with the SQL types of its columns. */
export const recordTypes = {
  name: "text",
  searched: "text",
  description: "text",
  notes: "text",
  image_url: "text",
  source_url: "text",
  source_author: "text",
  privacy: "text",
  instructions: "jsonb",
  ingredients: "jsonb",
  servings: "float8",
  servings_assumed: "boolean",
  yield_text: "text",
  yield_grams: "float8",
  utensils: "jsonb",
  prep_minutes: "integer",
  cook_minutes: "integer",
  given_total_minutes: "integer",
  nutrition_override: "jsonb",
  product_ids: "uuid[]",
  total_minutes: "integer"
} as const

/** In the order that was asked for, by `position` or by place. */
export const ingredientsOf = ({ ingredients = [] }: RecipeInput): ReadonlyArray<Ingredient> =>
  ingredients
    .map((input, index) => ingredientOf(input, input.position ?? index))
    .toSorted((a, b) => a.position - b.position)

export const recordOf = (input: RecipeInput) => {
  const ingredients = ingredientsOf(input)
  const { instructions = [] } = input
  const prep = input.prepMinutes ?? null
  const cook = input.cookMinutes ?? null
  const total = input.totalMinutes ?? null
  return {
    name: input.name,
    searched: [input.name, ...ingredients.map(({ name }) => name)].join("\n"),
    description: input.description ?? null,
    notes: input.notes ?? null,
    image_url: input.imageUrl ?? null,
    source_url: input.sourceUrl ?? null,
    source_author: input.sourceAuthor ?? null,
    privacy: input.privacy ?? "private",
    instructions: typeof instructions === "string" ? stepsIn(instructions) : instructions,
    ingredients,
    servings: input.servings ?? 1,
    servings_assumed: input.servingsAssumed ?? false,
    yield_text: input.yieldText ?? null,
    yield_grams: input.yieldGrams ?? null,
    utensils: input.utensils ?? [],
    prep_minutes: prep,
    cook_minutes: cook,
    given_total_minutes: total,
    nutrition_override: input.nutritionOverride ?? null,
    product_ids: [...new Set(ingredients.flatMap(({ productId }) => productId === null ? [] : [productId]))],
    total_minutes: derivedTotal(total, prep, cook)
  } satisfies Record<keyof typeof recordTypes, unknown>
}
export type RecipeRecord = ReturnType<typeof recordOf>

const follows: ReadonlySet<string> = new Set(["searched", "product_ids", "total_minutes"])
const isColumn = (name: string): name is keyof typeof recordTypes => name in recordTypes

/** The columns that hold a member of the body each. */
export const recordColumns = Object.keys(recordTypes).filter(isColumn).filter((column) => !follows.has(column))

/** The member that a column holds. */
export const fieldOf = (column: keyof typeof recordTypes): string =>
  column === "given_total_minutes"
    ? "totalMinutes"
    : column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
