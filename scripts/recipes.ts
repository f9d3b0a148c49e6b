import { Effect, FileSystem, Layer, Schema, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { CheckedTotals } from "../src/contexts/recipes/contract/CheckedTotals.ts"
import type { NutritionSummary } from "../src/contexts/recipes/contract/Nutrition.ts"
import { Recipe, RecipeId } from "../src/contexts/recipes/contract/Recipe.ts"
import { ImportRecipes, RecomputeNutrition } from "../src/contexts/recipes/contract/RecipeCommands.ts"
import { RecipeQuery } from "../src/contexts/recipes/contract/RecipeQuery.ts"
import { Recipes } from "../src/contexts/recipes/Recipes.ts"
import { everyPage, listFlags, printList } from "./Lists.ts"
import { acting, as, CommandFailed, remark, result, Tools } from "./Operator.ts"

const tools = Recipes.layer.pipe(Layer.provideMerge(Tools))

const energyOf = ({ perServing }: NutritionSummary) => {
  const energy = perServing?.energyKcal
  return energy === undefined || energy.value === null ? "-" : `${energy.complete ? "" : ">= "}${energy.value} kcal`
}

const line = ({ id, name, nutrition, servings }: Recipe) =>
  [id, `${servings} servings`, energyOf(nutrition), name].join("\t")

const list = Command.make("list", { ...listFlags, as }, (flags) =>
  Effect.flatMap(
    Recipes,
    (recipes) => printList({ flags, query: RecipeQuery, item: Recipe, read: recipes.listRecipes, line })
  ).pipe(acting(flags.as), Effect.provide(tools))).pipe(
    Command.withDescription("List recipes, with the energy of a serving")
  )

const files = Argument.String("file").pipe(
  Argument.withDescription("A page (HTML) or schema.org JSON-LD"),
  Argument.variadic({ min: 1 })
)
const preview = Flag.Boolean("preview").pipe(
  Flag.withDescription("Show what would be made, and keep nothing"),
  Flag.withDefault(false)
)

const importRecipes = Command.make(
  "import",
  { files, preview, as },
  ({ as: email, files: paths, preview: isPreview }) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const recipes = yield* Recipes
      const importOne = Effect.fnUntraced(function*(path: string) {
        const text = yield* Effect.mapError(fs.readFileString(path), ({ reason }) => ({ detail: reason._tag }))
        const read = yield* recipes.readPage(text)
        const command = new ImportRecipes({ inputs: read.map(({ input }) => input) })
        const made = isPreview ? (yield* recipes.dryRun(command)).answer : yield* recipes.execute(command)
        for (const recipe of made) yield* result(line(recipe))
        for (const { ingredientLinks, warnings } of read) {
          const linked = ingredientLinks.filter(({ productId }) => productId !== null).length
          yield* remark(`${path}: ${linked} of ${ingredientLinks.length} ingredients linked to foods`)
          for (const warning of warnings) yield* remark(`${path}: ${warning}`)
        }
        return true
      })
      const outcomes = yield* Effect.forEach(paths, (path) =>
        importOne(path).pipe(
          Effect.catch((error) => {
            const [fault] = "errors" in error ? error.errors ?? [] : []
            const told = fault?.detail ?? ("title" in error ? error.title : error.detail)
            return Effect.as(remark(`${path}: ${told}`), false)
          })
        ))
      const failed = outcomes.filter((isImported) => !isImported).length
      if (failed > 0) {
        return yield* new CommandFailed({
          message: `${failed} of ${paths.length} files hold no recipe that could be read`
        })
      }
    }).pipe(acting(email), Effect.provide(tools))
).pipe(
  Command.withDescription("Import recipes from pages or schema.org JSON-LD, each file by itself"),
  Command.withExamples([{ command: "recipes import soup.html --preview", description: "What a page would give" }])
)

const exportRecipes = Command.make(
  "export",
  { filters: listFlags.filters, as },
  ({ as: email, filters }) =>
    Effect.gen(function*() {
      const recipes = yield* Recipes
      yield* everyPage(RecipeQuery, [...filters, "limit=200"], recipes.listRecipes).pipe(
        Stream.runForEach((page) =>
          Effect.forEach(
            page,
            ({ id }) => Effect.flatMap(recipes.schemaOrg(id), (recipe) => result(JSON.stringify(recipe))),
            {
              discard: true
            }
          )
        )
      )
    }).pipe(acting(email), Effect.provide(tools))
).pipe(
  Command.withDescription("Export recipes as schema.org JSON-LD, one a line")
)

const id = Argument.String("id").pipe(Argument.withSchema(RecipeId), Argument.withDescription("Of a recipe"))

const nutrition = Command.make("nutrition", { id, as }, ({ as: email, id: wanted }) =>
  Effect.gen(function*() {
    const recipes = yield* Recipes
    const { computed: { perServing, total } } = yield* recipes.nutritionOfRecipe(wanted, undefined, true)
    for (const [code, sum] of Object.entries(perServing ?? {})) {
      const { complete, unit, value } = Schema.decodeUnknownSync(Shown)(sum)
      const missing = Object.entries(total).find(([each]) => each === code)?.[1].missing ?? []
      const lacks = complete ? "" : `\tlacks ${missing.map(({ name, reason }) => `${name} (${reason})`).join(", ")}`
      yield* result(`${code}\t${value === null ? "unknown" : `${complete ? "" : ">= "}${value} ${unit}`}${lacks}`)
    }
  }).pipe(acting(email), Effect.provide(tools))).pipe(
    Command.withDescription("Show what a serving contains, computed from the foods as they are")
  )

const Shown = Schema.Struct({ value: Schema.NullOr(Schema.Finite), unit: Schema.String, complete: Schema.Boolean })

const check = Flag.Boolean("check").pipe(
  Flag.withDescription("Compare what is stored with what follows from the foods, and change nothing"),
  Flag.withDefault(false)
)

const compared = Effect.fnUntraced(function*<E, R>(
  what: string,
  read: (after: string | undefined) => Effect.Effect<CheckedTotals, E, R>
) {
  let after: string | undefined
  let differing = 0
  let total = 0
  while (true) {
    const found: CheckedTotals = yield* read(after)
    total += found.count
    differing += found.differing.length
    for (const each of found.differing) yield* result(`${what}\t${each}`)
    if (found.last === undefined) break
    after = found.last
  }
  yield* remark(`${differing.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} ${what}s differ`)
  return differing
})

const recompute = Command.make("recompute", { check, as }, ({ as: email, check: isCheck }) =>
  Effect.gen(function*() {
    const recipes = yield* Recipes
    if (!isCheck) {
      const counts = yield* recipes.execute(new RecomputeNutrition())
      yield* remark(
        `${counts.recipes} recipes, ${counts.meals} meals and ${counts.menus} menus are computed anew by the servers that run`
      )
      return
    }
    const differing = (yield* compared("recipe", recipes.checkRecipes)) +
      (yield* compared("meal", recipes.checkMeals)) + (yield* compared("menu", recipes.checkMenus))
    if (differing > 0) return yield* new CommandFailed({ message: "mend it with: npm run cli -- recipes recompute" })
  }).pipe(acting(email), Effect.provide(tools))).pipe(
    Command.withDescription("Compute the nutrition of all recipes, meals and menus anew")
  )

export const recipes = Command.make("recipes").pipe(
  Command.withDescription("Recipes and what they contain"),
  Command.withSubcommands([list, importRecipes, exportRecipes, nutrition, recompute])
)
