import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, positive, text, textOrNull, Uuid, webAddress } from "../../../kernel/contract/Values.ts"
import { ProductId } from "../../products/contract/Product.ts"
import { consecutivePositions } from "./consecutivePositions.ts"
import { NutritionSummary, Weight } from "./Nutrition.ts"
import { Privacy, RecipeId } from "./Recipe.ts"
import { Tag, Tags } from "./Tags.ts"

export const MealId = Uuid.pipe(Schema.brand("MealId"))
export type MealId = typeof MealId.Type

/** Whether a recipe counts: one that is private to another, or private in a public meal, is `withdrawn`. */
export const ComponentState = Schema.Literals(["available", "withdrawn", "discarded"])

const ComponentInput = Schema.Struct({
  recipeId: RecipeId,
  portions: positive(100).annotate({ description: "Servings of the recipe" }),
  position: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "ComponentInput" })

/** What a meal is made from: servings of recipes that one person eats at one sitting. */
export const MealInput = Schema.Struct({
  name: text(1, 255),
  description: Schema.optionalKey(textOrNull(10_000)),
  notes: Schema.optionalKey(textOrNull(10_000)),
  imageUrl: Schema.optionalKey(Schema.NullOr(webAddress)),
  privacy: Schema.optionalKey(Privacy).annotate({ description: "Default: private" }),
  tags: Schema.optionalKey(Tags),
  like: Schema.optionalKey(Schema.NullOr(Schema.Boolean)).annotate({ description: "The author's mark" }),
  components: Schema.optionalKey(
    Schema.Array(ComponentInput).check(
      Schema.isMaxLength(50, { message: "must be at most 50" }),
      consecutivePositions
    )
  )
}).annotate({ identifier: "MealInput" })
export type MealInput = typeof MealInput.Type

export const Component = Schema.Struct({
  recipeId: RecipeId,
  portions: Schema.Finite,
  position: Schema.Int,
  name: Schema.String,
  state: ComponentState
}).annotate({ identifier: "Component" })
export type Component = typeof Component.Type

/** A meal as it is answered; its totals are those of the one who eats it. */
export const Meal = Schema.Struct({
  id: MealId,
  version: Schema.Int,
  authorId: UserId,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  notes: Schema.NullOr(Schema.String),
  imageUrl: Schema.NullOr(Schema.String),
  privacy: Privacy,
  tags: Schema.Array(Tag),
  like: Schema.NullOr(Schema.Boolean),
  components: Schema.Array(Component),
  nutrition: NutritionSummary,
  weight: Weight,
  totalMinutes: Schema.NullOr(Schema.Int).annotate({ description: "The largest that is known of its recipes" }),
  productIds: Schema.Array(ProductId),
  recipeTags: Schema.Array(Tag),
  authorDisabled: Schema.optionalKey(Schema.Boolean).annotate({
    description: "Told to those who manage meals: the author may do nothing any more"
  }),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Meal" })
export type Meal = typeof Meal.Type

const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A JSON Merge Patch (RFC 7396) of a `MealInput`: lists are replaced whole. */
export const MealPatch = Schema.Struct(
  {
    name: Schema.optionalKey(Schema.String),
    description: nullable(Schema.String),
    notes: nullable(Schema.String),
    imageUrl: nullable(Schema.String),
    privacy: nullable(Schema.String),
    tags: nullable(Schema.Array(Schema.JsonObject)),
    like: nullable(Schema.Boolean),
    components: nullable(Schema.Array(Schema.JsonObject))
  } satisfies Record<keyof MealInput, Schema.Constraint>
).annotate({ identifier: "MealPatch" })
export type MealPatch = typeof MealPatch.Type
