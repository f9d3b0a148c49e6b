import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { Fault } from "../../../kernel/contract/Problem.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { type ProductFacts, ProductLookup } from "../../products/contract/ProductLookup.ts"
import { RecipeId, type RecipeInput } from "../contract/Recipe.ts"
import { ProductUnknown } from "../contract/RecipeProblems.ts"
import { computeRecipe } from "../nutrition/computeRecipe.ts"
import { derivedOf } from "../nutrition/derivedColumns.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import { setTags } from "../tag/TagUses.ts"
import { inputOf } from "./recipeDocument.ts"
import { ingredientsOf, recordOf } from "./RecipeRecord.ts"
import { RecipeRepo } from "./RecipeRepo.ts"
import type { RecipeRow } from "./RecipeRow.ts"

/** The products that a recipe has. */
export const productsOf = ({ ingredients }: Pick<RecipeRow, "ingredients">): ReadonlySet<ProductId> =>
  new Set(ingredients.flatMap(({ productId }) => productId ?? []))

/** What is to be made a recipe of; products that are `known` need not be live. */
interface Planned {
  readonly input: RecipeInput
  readonly known?: ReadonlySet<ProductId>
}

/** The ingredients of products that are not live. */
const unknownProducts = (
  { input, known }: Planned,
  facts: ReadonlyMap<ProductId, ProductFacts>
): ReadonlyArray<Fault> =>
  ingredientsOf(input).flatMap(({ position, productId }) => {
    if (productId === null || known?.has(productId) === true || facts.get(productId)?.discarded === false) return []
    const index = input.ingredients?.findIndex((given, place) => (given.position ?? place) === position)
    const detail = "is that of no live product"
    return [{ pointer: `/ingredients/${index}/productId`, code: "product_unknown", detail }]
  })

/** Makes recipes, with what is computed of them: as many statements for one as for many. */
export const recipeWriter = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const recipes = yield* RecipeRepo
  const products = yield* ProductLookup

  /** What is written of each; their products are held. */
  const composedAll = Effect.fnUntraced(function*(planned: ReadonlyArray<Planned>) {
    const records = planned.map(({ input }) => recordOf(input))
    const facts = yield* products.held(records.flatMap(({ product_ids }) => product_ids))
    const errors = planned.flatMap((each) => unknownProducts(each, facts))
    if (errors.length > 0) return yield* new ProductUnknown({ errors })
    return records.map((record) => {
      const computed = computeRecipe({ ingredients: record.ingredients, yieldGrams: record.yield_grams }, facts)
      return { record, derived: derivedOf(computed, record.servings) }
    })
  })

  const composed = (planned: Planned) =>
    Effect.flatMap(
      composedAll([planned]),
      ([one]) => one === undefined ? Effect.die("nothing was composed") : Effect.succeed(one)
    )

  /** In the order of what is given. */
  const createAll = Effect.fnUntraced(function*(planned: ReadonlyArray<Planned>, author: UserId) {
    const composed = yield* composedAll(planned)
    const made = composed.map((each) => ({ id: RecipeId.make(SecureRandom.uuidV7Unsafe()), ...each }))
    const rows = new Map((yield* recipes.insertAll(author, made)).map((row) => [row.id, row]))
    const items = made.map(({ id }, index) => ({ id, authorId: author, tags: planned[index]?.input.tags ?? [] }))
    if (items.some(({ tags }) => tags.length > 0)) yield* setTags(sql, "recipe", items)
    return items.flatMap(({ id, tags }) => {
      const row = rows.get(id)
      return row === undefined ? [] : [{ ...row, tags: sortedTags(tags) }]
    })
  })

  /** Private ones, without ratings; a product that is discarded by now stays what it is. */
  const copyAll = Effect.fnUntraced(function*(rows: ReadonlyArray<RecipeRow>, author: UserId) {
    const planned = yield* Effect.forEach(
      rows,
      (row) =>
        Effect.map(
          inputOf(row),
          (input): Planned => ({ input: { ...input, privacy: "private" }, known: productsOf(row) })
        )
    )
    return yield* Effect.catchTag(createAll(planned, author), "ProductUnknown", Effect.die)
  })

  return { composed, createAll, copyAll }
})
