import { declared, declaredWith, problem } from "../../../kernel/contract/Problem.ts"
import { Uuid } from "../../../kernel/contract/Values.ts"

/** 404: no live product has the id. */
export class ProductNotFound extends declared<ProductNotFound>()(
  "ProductNotFound",
  problem("product_not_found", 404, "There is no such product", {
    cause: "No product has that id, or it was discarded.",
    cure: "Look it up with GET /v1/products; add discarded=true to see discarded ones."
  })
) {}

/** 409: a live product of the same source has the same GTIN (8, 12, 13 and 14 digits mean the same item). */
export class BarcodeTaken extends declaredWith<BarcodeTaken>()(
  "BarcodeTaken",
  problem("barcode_taken", 409, "The barcode is taken", {
    cause: "A live product of the same source carries this barcode: `productId` is its id.",
    cure: "Change that product, or give the new one another source or barcode."
  }),
  { productId: Uuid }
) {}

/** 409: the pair of source and sourceRef exists already, discarded products included. */
export class SourceRefTaken extends declaredWith<SourceRefTaken>()(
  "SourceRefTaken",
  problem("source_ref_taken", 409, "The source reference is taken", {
    cause: "A product of this source, live or discarded, has the same sourceRef: `productId` is its id.",
    cure: "Change or restore that product, or choose another sourceRef."
  }),
  { productId: Uuid }
) {}

/** 422: not a GTIN-8, -12, -13 or -14, or its check digit is wrong. */
export class BarcodeInvalid extends declared<BarcodeInvalid>()(
  "BarcodeInvalid",
  problem("barcode_invalid", 422, "The barcode is not a GTIN", {
    cause: "A GTIN has 8, 12, 13 or 14 digits, and its last one is the check digit that the others give.",
    cure: "Scan or type it again. Internal numbers belong into sourceRef."
  })
) {}

/** 422: a unit that the nutrient cannot be converted from. */
export class UnitNotConvertible extends declared<UnitNotConvertible>()(
  "UnitNotConvertible",
  problem("unit_not_convertible", 422, "The unit cannot be converted", {
    cause: "Energy takes kcal and kJ, masses g, mg and mcg; IU only vitaminD, retinol and vitaminAIu.",
    cure: "Give the value in the unit that GET /v1/products/nutrients names."
  })
) {}

/** 422: a value that no food can have. */
export class ValueOutOfRange extends declared<ValueOutOfRange>()(
  "ValueOutOfRange",
  problem("value_out_of_range", 422, "A value is out of range", {
    cause: "Values are per 100 g (or ml) of edible portion: at most 100 g (150 g per 100 ml), 950 kcal or 4,000 kJ.",
    cure: "Check the unit and the basis of the value."
  })
) {}

/** 422: a reference to a thing that does not exist, is of another kind, or is deleted. */
export class ReferenceUnknown extends declared<ReferenceUnknown>()(
  "ReferenceUnknown",
  problem("reference_unknown", 422, "A reference leads nowhere", {
    cause: "The id that `errors` points to does not exist, is of another kind, or was deleted.",
    cure: "List the kind, for example GET /v1/products/brands, and use an id from there."
  })
) {}
