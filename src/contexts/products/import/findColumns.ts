import { Effect } from "effect"
import { ImportSourceFailed } from "./ImportSource.ts"

/** Where the columns stand that are called so, or begin so; fails with the names of those that are not there. */
export const findColumns = (
  source: { readonly path: string },
  columns: ReadonlyArray<string>,
  wanted: ReadonlyArray<string>,
  by: "name" | "beginning" = "name"
) => {
  const places = wanted.map((name) =>
    columns.findIndex((column) => by === "name" ? column === name : column.startsWith(name))
  )
  const missing = wanted.filter((_, index) => places[index] === -1)
  return missing.length === 0
    ? Effect.succeed(places)
    : Effect.fail(
      new ImportSourceFailed({
        reason: "wrong_header",
        message: `${source.path}: the header has no ${missing.slice(0, 5).join(", ")}${
          missing.length > 5 ? ` and ${missing.length - 5} more` : ""
        }`
      })
    )
}
