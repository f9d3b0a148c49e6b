import { Effect, Result, Schema } from "effect"
import { createHash } from "node:crypto"
import type { SortKey } from "./contract/Pagination.ts"
import { CursorMismatch, InvalidRequest } from "./contract/Problems.ts"
import type { Column } from "./Filters.ts"

/** Instants of the years 1 to 9999, in milliseconds. */
const firstInstant = -62_135_596_800_000
const lastInstant = 253_402_300_799_999

/** A value of a sort's column as a cursor holds it: an instant in milliseconds. */
export type KeyValue = string | number | boolean | null

const Cursor = Schema.fromJsonString(Schema.Struct({
  sort: Schema.String,
  filters: Schema.String,
  keys: Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])))
}))
const decodeCursor = Schema.decodeUnknownResult(Cursor)

/** What a list is sorted by. */
export interface Key {
  readonly column: Column
  readonly descending: boolean
}

export const invalidCursor = () =>
  new InvalidRequest({
    detail: "The cursor is not one of this list.",
    errors: [{ parameter: "cursor", detail: "must be a nextCursor of this list" }]
  })

const fits = (column: Column, value: KeyValue) => {
  if (value === null) return column.nullable
  switch (column.type) {
    case "uuid":
      return typeof value === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
    case "text":
      return typeof value === "string" && !value.includes("\u0000") && value.isWellFormed()
    case "timestamptz":
      return typeof value === "number" && Number.isInteger(value) && value >= firstInstant && value <= lastInstant
    case "float8":
      return typeof value === "number"
    case "integer":
      return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31
    case "boolean":
      return typeof value === "boolean"
  }
}

export const toKey = (value: unknown): KeyValue =>
  value instanceof Date
    ? value.getTime()
    : typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null

/** Stands for the filters that a cursor was made with. */
export const hashOf = (query: object) => {
  const filters = Object.entries(query).filter(([key]) => !["page", "limit", "cursor", "sort"].includes(key)).toSorted()
  return createHash("sha256").update(JSON.stringify(filters)).digest("base64url").slice(0, 16)
}

export const sortText = (sort: ReadonlyArray<SortKey<string>> = []) =>
  sort.map(({ descending, field }) => descending ? `-${field}` : field).join(",")

/** The cursor that leads on from a row with these keys. */
export const cursorOf = (sort: string, filters: string, keys: ReadonlyArray<KeyValue>) =>
  Buffer.from(JSON.stringify({ sort, filters, keys })).toString("base64url")

/** The keys that a cursor of this list holds. */
export const keysAfter = (
  cursor: string,
  keys: ReadonlyArray<Key>,
  sort: string,
  filters: string
): Effect.Effect<ReadonlyArray<KeyValue>, CursorMismatch | InvalidRequest> => {
  const decoded = decodeCursor(Buffer.from(cursor, "base64url").toString("utf8"))
  if (Result.isFailure(decoded)) return Effect.fail(invalidCursor())
  if (decoded.success.sort !== sort || decoded.success.filters !== filters) {
    return Effect.fail(
      new CursorMismatch({
        detail: "The cursor was made with another sort or other filters.",
        errors: [{ parameter: "cursor", detail: "belongs to another sort or other filters" }]
      })
    )
  }
  const values = decoded.success.keys
  return values.length === keys.length && keys.every(({ column }, index) => fits(column, values[index] ?? null))
    ? Effect.succeed(values)
    : Effect.fail(invalidCursor())
}
