import { Context, Effect, Layer, Schema } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import type { Reads } from "../../../kernel/Database.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { RecipeInput } from "../contract/Recipe.ts"
import { type IngredientLink, JsonldInvalid, NoRecipeFound } from "../contract/RecipeImport.ts"
import { keywordKey } from "../import/toSchemaOrg.ts"
import type { LineLanguage } from "../line/amount.ts"
import { type ParsedLine, parseLine } from "../parseLine.ts"
import { type ReadRecipe, readRecipes } from "../readRecipes.ts"
import { cut } from "../text/cut.ts"

/** A recipe that could be created, and what was found of its ingredients. */
export interface Importable {
  readonly input: RecipeInput
  readonly warnings: ReadonlyArray<string>
  readonly ingredientLinks: ReadonlyArray<IngredientLink>
}

/** Similar enough, and by so much more than the next, to be the one that is meant. */
const linkedFrom = 0.8
const lead = 0.1
const suggested = 5

const languageOf = (tag: string | null): LineLanguage | undefined =>
  tag === null ? undefined : /^pt\b/i.test(tag) ? "pt" : /^en\b/i.test(tag) ? "en" : undefined

/** What was read must be a recipe that can be changed later on. */
const decode = Schema.decodeUnknownEffect(RecipeInput, { onExcessProperty: "error" })

const inputOf = (
  recipe: ReadRecipe,
  lines: ReadonlyArray<ParsedLine>,
  links: ReadonlyArray<IngredientLink>
): RecipeInput => ({
  name: recipe.name,
  description: recipe.description,
  imageUrl: recipe.imageUrl,
  sourceUrl: recipe.sourceUrl,
  sourceAuthor: recipe.sourceAuthor,
  tags: recipe.keywords.map((value) => ({ key: keywordKey, value: cut(value, 200) }))
    .filter(({ value }, index, all) => all.findIndex((each) => each.value === value) === index),
  instructions: recipe.instructions,
  ingredients: lines.map(({ fullText, grams, name, note, portionName, quantity, unit }, position) => ({
    name,
    note,
    fullText,
    quantity,
    unit,
    portionName,
    grams: grams ?? null,
    productId: links[position]?.productId ?? null
  })),
  servings: recipe.servings,
  servingsAssumed: recipe.servingsAssumed,
  yieldText: recipe.yieldText,
  utensils: recipe.utensils,
  prepMinutes: recipe.prepMinutes,
  cookMinutes: recipe.cookMinutes,
  totalMinutes: recipe.totalMinutes,
  nutritionOverride: recipe.nutrition === null
    ? null
    : { basis: "serving", values: recipe.nutrition.values, note: "As the page states it", use: false }
})

/** Reads pages into recipes that could be created. */
export class RecipeImports extends Context.Service<RecipeImports, {
  readPage(
    text: string
  ): Effect.Effect<ReadonlyArray<Importable>, Unauthenticated | JsonldInvalid | NoRecipeFound, CurrentCredential>
}>()("cardapio/contexts/recipes/recipe/RecipeImports") {
  static readonly layer: Layer.Layer<RecipeImports, never, Reads | Actors | ProductLookup> = Layer.effect(
    RecipeImports,
    Effect.gen(function*() {
      const actor = yield* readingActor
      const products = yield* ProductLookup

      /** By the name alone and with what is said beside it: `arroz, tipo 1, cru` may be a food's whole name. */
      const foodsLike = Effect.fnUntraced(function*({ name, note }: ParsedLine) {
        const alone = yield* products.similar(name, suggested)
        if (note === null || note.split(" ").length > 5) return alone
        const both = yield* products.similar(`${name}, ${note}`, suggested)
        return (both[0]?.similarity ?? 0) > (alone[0]?.similarity ?? 0) ? both : alone
      })

      const linkOf = Effect.fnUntraced(function*(parsed: ParsedLine, position: number) {
        const { confidence, fullText } = parsed
        const found = yield* foodsLike(parsed)
        const [first, second] = found
        const isSure = first !== undefined && first.similarity >= linkedFrom &&
          first.similarity - (second?.similarity ?? 0) >= lead
        const link: IngredientLink = {
          position,
          line: fullText,
          confidence,
          productId: isSure ? first.id : null,
          suggestions: found.map(({ id, name, similarity }) => ({ productId: id, name, similarity }))
        }
        return link
      })

      return RecipeImports.of({
        readPage: Effect.fn("RecipeImports.readPage")(function*(text) {
          yield* actor
          const read = readRecipes(text)
          if (!("recipes" in read)) {
            if (read.reason === "no_recipe_found") {
              return yield* new NoRecipeFound({ errors: [{ pointer: "", detail: "holds no recipe" }] })
            }
            const { column, detail, line } = read
            const errors = [{ pointer: "", detail: `line ${line}, column ${column}: ${detail}` }]
            return yield* new JsonldInvalid({ line, column, errors })
          }
          return yield* Effect.forEach(read.recipes, (recipe) =>
            Effect.gen(function*() {
              const language = languageOf(recipe.language)
              const lines = recipe.ingredients.map((line) => parseLine(line, language))
              const ingredientLinks = yield* Effect.forEach(lines, linkOf, { concurrency: 4 })
              const input = yield* Effect.orDie(decode(inputOf(recipe, lines, ingredientLinks)))
              return { input, warnings: recipe.warnings, ingredientLinks }
            }))
        })
      })
    })
  )
}
