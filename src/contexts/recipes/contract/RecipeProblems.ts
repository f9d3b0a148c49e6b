import { declared, problem } from "../../../kernel/contract/Problem.ts"

/** 404: no recipe that the caller may see has the id. */
export class RecipeNotFound extends declared<RecipeNotFound>()(
  "RecipeNotFound",
  problem("recipe_not_found", 404, "There is no such recipe", {
    cause: "No recipe has that id, it was discarded, or it is private and another's.",
    cure: "Look it up with GET /v1/recipes; its author restores it with POST /v1/recipes/{id}/restore."
  })
) {}

/** 404: the caller has not rated the recipe. */
export class RatingNotFound extends declared<RatingNotFound>()(
  "RatingNotFound",
  problem("rating_not_found", 404, "There is no such rating", {
    cause: "You have not rated this recipe, or withdrew your rating.",
    cure: "Rate it with PUT /v1/recipes/{id}/ratings/mine."
  })
) {}

/** 409: what was discarded 90 days ago or more is gone. */
export class NotRestorable extends declared<NotRestorable>()(
  "NotRestorable",
  problem("not_restorable", 409, "It cannot be restored any more", {
    cause: "It was discarded 90 days ago or more, or belongs to a client who is discarded.",
    cure: "Create it anew, or restore its client first."
  })
) {}

/** 422: positions are 0 to n - 1, or absent everywhere. */
export class PositionsNotConsecutive extends declared<PositionsNotConsecutive>()(
  "PositionsNotConsecutive",
  problem("positions_not_consecutive", 422, "Positions are not consecutive", {
    cause: "Positions must be 0 to n - 1, each once, or be left out everywhere.",
    cure: "Leave them out: the order of the list counts."
  })
) {}

/** 422: no live product has the id. */
export class ProductUnknown extends declared<ProductUnknown>()(
  "ProductUnknown",
  problem("product_unknown", 422, "There is no such product", {
    cause: "The id that `errors` points to is that of no live product.",
    cure: "Look it up with GET /v1/products?q=…, or leave it out: the ingredient then counts as unknown."
  })
) {}

/** 422: a word that stands for no unit. */
export class UnitUnknown extends declared<UnitUnknown>()(
  "UnitUnknown",
  problem("unit_unknown", 422, "There is no such unit", {
    cause: "The unit is none of GET /v1/units, nor a word that stands for one.",
    cure: "Use a code of GET /v1/units, or `portion` with the name of a portion of the product."
  })
) {}

/** 422: percent, kcal and IU measure no ingredient. */
export class UnitNotAnAmount extends declared<UnitNotAnAmount>()(
  "UnitNotAnAmount",
  problem("unit_not_an_amount", 422, "The unit is no amount of an ingredient", {
    cause: "Percentages, energy and IU say nothing of how much of an ingredient there is.",
    cure: "Give a mass, a volume, pieces or portions: GET /v1/units."
  })
) {}
