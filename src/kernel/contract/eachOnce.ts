import { Schema } from "effect"
import type { coded } from "./Values.ts"

declare module "effect/Schema" {
  namespace Annotations {
    interface Filter {
      /** A rule of a list that holds for any part of it: it is told beside the faults of other items. */
      readonly holdsForParts?: boolean | undefined
    }
  }
}

/** No two items of a list with the same key, if they have one; each that repeats an earlier one is told, or that member of it. */
export const eachOnce = <A>(
  key: (item: A) => string | undefined,
  { issue = "is repeated", member }: { readonly issue?: string | ReturnType<typeof coded>; readonly member?: string } =
    {}
) =>
  Schema.makeFilter((items: ReadonlyArray<A>) => {
    const seen = new Set<string>()
    return items.flatMap((item, index) => {
      const own = key(item)
      if (own === undefined) return []
      const isRepeated = seen.has(own)
      seen.add(own)
      return isRepeated ? [{ path: member === undefined ? [index] : [index, member], issue }] : []
    })
  }, { holdsForParts: true })
