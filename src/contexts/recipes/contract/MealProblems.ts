import { declared, problem } from "../../../kernel/contract/Problem.ts"

/** 404: no meal that the caller may see has the id. */
export class MealNotFound extends declared<MealNotFound>()(
  "MealNotFound",
  problem("meal_not_found", 404, "There is no such meal", {
    cause: "No meal has that id, it was discarded, or it is private and another's.",
    cure: "Look it up with GET /v1/meals; its author restores it with POST /v1/meals/{id}/restore."
  })
) {}

/** 409: a public meal holds public recipes alone. */
export class MealHasPrivateRecipes extends declared<MealHasPrivateRecipes>()(
  "MealHasPrivateRecipes",
  problem("meal_has_private_recipes", 409, "The meal has private recipes", {
    cause: "A public meal would tell of the private recipes in it that `errors` points to.",
    cure: "Publish these recipes first, or take them out of the meal."
  })
) {}
