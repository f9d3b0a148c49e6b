import { Schema } from "effect"
import { ClassificationId, classificationKinds } from "./Classification.ts"
import { ProductId } from "./Product.ts"

/** At most so many items stand in an event. */
export const itemsAtMost = 1000

const items = <S extends Schema.Constraint>(item: S) =>
  Schema.NonEmptyArray(item).check(Schema.isMaxLength(itemsAtMost))

/** What a product is called elsewhere. `source` is the key of a seeded source, else its id. */
const Named = Schema.Struct({
  id: ProductId,
  source: Schema.String,
  name: Schema.String,
  barcode: Schema.NullOr(Schema.String)
})

/** Products were created; a single one is a list of one. */
export class ProductCreated extends Schema.TaggedClass<ProductCreated>()("products/ProductCreated", {
  items: items(Named)
}) {}

/** Products were changed: `changedFields` names what, the flags say whom it concerns. */
export class ProductChanged extends Schema.TaggedClass<ProductChanged>()("products/ProductChanged", {
  items: items(Schema.Struct({
    id: ProductId,
    version: Schema.Int,
    changedFields: Schema.Array(Schema.String),
    nutritionChanged: Schema.Boolean,
    shoppingChanged: Schema.Boolean,
    allergensChanged: Schema.Boolean
  }))
}) {}

/** What the houses' votes decide about products is another thing than before; null is nothing. */
export class FoodVoteDecided extends Schema.TaggedClass<FoodVoteDecided>()("products/FoodVoteDecided", {
  items: items(Schema.Struct({
    id: ProductId,
    decision: Schema.NullOr(Schema.Boolean),
    previous: Schema.NullOr(Schema.Boolean),
    yes: Schema.Int,
    no: Schema.Int
  }))
}) {}

/** Products were discarded: they are no longer read, unless asked for. */
export class ProductDiscarded extends Schema.TaggedClass<ProductDiscarded>()("products/ProductDiscarded", {
  items: items(Named)
}) {}

/** Discarded products were restored. */
export class ProductRestored extends Schema.TaggedClass<ProductRestored>()("products/ProductRestored", {
  items: items(Named)
}) {}

/**
 * Classifications were changed. `productCount` is how many live products carry them; of a deleted one, how many did, which all
 * carry `reassignedTo` now.
 */
export class ClassificationChanged extends Schema.TaggedClass<ClassificationChanged>()(
  "products/ClassificationChanged",
  {
    items: items(Schema.Struct({
      kind: Schema.Literals(classificationKinds),
      id: ClassificationId,
      change: Schema.Literals(["created", "updated", "deleted", "restored"]),
      reassignedTo: Schema.optionalKey(ClassificationId),
      productCount: Schema.Int
    }))
  }
) {}
