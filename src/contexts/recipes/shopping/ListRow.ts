import { DateTime } from "effect"
import type { OwnLine, SavedList, SavedListSummary, ShoppingList } from "../contract/ShoppingList.ts"
import { roundedList } from "./roundedList.ts"

/** A saved list as it is read. */
export interface ListRow extends Pick<SavedList, "id" | "version" | "clientId" | "name" | "input" | "stale"> {
  readonly computed: ShoppingList
  readonly ownLines: ReadonlyArray<Omit<OwnLine, "ticked">>
  readonly ticked: ReadonlyArray<string>
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const listColumns =
  "id, version, client_id, name, input, computed, own_lines, ticked, stale, created_at, updated_at"

export const toSummary = (row: ListRow): SavedListSummary => {
  const ids = [...row.computed.lines.map(({ productId }) => productId), ...row.ownLines.map(({ id }) => id)]
  const ticked = new Set(row.ticked)
  return {
    id: row.id,
    version: row.version,
    clientId: row.clientId,
    name: row.name,
    input: row.input,
    stale: row.stale,
    lineCount: ids.length,
    tickedCount: ids.filter((id) => ticked.has(id)).length,
    createdAt: DateTime.makeUnsafe(row.createdAt),
    updatedAt: DateTime.makeUnsafe(row.updatedAt)
  }
}

/** A row as it is answered. */
export const toSavedList = (row: ListRow): SavedList => {
  const { lines, pantry, unresolved } = roundedList(row.computed)
  const ticked = new Set(row.ticked)
  return {
    ...toSummary(row),
    lines: lines.map((line) => ({ ...line, id: line.productId, ticked: ticked.has(line.productId) })),
    ownLines: row.ownLines.map((line) => ({ ...line, ticked: ticked.has(line.id) })),
    pantry,
    unresolved
  }
}
