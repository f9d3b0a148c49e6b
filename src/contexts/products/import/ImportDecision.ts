import { SecureRandom } from "effect/crypto"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type { ImportedProduct, ImportElement, ImportRun } from "../contract/ImportedProduct.ts"
import { normaliseName } from "../contract/normaliseName.ts"
import type { NutrientBasis, NutrientMap, StoredNutrient } from "../contract/NutrientRules.ts"
import { ProductId } from "../contract/Product.ts"
import { nutrientColumns, type ProductRecord } from "../product/ProductRecord.ts"

/** The fields that an importer sets, in the form of the record's columns; classifications are ids by now. */
export interface ImportedFields {
  readonly name: string
  readonly language: string
  readonly aliases: ImportedProduct["aliases"]
  readonly barcode: string | null
  readonly isFood: boolean | null
  readonly brand: ClassificationId | null
  readonly category: ClassificationId | null
  readonly parentCategory: ClassificationId | null
  readonly foodGroup: ClassificationId | null
  readonly processType: ClassificationId | null
  readonly nutrientBasis: NutrientBasis
  readonly nutrients: NutrientMap
  readonly edibleYield: number | null
  readonly portions: ImportedProduct["portions"]
}

/** A stored product, as far as an importer needs it. */
export interface StoredProduct {
  readonly id: ProductId
  readonly version: number
  readonly sourceRef: string
  readonly recordHashes: ReadonlyArray<string>
  readonly importRunId: string | null
  readonly discarded: boolean
  readonly manualFields: ReadonlyArray<string>
  readonly fields: ImportedFields
}

export type Outcome = "created" | "updated" | "unchanged" | "merged"

/** Finds the id of a classification by its name as the record has it. */
export type ClassificationIds = (kind: ClassificationKind, name: string | null) => ClassificationId | null

export const fieldsOf = (record: ImportedProduct, ids: ClassificationIds): ImportedFields => ({
  name: record.name,
  language: record.language,
  aliases: record.aliases,
  barcode: record.barcode,
  isFood: record.isFood,
  brand: ids("brand", record.brand),
  category: ids("category", record.category),
  parentCategory: ids("parentCategory", record.parentCategory),
  foodGroup: ids("foodGroup", record.foodGroup),
  processType: ids("processType", record.processType),
  nutrientBasis: record.nutrientBasis,
  nutrients: record.nutrients,
  edibleYield: record.edibleYield,
  portions: record.portions
})

const joined = <A extends { readonly name: string }>(
  known: ReadonlyArray<A>,
  more: ReadonlyArray<A>,
  most: number
): ReadonlyArray<A> => {
  const names = new Set(known.map(({ name }) => normaliseName(name)))
  return [...known, ...more.filter(({ name }) => !names.has(normaliseName(name)))].slice(0, most)
}

/** The known fields, with what is unknown filled from another record of the same thing. */
const filled = (known: ImportedFields, more: ImportedFields): ImportedFields => ({
  ...known,
  aliases: joined(known.aliases, more.aliases, 50),
  barcode: known.barcode ?? more.barcode,
  isFood: known.isFood ?? more.isFood,
  brand: known.brand ?? more.brand,
  category: known.category ?? more.category,
  parentCategory: known.parentCategory ?? more.parentCategory,
  foodGroup: known.foodGroup ?? more.foodGroup,
  processType: known.processType ?? more.processType,
  nutrients: known.nutrientBasis === more.nutrientBasis ? { ...more.nutrients, ...known.nutrients } : known.nutrients,
  edibleYield: known.edibleYield ?? more.edibleYield,
  portions: joined(known.portions, more.portions, 100)
})

/** The fields of a newer record, but for those that a person has set. */
const replaced = (stored: StoredProduct, next: ImportedFields, overwrite: boolean): ImportedFields => {
  const kept = new Set(overwrite ? [] : stored.manualFields)
  const { fields } = stored
  const choose = <K extends keyof ImportedFields>(field: K): ImportedFields[K] =>
    kept.has(field) ? fields[field] : next[field]
  return {
    name: choose("name"),
    language: choose("language"),
    aliases: choose("aliases"),
    barcode: choose("barcode"),
    isFood: choose("isFood"),
    brand: choose("brand"),
    category: choose("category"),
    parentCategory: choose("parentCategory"),
    foodGroup: choose("foodGroup"),
    processType: choose("processType"),
    nutrientBasis: kept.has("nutrients") ? fields.nutrientBasis : choose("nutrientBasis"),
    nutrients: choose("nutrients"),
    edibleYield: choose("edibleYield"),
    portions: choose("portions")
  }
}

/** What a good record does to the product of its reference, and the product afterwards (nothing where it stays as it is). */
export const decide = (
  stored: StoredProduct | undefined,
  { hash }: Pick<ImportElement, "hash">,
  next: ImportedFields & { readonly sourceRef: string },
  run: ImportRun
): { readonly outcome: Outcome; readonly product?: StoredProduct } => {
  const { sourceRef, ...fields } = next
  if (stored === undefined) {
    const id = ProductId.make(SecureRandom.uuidV7Unsafe())
    const product = {
      id,
      version: 0,
      sourceRef,
      importRunId: run.id,
      discarded: false,
      manualFields: [],
      recordHashes: [hash],
      fields
    }
    return { outcome: "created", product }
  }
  if (stored.discarded || stored.recordHashes.includes(hash)) return { outcome: "unchanged" }
  if (stored.importRunId === run.id) {
    const recordHashes = [...stored.recordHashes, hash]
    return { outcome: "merged", product: { ...stored, recordHashes, fields: filled(stored.fields, fields) } }
  }
  const product = {
    ...stored,
    importRunId: run.id,
    recordHashes: [hash],
    fields: replaced(stored, fields, run.overwrite)
  }
  return { outcome: "updated", product }
}

/** The product as a row to write. */
export const toRecord = (
  product: StoredProduct,
  sourceId: ClassificationId,
  createdBy: UserId | null
): ProductRecord => {
  const { fields, id, importRunId, recordHashes, sourceRef } = product
  return {
    id,
    name: fields.name,
    normalised_name: normaliseName(fields.name),
    language: fields.language,
    aliases: fields.aliases,
    source_id: sourceId,
    source_ref: sourceRef,
    barcode: fields.barcode,
    is_food: fields.isFood,
    brand_id: fields.brand,
    category_id: fields.category,
    parent_category_id: fields.parentCategory,
    food_group_id: fields.foodGroup,
    process_type_id: fields.processType,
    nutrient_basis: fields.nutrientBasis,
    ...nutrientColumns(fields.nutrients, fields.nutrientBasis),
    edible_yield: fields.edibleYield,
    portions: fields.portions,
    allergens: {},
    manual_fields: product.manualFields,
    record_hashes: recordHashes,
    import_run_id: importRunId,
    created_by: createdBy
  }
}

/** Given nutrients out of the two columns that hold them. */
export const givenNutrients = (
  values: Readonly<Record<string, number>>,
  marks: Readonly<Record<string, "trace" | "below" | "derived">>
): NutrientMap =>
  Object.fromEntries(
    Object.entries(values).flatMap(([code, value]): ReadonlyArray<readonly [string, StoredNutrient]> => {
      const mark = marks[code]
      return mark === "derived" ? [] : [[code, mark === undefined ? { value } : { value, mark }]]
    })
  )
