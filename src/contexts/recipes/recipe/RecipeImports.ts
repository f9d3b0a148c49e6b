import { Context, Effect, Layer, Schema } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Overloaded } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import type { Reads } from "../../../kernel/Database.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { RecipeInput } from "../contract/Recipe.ts"
import {
  type FetchDisabled,
  type FetchFailed,
  type IngredientLink,
  JsonldInvalid,
  NoRecipeFound
} from "../contract/RecipeImport.ts"
import { PageFetch } from "../import/PageFetch.ts"
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

/** `ovos` and `limões` as foods are called. */
const singular = (name: string) =>
  name.replace(/\p{L}+ões(?!\p{L})/gu, (word) => `${word.slice(0, -3)}ão`)
    .replace(/(?<!\p{L})\p{L}{2,}[^\P{L}s]s(?!\p{L})/gu, (word) => word.slice(0, -1))

/** The name alone, in the singular, and with what is said beside it: `arroz, tipo 1, cru` may be a food's whole name. */
const wordingsOf = ({ name, note }: ParsedLine): readonly [string, ...Array<string>] => {
  const [alone, one] = [name, singular(name)]
  return [
    alone,
    ...one === alone ? [] : [one],
    ...note === null || note.split(" ").length > 5 ? [] : [`${name}, ${note}`]
  ]
}

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

/** All recipes of a text, or what it lacks, with the place. */
const recipesIn = Effect.fnUntraced(function*(text: string) {
  const read = readRecipes(text)
  if ("recipes" in read) return read.recipes
  if (read.reason === "no_recipe_found") {
    return yield* new NoRecipeFound({ errors: [{ pointer: "", detail: "holds no recipe" }] })
  }
  const { column, detail, line } = read
  const errors = [{ pointer: "", detail: `line ${line}, column ${column}: ${detail}` }]
  return yield* new JsonldInvalid({ line, column, errors })
})

type Failure = Unauthenticated | JsonldInvalid | NoRecipeFound

/** Reads pages into recipes that could be created. */
export class RecipeImports extends Context.Service<RecipeImports, {
  readPage(text: string): Effect.Effect<ReadonlyArray<Importable>, Failure, CurrentCredential>
  /** The page is fetched first, where that is allowed. */
  readAddress(
    url: string
  ): Effect.Effect<ReadonlyArray<Importable>, Failure | FetchDisabled | FetchFailed | Overloaded, CurrentCredential>
}>()("cardapio/contexts/recipes/recipe/RecipeImports") {
  static readonly layer: Layer.Layer<RecipeImports, never, Reads | Actors | ProductLookup | PageFetch> = Layer.effect(
    RecipeImports,
    Effect.gen(function*() {
      const actor = yield* readingActor
      const products = yield* ProductLookup
      const pages = yield* PageFetch

      /** The foods that are most like any of its wordings. */
      const foodsLike = Effect.fnUntraced(function*(parsed: ParsedLine) {
        const found = yield* Effect.forEach(wordingsOf(parsed), (wording) => products.similar(wording, suggested))
        return found.reduce((best, each) => (each[0]?.similarity ?? 0) > (best[0]?.similarity ?? 0) ? each : best)
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

      const importable = Effect.fnUntraced(function*(recipe: ReadRecipe) {
        const language = languageOf(recipe.language)
        const lines = recipe.ingredients.map((line) => parseLine(line, language))
        const ingredientLinks = yield* Effect.forEach(lines, linkOf, { concurrency: 4 })
        const input = yield* Effect.orDie(decode(inputOf(recipe, lines, ingredientLinks)))
        return { input, warnings: recipe.warnings, ingredientLinks }
      })

      return RecipeImports.of({
        readPage: Effect.fn("RecipeImports.readPage")(function*(text) {
          yield* actor
          return yield* Effect.forEach(yield* recipesIn(text), importable)
        }),
        readAddress: Effect.fn("RecipeImports.readAddress")(function*(address) {
          yield* actor
          const { text, url } = yield* pages.read(address)
          const recipes = yield* recipesIn(text)
          return yield* Effect.forEach(
            recipes,
            (recipe) => importable({ ...recipe, sourceUrl: recipe.sourceUrl ?? (url.length > 2048 ? null : url) })
          )
        })
      })
    })
  )
}
