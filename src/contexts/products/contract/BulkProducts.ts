import { Data, Effect, Schema, type SchemaIssue } from "effect"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { ProductId, ProductInput } from "./Product.ts"

/** An item that is no product. It is kept, so that its faults are told together with those of the other items. */
export class UnreadableItem extends Data.Class<{ readonly issue: SchemaIssue.Issue }> {}

export type BulkItem = ProductInput | UnreadableItem

const BulkItem = ProductInput.pipe(
  Schema.decodeTo(Schema.declare((item): item is BulkItem => typeof item === "object")),
  Schema.catchDecoding((issue) => Effect.succeedSome(new UnreadableItem({ issue })))
)

export const BulkInput = Schema.Struct({
  items: Schema.Array(BulkItem).check(Schema.isBetweenLength(1, 1000, { message: "must be 1 to 1000 items" }))
}).annotate({ identifier: "BulkInput" })

/** Which product an item has become. */
export const BulkCreated = Schema.Struct({
  index: Schema.Int.annotate({ description: "Of the item, from 0" }),
  id: ProductId
}).annotate({ identifier: "BulkCreated" })
export type BulkCreated = typeof BulkCreated.Type

/** 409: items share a barcode or a source reference with a product or with an earlier item; nothing was created. */
export class BulkConflict extends declared<BulkConflict>()(
  "BulkConflict",
  problem("bulk_conflict", 409, "Some items are there already", {
    cause:
      "Each entry of `errors` points to a barcode or sourceRef that a product of the same source has, or an earlier item: "
      + "its `code` is `barcode_taken` or `source_ref_taken`, its `detail` names the product or the item. Nothing was created.",
    cure: "Leave these items out, or change the products that are there."
  })
) {}
