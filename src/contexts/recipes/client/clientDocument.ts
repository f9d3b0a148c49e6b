import { Effect, Schema } from "effect"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import { oversized } from "../../../kernel/oversized.ts"
import { ClientInput, type ClientPatch } from "../contract/Client.ts"
import type { ClientRow } from "./ClientRow.ts"

const decode = Schema.decodeUnknownEffect(ClientInput, { errors: "all", onExcessProperty: "error", reportInput: true })

/** The client as the body that would create it, which a merge patch changes. */
export const documentOf = ({ contact, restrictions, ...row }: ClientRow): Schema.JsonObject => ({
  name: row.name,
  notes: row.notes,
  tags: row.tags.map((tag) => ({ ...tag })),
  targets: row.targets.map((target) => ({ ...target })),
  birthday: row.birthday,
  sex: row.sex,
  contact: {
    mainEmail: contact.mainEmail,
    mainPhone: contact.mainPhone?.number ?? null,
    emails: contact.emails,
    phones: contact.phones.map(({ number }) => number)
  },
  address: { ...row.address },
  restrictions: { ...restrictions, dislikedTags: restrictions.dislikedTags.map((tag) => ({ ...tag })) }
})

/** What a client is made from. */
export const decoded = Effect.fnUntraced(function*(merged: Schema.Json) {
  const errors = oversized(ClientInput.ast, merged)
  if (errors.length > 0) return yield* new InvalidRequest({ errors })
  return yield* Effect.mapError(
    decode(merged),
    ({ issue }) => new InvalidRequest({ errors: faultsOf(issue, "pointer") })
  )
})

/** The same after a patch. */
export const patched = (row: ClientRow, patch: ClientPatch) => decoded(mergePatch(documentOf(row), patch))
