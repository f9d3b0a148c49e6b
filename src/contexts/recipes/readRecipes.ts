import type { NutrientCode } from "../products/contract/Nutrients.ts"
import type { Step } from "./contract/Recipe.ts"
import { jsonBlock } from "./import/jsonBlock.ts"
import type { JsonObject } from "./import/jsonValues.ts"
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

const mapped = (
  nodes: ReadonlyArray<JsonObject>,
  named: ReadonlyMap<string, JsonObject>,
  language: string | null,
  warnings: ReadonlyArray<string>
) => nodes.flatMap((node) => mapRecipe(node, named, language, warnings) ?? [])

const fromBlocks = (blocks: ReadonlyArray<string>, language: string | null) => {
  const recipes: Array<ReadRecipe> = []
  let failure: Exclude<ReturnType<typeof jsonBlock>, { readonly value: unknown }> | undefined
  for (const block of blocks) {
    const parsed = jsonBlock(block)
    if ("value" in parsed) {
      recipes.push(...mapped(recipeNodes(parsed.value), namedNodes(parsed.value), language, parsed.warnings))
    } else if (/recipe/iu.test(block)) failure ??= parsed
  }
  return { recipes, failure }
}

/**
 * All recipes in JSON-LD text (an object, a list, a graph), or in a page: its blocks of JSON-LD, or its microdata where they hold
 * none. Reviews and ratings are not read.
 */
export const readRecipes = (text: string): ReadRecipes => {
  const isJson = /^\uFEFF?\s*[[{]/u.test(text)
  const page = isJson ? { blocks: [text], microdata: [], language: null } : pageItems(text)
  const { failure, recipes } = fromBlocks(page.blocks, page.language)
  if (recipes.length > 0) return { recipes }
  const others = mapped(page.microdata.flatMap(recipeNodes), new Map(), page.language, [])
  if (others.length > 0) return { recipes: others }
  return failure === undefined ? { reason: "no_recipe_found" } : { reason: "jsonld_invalid", ...failure }
}
