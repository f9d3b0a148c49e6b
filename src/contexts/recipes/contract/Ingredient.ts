import { Schema } from "effect"
import { coded, positive, text, textOrNull } from "../../../kernel/contract/Values.ts"
import { ProductId } from "../../products/contract/Product.ts"
import { isNoAmount, isPortionWord, type UnitCode, unitOf, units } from "./Units.ts"

export const Basis = Schema.Literals(["edible", "asPurchased"])
export const Cooking = Schema.Literals(["none", "amountRaw", "amountCooked"])

const unitWord = text(1, 50).annotate({
  description:
    "A code of GET /v1/units, or a word that stands for one in English or Portuguese; a word such as `slice` is a `portion`"
}).check(
  Schema.makeFilter((word) =>
    unitOf(word) !== undefined || isPortionWord(word) ||
    (isNoAmount(word)
      ? coded("unit_not_an_amount", "is no amount of an ingredient")
      : coded("unit_unknown", "is no unit that GET /v1/units knows"))
  )
)

/** One line of a recipe as it is written. */
export const IngredientInput = Schema.Struct({
  position: Schema.optionalKey(Schema.Int),
  name: text(1, 255),
  note: Schema.optionalKey(textOrNull(500)).annotate({
    description:
      "Where it names a size (`large, beaten`), and the food has no mass of one piece, its portion of that size is one"
  }),
  fullText: Schema.optionalKey(textOrNull(1000)).annotate({ description: "The line as it was found" }),
  quantity: Schema.optionalKey(Schema.NullOr(positive(100_000))),
  unit: Schema.optionalKey(Schema.NullOr(unitWord)),
  portionName: Schema.optionalKey(textOrNull(100)).annotate({
    description: "With the unit `portion`: the name of a portion of the product"
  }),
  grams: Schema.optionalKey(Schema.NullOr(positive(100_000_000))).annotate({
    description: "Mass of the whole line as its author states it, g; beats every conversion"
  }),
  basis: Schema.optionalKey(Basis).annotate({ description: "Default: asPurchased for the unit `piece`, else edible" }),
  cooking: Schema.optionalKey(Cooking).annotate({
    description:
      "`amountRaw`: the amount is raw and is cooked here; `amountCooked`: it is cooked already. Default: none"
  }),
  productId: Schema.optionalKey(Schema.NullOr(ProductId))
}).check(
  Schema.makeFilter(({ quantity, unit }) => {
    const [q, u] = [quantity ?? null, unit ?? null]
    if ((q === null) === (u === null)) return true
    return { path: [q === null ? "quantity" : "unit"], issue: "quantity and unit go together: both or neither" }
  }),
  Schema.makeFilter(({ portionName, unit }) => {
    const named = (portionName ?? null) !== null
    const isPortion = typeof unit === "string" && (unitOf(unit) === "portion" || isPortionWord(unit))
    if (named && !isPortion) return { path: ["portionName"], issue: "goes with the unit `portion` alone" }
    const isBare = typeof unit === "string" && unitOf(unit) === "portion" && !named
    return isBare ? { path: ["portionName"], issue: "is needed with the unit `portion`" } : true
  })
).annotate({ identifier: "IngredientInput" })
export type IngredientInput = typeof IngredientInput.Type

function unitCodesOf(): ReadonlyArray<UnitCode> {
  return units.map(({ code }) => code)
}

/** One line of a recipe as it is answered. */
export const Ingredient = Schema.Struct({
  position: Schema.Int,
  name: Schema.String,
  note: Schema.NullOr(Schema.String),
  fullText: Schema.NullOr(Schema.String),
  quantity: Schema.NullOr(Schema.Finite),
  unit: Schema.NullOr(Schema.Literals(unitCodesOf())),
  portionName: Schema.NullOr(Schema.String),
  grams: Schema.NullOr(Schema.Finite),
  basis: Basis,
  cooking: Cooking,
  productId: Schema.NullOr(ProductId)
}).annotate({ identifier: "Ingredient" })
export type Ingredient = typeof Ingredient.Type

/** A written line in the form that is kept: units by code, defaults set. */
export const ingredientOf = (input: IngredientInput, position: number): Ingredient => {
  const word = input.unit ?? null
  const known = word === null ? undefined : unitOf(word)
  const isWord = word !== null && (known === undefined || known === "portion") && unitOf(word) === undefined
  const unit = word === null ? null : known ?? "portion"
  return {
    position,
    name: input.name,
    note: input.note ?? null,
    fullText: input.fullText ?? null,
    quantity: input.quantity ?? null,
    unit,
    portionName: unit === "portion" ? input.portionName ?? (isWord ? word : null) : null,
    grams: input.grams ?? null,
    basis: input.basis ?? (unit === "piece" ? "asPurchased" : "edible"),
    cooking: input.cooking ?? "none",
    productId: input.productId ?? null
  }
}
