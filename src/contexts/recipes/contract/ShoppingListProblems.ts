import { declared, problem } from "../../../kernel/contract/Problem.ts"

/** 404: the client has no such list. */
export class ShoppingListNotFound extends declared<ShoppingListNotFound>()(
  "ShoppingListNotFound",
  problem("shopping_list_not_found", 404, "There is no such shopping list", {
    cause: "The client has no shopping list with that id, or the list no line with it.",
    cure: "List them with GET /v1/clients/{id}/shopping-lists."
  })
) {}

/** 409: a client has ten lists at most. */
export class ShoppingListLimit extends declared<ShoppingListLimit>()(
  "ShoppingListLimit",
  problem("shopping_list_limit", 409, "The client has ten shopping lists", {
    cause: "A client keeps at most ten shopping lists.",
    cure: "Delete one that is not needed any more, or refresh it."
  })
) {}
