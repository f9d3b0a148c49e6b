import type { Schema } from "effect"

export type Json = Schema.Json
export type JsonObject = { readonly [key: string]: Json }

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isArray = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

/** One or many, as many. */
export const listOf = (value: Json | undefined): ReadonlyArray<Json> =>
  value === undefined || value === null ? [] : isArray(value) ? value : [value]

/** A text, a number, or the text of an object that has one. */
export const textIn = (value: Json | undefined): string | undefined => {
  for (const each of listOf(value)) {
    if (typeof each === "string" && each.trim() !== "") return each
    if (typeof each === "number") return String(each)
    if (isObject(each)) {
      const inner = each["@value"] ?? each["name"] ?? each["text"]
      if (typeof inner === "string" && inner.trim() !== "") return inner
    }
  }
  return undefined
}

/** `Recipe` of `Recipe`, `schema:Recipe` and `https://schema.org/Recipe`. */
export const typesOf = (node: JsonObject): ReadonlyArray<string> =>
  listOf(node["@type"]).flatMap((type) =>
    typeof type === "string" ? type.split(/\s+/u).map((word) => word.replace(/^.*[/:#]/u, "")) : []
  )
