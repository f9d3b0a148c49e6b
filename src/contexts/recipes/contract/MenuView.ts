import { Schema } from "effect"
import { AllergenDeclared, ProductId } from "../../products/contract/Product.ts"
import { Client, ClientId } from "./Client.ts"
import { Meal } from "./Meal.ts"
import { Menu } from "./Menu.ts"
import { Recipe } from "./Recipe.ts"

/** What a menu tells of a food. */
export const ViewedProduct = Schema.Struct({
  id: ProductId,
  version: Schema.Int,
  name: Schema.String,
  discarded: Schema.Boolean,
  allergens: AllergenDeclared,
  source: Schema.String,
  sourceRef: Schema.String
}).annotate({ identifier: "ViewedProduct" })

/** A menu with everything that is in it, each thing once. */
export const MenuView = Schema.Struct({
  menu: Menu,
  client: Schema.NullOr(
    Schema.Struct({
      id: ClientId,
      name: Schema.String,
      restrictions: Client.fields.restrictions,
      targets: Client.fields.targets
    })
  ),
  meals: Schema.Record(Schema.String, Meal),
  recipes: Schema.Record(Schema.String, Recipe),
  products: Schema.Record(Schema.String, ViewedProduct)
}).annotate({
  identifier: "MenuView",
  description: "Meals, recipes and products by id; what was withdrawn or discarded has no entry"
})
export type MenuView = typeof MenuView.Type
