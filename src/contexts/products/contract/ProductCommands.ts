import { Request } from "effect"
import type { Permission } from "../../iam/contract/Permissions.ts"
import type { Checkpoint, ImportElement, ImportReport, ImportRun } from "./ImportedProduct.ts"
import type { Product, ProductInput } from "./Product.ts"
import type { BarcodeTaken, ReferenceUnknown, SourceRefTaken } from "./ProductProblems.ts"

export class CreateProduct extends Request.TaggedClass("products/CreateProduct")<
  { readonly input: ProductInput },
  Product,
  BarcodeTaken | SourceRefTaken | ReferenceUnknown
> {}

/** One batch of a run: its records, and the place from which the run can go on. Answers the run's report so far. */
export class ImportProducts extends Request.TaggedClass("products/ImportProducts")<
  {
    readonly run: ImportRun
    readonly elements: ReadonlyArray<ImportElement>
    readonly checkpoint: Checkpoint
    /** The run's report before this batch. */
    readonly before: ImportReport
    /** References and their hashes of earlier batches, where those were not kept (a dry run). */
    readonly seen: ReadonlyMap<string, ReadonlyArray<string>>
  },
  ImportReport
> {}

/** Marks a run as read to its end: there is nothing to resume. */
export class FinishImport extends Request.TaggedClass("products/FinishImport")<{ readonly run: ImportRun }, void> {}

export type ProductCommand = CreateProduct | ImportProducts | FinishImport

/** What each command needs, in the context products. */
export const productPermissions = {
  "products/CreateProduct": "manage_products",
  "products/ImportProducts": "manage_products",
  "products/FinishImport": "manage_products"
} as const satisfies Record<ProductCommand["_tag"], Permission<"products">>
