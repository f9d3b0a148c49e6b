import { randomUUID } from "node:crypto"
import { normaliseName } from "../../../src/contexts/products/contract/normaliseName.ts"
import { derive } from "../../../src/contexts/products/contract/NutrientRules.ts"
import { givenNutrients, type ProductBody } from "./ProductBody.ts"
import { productOf, type ProductRow } from "./productOf.ts"
import * as statements from "./productStatements.ts"
import type { Query, Value } from "./Query.ts"
import { Refused } from "./Refused.ts"
import { rightsOf } from "./rightsOf.ts"
import type { Caller } from "./tokenVerifier.ts"

type Referable = { readonly id: string; readonly kind: string; readonly key: string | null }

interface Origin {
  readonly caller: Caller
  readonly correlationId: string
}

const checkReferences = (body: ProductBody, found: ReadonlyArray<Referable>) => {
  const references = [
    [body.sourceId, "source"],
    [body.brandId, "brand"],
    [body.categoryId, "category"],
    [body.parentCategoryId, "parentCategory"],
    [body.foodGroupId, "foodGroup"],
    [body.processTypeId, "processType"]
  ] as const
  for (const [id, kind] of references) {
    if (typeof id === "string" && !found.some((each) => each.id === id && each.kind === kind)) {
      throw new Refused(422, "reference_unknown", `leads to no live ${kind}`)
    }
  }
}

const referencesIn = (body: ProductBody) =>
  [body.sourceId, body.brandId, body.categoryId, body.parentCategoryId, body.foodGroupId, body.processTypeId].filter(
    (id) => typeof id === "string"
  )

const nutrientColumns = (body: ProductBody) => {
  const entries = Object.entries(derive(givenNutrients(body), body.nutrientBasis ?? "per100g"))
  return {
    nutrients: JSON.stringify(Object.fromEntries(entries.map(([code, { value }]) => [code, value]))),
    nutrient_marks: JSON.stringify(
      Object.fromEntries(entries.flatMap(([code, { mark }]) => mark === undefined ? [] : [[code, mark]]))
    )
  }
}

const recordOf = (
  body: ProductBody,
  sourceId: string,
  createdBy: string
): Readonly<Record<keyof typeof statements.written, Value>> => {
  const id = randomUUID()
  const name = body.name.normalize("NFC").trim()
  return {
    id,
    name,
    normalised_name: normaliseName(name),
    language: body.language ?? "pt-BR",
    aliases: JSON.stringify(body.aliases ?? []),
    source_id: sourceId,
    source_ref: body.sourceRef ?? id,
    attribution: body.attribution ?? null,
    barcode: body.barcode ?? null,
    is_food: body.isFood ?? null,
    brand_id: body.brandId ?? null,
    category_id: body.categoryId ?? null,
    parent_category_id: body.parentCategoryId ?? null,
    food_group_id: body.foodGroupId ?? null,
    process_type_id: body.processTypeId ?? null,
    nutrient_basis: body.nutrientBasis ?? "per100g",
    ...nutrientColumns(body),
    shopping_name: body.shoppingName ?? null,
    store_department_name: body.storeDepartmentName ?? null,
    recommended_brands_and_products: body.recommendedBrandsAndProducts ?? null,
    substitutes: body.substitutes ?? null,
    edible_yield: body.edibleYield ?? null,
    kg_per_unit: body.kgPerUnit ?? null,
    liters_per_kg: body.litersPerKg ?? null,
    cooking_factor: body.cookingFactor ?? null,
    conservation_days: body.conservationDays ?? null,
    nutrition_group: body.nutritionGroup ?? null,
    portions: JSON.stringify(body.portions ?? []),
    allergens: JSON.stringify(body.allergens ?? {}),
    package_size: body.packageSize ?? null,
    package_size_unit: body.packageSizeUnit ?? null,
    ingredients: body.ingredients ?? null,
    image_url: body.imageUrl ?? null,
    score: body.score === undefined || body.score === null ? null : JSON.stringify(body.score),
    manual_fields: Object.keys(body).filter((member) => member !== "sourceId" && member !== "sourceRef").map((member) =>
      member.replace(/Id$/, "")
    ),
    created_by: createdBy
  }
}

/** Inside a transaction: rights first, then the product with its event and its entry in the audit log. */
export const createProduct = async (query: Query, body: ProductBody, { caller, correlationId }: Origin) => {
  const { userId } = caller
  const permissions = await rightsOf(query, caller)
  if (!permissions.includes("products:manage_products")) throw new Refused(403, "permission_missing")
  const found = await query<Referable>(statements.referables, [referencesIn(body)])
  checkReferences(body, found)
  const sourceId = body.sourceId ?? found.find(({ key }) => key === "manual")?.id
  if (sourceId === undefined) throw new Error("the source `manual` is missing")
  const record = recordOf(body, sourceId, userId)
  const [row] = await query<ProductRow>(statements.insertProduct, Object.values(record))
  if (row === undefined) throw new Refused(409, "barcode_or_source_ref_taken")
  const product = productOf(row)
  const { barcode, id, manualFields, name, source, version } = product
  const payload = { _tag: "products/ProductCreated", items: [{ id, source: source.key ?? source.id, name, barcode }] }
  const event = [randomUUID(), "products/ProductCreated", JSON.stringify(payload), userId, correlationId]
  await query(statements.insertEvent, event)
  await query(statements.insertAudit, [randomUUID(), userId, id, version, manualFields, correlationId, "127.0.0.0/24"])
  return product
}
