import type { NutrientCode } from "../products/contract/Nutrients.ts"
import type { Step } from "./contract/Step.ts"
import { jsonBlock } from "./import/jsonBlock.ts"
import { type Json, type JsonObject, listOf } from "./import/jsonValues.ts"
import { mapRecipe } from "./import/mapRecipe.ts"
import { pageItems } from "./import/pageItems.ts"
import { namedNodes, recipeNodes } from "./import/recipeNodes.ts"

/** A recipe as a page or a file tells it, in texts that fit ours. */
export interface ReadRecipe {
  readonly name: string
  readonly description: string | null
  readonly imageUrl: string | null
  readonly sourceUrl: string | null
  readonly sourceAuthor: string | null
  readonly keywords: ReadonlyArray<string>
  readonly ingredients: ReadonlyArray<string>
  readonly instructions: ReadonlyArray<Step>
  readonly servings: number
  readonly servingsAssumed: boolean
  readonly yieldText: string | null
  readonly prepMinutes: number | null
  readonly cookMinutes: number | null
  readonly totalMinutes: number | null
  readonly utensils: ReadonlyArray<string>
  /** Per serving, in canonical units. */
  readonly nutrition: { readonly values: { readonly [C in NutrientCode]?: number } } | null
  readonly language: string | null
  readonly warnings: ReadonlyArray<string>
}

export type ReadRecipes =
  | { readonly recipes: ReadonlyArray<ReadRecipe> }
  | { readonly reason: "no_recipe_found" }
  | { readonly reason: "jsonld_invalid"; readonly detail: string; readonly line: number; readonly column: number }

interface Page {
  readonly language: string | null
  /** What stands beside all items of it. */
  readonly loose: JsonObject
}

const parts = ["recipeIngredient", "recipeInstructions"] as const

const isNothing = (value: Json | undefined) => listOf(value).every((each) => each === null || each === "")

/** What a description lacks, and the page says beside it. */
const completed = (node: JsonObject, loose: JsonObject): JsonObject => ({
  ...node,
  ...Object.fromEntries(
    parts.flatMap((part) => {
      const said = loose[part]
      return said !== undefined && isNothing(node[part]) ? [[part, said] as const] : []
    })
  )
})

const sizeOf = ({ ingredients, instructions }: ReadRecipe) => ingredients.length + instructions.length

/** Pages name a recipe again and again, often with no more than its name: of those that are called the same the longest counts. */
const distinct = (recipes: ReadonlyArray<ReadRecipe>): ReadonlyArray<ReadRecipe> => {
  const longest = new Map<string, ReadRecipe>()
  for (const recipe of recipes) {
    const known = longest.get(recipe.name)
    if (known === undefined || sizeOf(recipe) > sizeOf(known)) longest.set(recipe.name, recipe)
  }
  const all = [...longest.values()]
  const full = all.filter((recipe) => sizeOf(recipe) > 0)
  return full.length === 0 ? all : full
}

const mapped = (
  nodes: ReadonlyArray<JsonObject>,
  named: ReadonlyMap<string, JsonObject>,
  { language, loose }: Page,
  warnings: ReadonlyArray<string>
) =>
  nodes.flatMap((node) =>
    mapRecipe(nodes.length === 1 ? completed(node, loose) : node, named, language, warnings) ?? []
  )

const fromBlocks = (blocks: ReadonlyArray<string>, page: Page) => {
  const recipes: Array<ReadRecipe> = []
  let failure: Exclude<ReturnType<typeof jsonBlock>, { readonly value: unknown }> | undefined
  for (const block of blocks) {
    const parsed = jsonBlock(block)
    if ("value" in parsed) {
      recipes.push(...mapped(recipeNodes(parsed.value), namedNodes(parsed.value), page, parsed.warnings))
    } else if (/recipe/iu.test(block)) failure ??= parsed
  }
  return { recipes, failure }
}

/** Each line a document, as our exports are, or all of the text one. */
const documentsIn = (text: string): ReadonlyArray<string> => {
  const lines = text.split(/\r?\n/u).map((line) => line.trim())
  return lines.every((line) => line === "" || (line.startsWith("{") && line.endsWith("}"))) ? lines : [text]
}

/** The recipes of JSON-LD text. Of several documents all must be JSON. */
const fromJson = (text: string): ReadRecipes => {
  const documents = documentsIn(text)
  const read = documents.map((document) => fromBlocks(document === "" ? [] : [document], { language: null, loose: {} }))
  const at = read.findIndex(({ failure }) => failure !== undefined)
  const failure = read[at]?.failure
  if (failure !== undefined) {
    return { reason: "jsonld_invalid", ...failure, line: documents.length === 1 ? failure.line : at + 1 }
  }
  const recipes = read.flatMap((each) => each.recipes)
  return recipes.length > 0 ? { recipes } : { reason: "no_recipe_found" }
}

/**
 * All recipes in JSON-LD text (an object, a list, a graph, or one a line), or in a page: its blocks of JSON-LD, or its microdata and RDFa where
 * they hold none. Reviews and ratings are not read.
 */
export const readRecipes = (text: string): ReadRecipes => {
  if (/^\uFEFF?\s*[[{]/u.test(text)) return fromJson(text)
  const page = pageItems(text)
  const { failure, recipes } = fromBlocks(page.blocks, page)
  if (recipes.length > 0) return { recipes: distinct(recipes) }
  const others = mapped(page.items.flatMap(recipeNodes), new Map(), page, [])
  if (others.length > 0) return { recipes: distinct(others) }
  return failure === undefined ? { reason: "no_recipe_found" } : { reason: "jsonld_invalid", ...failure }
}
