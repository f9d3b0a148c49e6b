import { Effect } from "effect"
import { ImportSourceFailed } from "./ImportSource.ts"

/** Where the wanted columns stand; fails with the names of those that are not there. */
export const findColumns = (
  source: { readonly path: string },
  columns: ReadonlyArray<string>,
  wanted: ReadonlyArray<string>
) => {
  const missing = wanted.filter((name) => !columns.includes(name))
  return missing.length === 0
    ? Effect.succeed(wanted.map((name) => columns.indexOf(name)))
    : Effect.fail(
      new ImportSourceFailed({
        reason: "wrong_header",
        message: `${source.path}: the header has no ${missing.slice(0, 5).join(", ")}${
          missing.length > 5 ? ` and ${missing.length - 5} more` : ""
        }`
      })
    )
}
