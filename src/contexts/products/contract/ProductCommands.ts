import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { Permission } from "../../iam/contract/Permissions.ts"
import type { BulkConflict, BulkCreated, BulkItem } from "./BulkProducts.ts"
import type { FoodVoteCommand } from "./FoodVotes.ts"
import type {
  Checkpoint,
  ImportedBatch,
  ImportElement,
  ImportReport,
  ImportRun,
  TriedImport
} from "./ImportedProduct.ts"
import type { Product, ProductId, ProductInput } from "./Product.ts"
import type { ProductPatch } from "./ProductPatch.ts"
import type {
  BarcodeInvalid,
  BarcodeTaken,
  ProductNotFound,
  ReferenceUnknown,
  SourceRefTaken,
  UnitNotConvertible,
  ValueOutOfRange
} from "./ProductProblems.ts"

export class CreateProduct extends Request.TaggedClass("products/CreateProduct")<
  { readonly input: ProductInput },
  Product,
  BarcodeTaken | SourceRefTaken | ReferenceUnknown | VersionConflict
> {}

/** Creates all of them, or none where one cannot be created. */
export class CreateProducts extends Request.TaggedClass("products/CreateProducts")<
  { readonly items: ReadonlyArray<BulkItem> },
  ReadonlyArray<BulkCreated>,
  InvalidRequest | BarcodeInvalid | UnitNotConvertible | ValueOutOfRange | ReferenceUnknown | BulkConflict
> {}

/** Changes what a merge patch names; the whole must still be a product that could be created. */
export class UpdateProduct extends Request.TaggedClass("products/UpdateProduct")<
  { readonly id: ProductId; readonly patch: ProductPatch; readonly ifMatch: string | undefined },
  Product,
  | ProductNotFound
  | VersionMismatch
  | VersionConflict
  | InvalidRequest
  | BarcodeInvalid
  | UnitNotConvertible
  | ValueOutOfRange
  | BarcodeTaken
  | SourceRefTaken
  | ReferenceUnknown
> {}

/** Puts a product aside: it is read on request only, and can be restored. */
export class DiscardProduct extends Request.TaggedClass("products/DiscardProduct")<
  { readonly id: ProductId; readonly ifMatch: string | undefined },
  void,
  ProductNotFound | VersionMismatch | VersionConflict
> {}

/** Takes a product back, if the rules for a live one still hold; a live one stays as it is. */
export class RestoreProduct extends Request.TaggedClass("products/RestoreProduct")<
  { readonly id: ProductId; readonly ifMatch: string | undefined },
  Product,
  ProductNotFound | VersionMismatch | VersionConflict | BarcodeTaken | ReferenceUnknown
> {}

/** One batch of a run: its records, and the place from which the run can go on. */
export class ImportBatch extends Request.TaggedClass("products/ImportBatch")<
  {
    readonly run: ImportRun
    readonly elements: ReadonlyArray<ImportElement>
    readonly checkpoint: Checkpoint
    /** The run's report before this batch. */
    readonly before: ImportReport
    /** Where the batches are not kept (a dry run): what they would have left, to which this one adds. */
    readonly tried: TriedImport | undefined
  },
  ImportedBatch
> {}

/** Marks a run as read to its end: there is nothing to resume. */
export class FinishImport extends Request.TaggedClass("products/FinishImport")<{ readonly run: ImportRun }, void> {}

export type ProductCommand =
  | CreateProduct
  | CreateProducts
  | UpdateProduct
  | DiscardProduct
  | RestoreProduct
  | FoodVoteCommand
  | ImportBatch
  | FinishImport

/** What each command needs, in the context products. */
export const productPermissions = {
  "products/CreateProduct": "manage_products",
  "products/CreateProducts": "manage_products",
  "products/UpdateProduct": "manage_products",
  "products/DiscardProduct": "manage_products",
  "products/RestoreProduct": "manage_products",
  "products/CastFoodVote": "access_basic_features",
  "products/WithdrawFoodVote": "access_basic_features",
  "products/CastFoodVoteByBarcode": "access_basic_features",
  "products/ImportBatch": "manage_products",
  "products/FinishImport": "manage_products"
} as const satisfies Record<ProductCommand["_tag"], Permission<"products">>
