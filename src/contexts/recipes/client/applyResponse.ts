import type { Schema } from "effect"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import type { ClientPatch } from "../contract/Client.ts"
import type { FieldAction, ProposedField, ResponseUse, ToldField } from "../contract/ClientResponse.ts"
import type { Told } from "./proposeClient.ts"

const isObject = (value: Schema.Json | undefined): value is Schema.JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const valueAt = (document: Schema.JsonObject, field: ToldField): Schema.Json => {
  const [head = "", tail] = field.split(".")
  const value = document[head] ?? null
  if (tail === undefined) return value
  return isObject(value) ? value[tail] ?? null : null
}

const isEmpty = (value: Schema.Json) =>
  value === null || value === "" || value === "undisclosed" || (Array.isArray(value) && value.length === 0)

const appended = (current: Schema.Json, proposed: Schema.Json): Schema.Json => {
  if (Array.isArray(current) && Array.isArray(proposed)) return [...new Set([...current, ...proposed])]
  return typeof current === "string" && typeof proposed === "string" && current !== ""
    ? `${current}\n\n${proposed}`
    : proposed
}

/** What is done with each field: notes grow; else what is there stays, and what is unsure is not taken by itself. */
export const actionsFor = (
  told: ReadonlyArray<Told>,
  document: Schema.JsonObject,
  actions: ResponseUse["actions"] = {}
): ReadonlyArray<Omit<ProposedField, "question"> & { readonly ref: string }> =>
  told.map(({ answer, confidence, field, proposed, ref }) => {
    const current = valueAt(document, field)
    const usual: FieldAction = field === "notes" || field === "restrictions.note"
      ? "append"
      : !isEmpty(current) || (confidence <= 0.5 && field !== "name")
      ? "keep"
      : "replace"
    return { field, ref, answer, confidence, proposed, current, action: actions[field] ?? usual }
  })

/** The client's document with the fields that are taken, its main address and number, and what wins over them all. */
export const documentWith = (
  document: Schema.JsonObject,
  fields: ReadonlyArray<Pick<ProposedField, "field" | "proposed" | "current" | "action">>,
  overrides: ClientPatch = {}
): Schema.JsonObject => {
  let merged: Schema.Json = document
  const { contact } = document
  for (const { action, current, field, proposed } of fields) {
    if (action === "keep") continue
    const value = action === "append" ? appended(current, proposed) : proposed
    const [head = "", tail] = field.split(".")
    merged = mergePatch(merged, tail === undefined ? { [head]: value } : { [head]: { [tail]: value } })
    const main = field === "contact.emails" ? "mainEmail" : field === "contact.phones" ? "mainPhone" : undefined
    const hasMain = main !== undefined && isObject(contact) && (contact[main] ?? null) !== null
    if (main !== undefined && !hasMain && Array.isArray(proposed)) {
      merged = mergePatch(merged, { contact: { [main]: proposed[0] ?? null } })
    }
  }
  merged = mergePatch(merged, overrides)
  return isObject(merged) ? merged : document
}
