import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
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

/** Makes recipes, with what is computed of them. */
export const recipeWriter = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const recipes = yield* RecipeRepo
  const products = yield* ProductLookup

  /** What is written; a product that is new to the recipe must be live. */
  const composed = Effect.fnUntraced(function*(input: RecipeInput, known: ReadonlySet<ProductId> = new Set()) {
    const record = recordOf(input)
    const facts = yield* products.held(record.product_ids)
    const errors = ingredientsOf(input).flatMap(({ position, productId }) => {
      if (productId === null || known.has(productId) || facts.get(productId)?.discarded === false) return []
      const index = input.ingredients?.findIndex((given, place) => (given.position ?? place) === position)
      return [{
        pointer: `/ingredients/${index}/productId`,
        code: "product_unknown",
        detail: "is that of no live product"
      }]
    })
    if (errors.length > 0) return yield* new ProductUnknown({ errors })
    const computed = computeRecipe({ ingredients: record.ingredients, yieldGrams: record.yield_grams }, facts)
    return { record, derived: derivedOf(computed, record.servings) }
  })

  const create = Effect.fnUntraced(function*(input: RecipeInput, author: UserId, known?: ReadonlySet<ProductId>) {
    const id = RecipeId.make(SecureRandom.uuidV7Unsafe())
    const { derived, record } = yield* composed(input, known)
    const row = yield* recipes.insert(id, author, record, derived)
    const tags = input.tags ?? []
    if (tags.length > 0) yield* setTags(sql, { id, authorId: author, type: "recipe" }, tags)
    return { ...row, tags: sortedTags(tags) }
  })

  /** A private one, without ratings; a product that is discarded by now stays what it is. */
  const copyOf = Effect.fnUntraced(function*(row: RecipeRow, author: UserId) {
    const input: RecipeInput = { ...yield* inputOf(row), privacy: "private" }
    return yield* Effect.catchTag(create(input, author, productsOf(row)), "ProductUnknown", Effect.die)
  })

  return { composed, create, copyOf }
})
