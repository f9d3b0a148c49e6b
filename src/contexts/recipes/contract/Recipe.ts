import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, integer, positive, text, textOrNull, Uuid, webAddress } from "../../../kernel/contract/Values.ts"
import { consecutivePositions } from "./consecutivePositions.ts"
import { Ingredient, IngredientInput } from "./Ingredient.ts"
import { NutritionOverride, NutritionSummary, Weight } from "./Nutrition.ts"
import { Instructions, Step } from "./Step.ts"
import { Tag, Tags } from "./Tags.ts"

export const RecipeId = Uuid.pipe(Schema.brand("RecipeId"))
export type RecipeId = typeof RecipeId.Type

export const Privacy = Schema.Literals(["private", "public"])

const minutes = Schema.NullOr(integer(0, 43_200))
const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** What a recipe is made from. */
export const RecipeInput = Schema.Struct({
  name: text(1, 500),
  description: Schema.optionalKey(textOrNull(10_000)),
  notes: Schema.optionalKey(textOrNull(10_000)),
  tags: Schema.optionalKey(Tags),
  imageUrl: nullable(webAddress),
  sourceUrl: nullable(webAddress),
  sourceAuthor: Schema.optionalKey(textOrNull(500)),
  privacy: Schema.optionalKey(Privacy).annotate({ description: "Default: private" }),
  instructions: Schema.optionalKey(Instructions).annotate({
    description: "Steps, or one text whose lines are the steps"
  }),
  ingredients: Schema.optionalKey(
    Schema.Array(IngredientInput).check(
      Schema.isMaxLength(200, { message: "must be at most 200" }),
      consecutivePositions
    )
  ),
  servings: Schema.optionalKey(positive(1000)).annotate({ description: "Default: 1" }),
  servingsAssumed: Schema.optionalKey(Schema.Boolean).annotate({ description: "Nobody stated the servings" }),
  yieldText: Schema.optionalKey(textOrNull(500)),
  yieldGrams: nullable(positive(100_000_000)).annotate({ description: "Weighed mass of the ready dish, g" }),
  utensils: Schema.optionalKey(
    Schema.Array(text(1, 255)).check(Schema.isMaxLength(50, { message: "must be at most 50" }))
  ),
  prepMinutes: Schema.optionalKey(minutes),
  cookMinutes: Schema.optionalKey(minutes),
  totalMinutes: Schema.optionalKey(minutes).annotate({
    description: "Default: preparation and cooking where both are known"
  }),
  nutritionOverride: nullable(NutritionOverride)
}).annotate({ identifier: "RecipeInput" })
export type RecipeInput = typeof RecipeInput.Type

/** What one user thinks of a recipe, 0 to 5. */
export const RatingInput = Schema.Struct({
  taste: integer(0, 5),
  convenience: integer(0, 5),
  comment: Schema.optionalKey(textOrNull(1000))
}).annotate({ identifier: "RatingInput" })
export type RatingInput = typeof RatingInput.Type

export const Rating = Schema.Struct({
  userId: UserId,
  userName: Schema.NullOr(Schema.String),
  taste: Schema.Int,
  convenience: Schema.Int,
  comment: Schema.NullOr(Schema.String),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Rating" })
export type Rating = typeof Rating.Type

const MyRating = Schema.Struct({
  taste: Schema.Int,
  convenience: Schema.Int,
  comment: Schema.NullOr(Schema.String)
}).annotate({ identifier: "MyRating" })

/** A recipe as it is answered. */
export const Recipe = Schema.Struct({
  id: RecipeId,
  version: Schema.Int,
  authorId: UserId,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  notes: Schema.NullOr(Schema.String),
  tags: Schema.Array(Tag),
  imageUrl: Schema.NullOr(Schema.String),
  sourceUrl: Schema.NullOr(Schema.String),
  sourceAuthor: Schema.NullOr(Schema.String),
  privacy: Privacy,
  instructions: Schema.Array(Step),
  ingredients: Schema.Array(Ingredient),
  servings: Schema.Finite,
  servingsAssumed: Schema.Boolean,
  yieldText: Schema.NullOr(Schema.String),
  yieldGrams: Schema.NullOr(Schema.Finite),
  utensils: Schema.Array(Schema.String),
  prepMinutes: Schema.NullOr(Schema.Int),
  cookMinutes: Schema.NullOr(Schema.Int),
  totalMinutes: Schema.NullOr(Schema.Int),
  nutritionOverride: Schema.NullOr(NutritionOverride),
  nutrition: NutritionSummary,
  weight: Weight,
  averageTaste: Schema.NullOr(Schema.Finite),
  averageConvenience: Schema.NullOr(Schema.Finite),
  ratingCount: Schema.Int,
  myRating: Schema.NullOr(MyRating),
  authorDisabled: Schema.optionalKey(Schema.Boolean).annotate({
    description: "Told to those who manage recipes: the author may do nothing any more"
  }),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Recipe" })
export type Recipe = typeof Recipe.Type

const anyText = nullable(Schema.String)
const anyNumber = nullable(Schema.Finite)

/** A JSON Merge Patch (RFC 7396) of a `RecipeInput`: lists are replaced whole. */
export const RecipePatch = Schema.Struct(
  {
    name: Schema.optionalKey(Schema.String),
    description: anyText,
    notes: anyText,
    tags: nullable(Schema.Array(Schema.JsonObject)),
    imageUrl: anyText,
    sourceUrl: anyText,
    sourceAuthor: anyText,
    privacy: anyText,
    instructions: nullable(Schema.Union([Schema.String, Schema.Array(Schema.JsonObject)])),
    ingredients: nullable(Schema.Array(Schema.JsonObject)),
    servings: anyNumber,
    servingsAssumed: nullable(Schema.Boolean),
    yieldText: anyText,
    yieldGrams: anyNumber,
    utensils: nullable(Schema.Array(Schema.String)),
    prepMinutes: anyNumber,
    cookMinutes: anyNumber,
    totalMinutes: anyNumber,
    nutritionOverride: nullable(Schema.JsonObject)
  } satisfies Record<keyof RecipeInput, Schema.Constraint>
).annotate({ identifier: "RecipePatch" })
export type RecipePatch = typeof RecipePatch.Type

/** How many recipes and meals are computed anew. */
export const Recomputing = Schema.Struct({ recipes: Schema.Int, meals: Schema.Int, menus: Schema.Int }).annotate({
  identifier: "Recomputing"
})
