import { Effect, Schema } from "effect"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import { oversized } from "../../../kernel/oversized.ts"
import { MenuInput, type MenuPatch } from "../contract/Menu.ts"
import { keptTargets } from "../nutrition/keptTargets.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import type { MenuRow } from "./MenuRow.ts"

const decode = Schema.decodeUnknownEffect(MenuInput, { errors: "all", onExcessProperty: "error", reportInput: true })

export const menuFieldNames = [
  "name",
  "description",
  "tags",
  "startDate",
  "weeks",
  "people",
  "pattern",
  "targets"
] as const

/** An input in the form that is kept. */
export const menuFieldsOf = (input: MenuInput) => ({
  name: input.name,
  description: input.description ?? null,
  tags: sortedTags(input.tags ?? []),
  startDate: input.startDate ?? null,
  weeks: input.weeks ?? 1,
  people: input.people ?? 1,
  pattern: (input.pattern ?? []).map(({ hour, mealType }) => ({ mealType, hour: hour ?? null })),
  targets: (input.targets ?? null) === null ? null : keptTargets(input.targets ?? [])
})

/** The menu as the body that would create it, which a merge patch changes. */
const documentOf = (row: MenuRow): Schema.JsonObject => ({
  name: row.name,
  clientId: row.clientId,
  description: row.description,
  tags: row.tags.map((tag) => ({ ...tag })),
  startDate: row.startDate,
  weeks: row.weeks,
  people: row.people,
  pattern: row.pattern.map((entry) => ({ ...entry })),
  targets: row.targets?.map((target) => ({ ...target })) ?? null
})

/** What a menu is made from, after a patch. */
export const patched = Effect.fnUntraced(function*(row: MenuRow, patch: MenuPatch) {
  const merged = mergePatch(documentOf(row), patch)
  const errors = oversized(MenuInput.ast, merged)
  if (errors.length > 0) return yield* new InvalidRequest({ errors })
  return yield* Effect.mapError(
    decode(merged),
    ({ issue }) => new InvalidRequest({ errors: faultsOf(issue, "pointer") })
  )
})
