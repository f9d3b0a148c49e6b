import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"
import { importFormats, rejectReasons, warningCodes } from "./ImportedProduct.ts"

export const ImportRunId = Uuid.pipe(Schema.brand("ImportRunId"))
export type ImportRunId = typeof ImportRunId.Type

/** A count for each of these that came up. */
const counts = <const K extends ReadonlyArray<string>>(keys: K) =>
  Schema.Record(Schema.Literals(keys), Schema.optionalKey(Schema.Int))

const states = ["running", "finished"] as const

/** A run of an import, and what became of the records. `running` is also one that stopped half-way: `--resume` goes on with it. */
export const ImportRunSummary = Schema.Struct({
  id: ImportRunId,
  format: Schema.Literals(importFormats),
  path: Schema.String,
  state: Schema.Literals(states),
  startedBy: Schema.NullOr(Schema.Struct({ id: UserId, name: Schema.NullOr(Schema.String) })),
  startedAt: Instant,
  updatedAt: Instant,
  /** Bytes of the decompressed source up to the last record that was kept. */
  checkpoint: Schema.Struct({ offset: Schema.Finite, sha256: Schema.String }),
  report: Schema.Struct({
    read: Schema.Int,
    created: Schema.Int,
    updated: Schema.Int,
    unchanged: Schema.Int,
    merged: Schema.Int,
    rejected: counts(rejectReasons),
    warnings: counts(warningCodes)
  })
})
export type ImportRunSummary = typeof ImportRunSummary.Type

export const importRunFilters = {
  id: filter.uuid,
  format: oneOf(importFormats),
  path: filter.text,
  state: oneOf(states),
  startedAt: filter.instant
} as const

export const ImportRunQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(importRunFilters),
  sort: sortParameter(Schema.Literals(["startedAt"]), "Fields: startedAt. Default: -startedAt")
})
export type ImportRunQuery = typeof ImportRunQuery.Type
