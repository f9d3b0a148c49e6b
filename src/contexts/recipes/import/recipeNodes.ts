import { isObject, type Json, type JsonObject, listOf, typesOf } from "./jsonValues.ts"

const most = 200_000
const recipesAtMost = 100

/** All recipes in a document, wherever they stand: alone, in a list, a graph or as the main entity of a page. */
export const recipeNodes = (document: Json): ReadonlyArray<JsonObject> => {
  const found: Array<JsonObject> = []
  const waiting: Array<Json> = [document]
  for (let seen = 0; waiting.length > 0 && seen < most && found.length < recipesAtMost; seen++) {
    const value = waiting.pop()
    if (Array.isArray(value)) {
      for (let at = value.length - 1; at >= 0 && waiting.length < most; at--) waiting.push(value[at] ?? null)
    } else if (isObject(value)) {
      if (typesOf(value).includes("Recipe")) found.push(value)
      else {
        const inner = [
          value["@graph"],
          value["mainEntity"],
          value["mainEntityOfPage"],
          value["itemListElement"],
          value["item"],
          value["recipe"]
        ]
        waiting.push(...inner.flatMap(listOf).slice(0, 10_000).toReversed())
      }
    }
  }
  return found
}

/** The things that a graph names by id, for those that refer to them. */
export const namedNodes = (document: Json): ReadonlyMap<string, JsonObject> => {
  const graph = isObject(document) ? listOf(document["@graph"]) : listOf(document)
  return new Map(
    graph.filter(isObject).flatMap((node) => {
      const id = node["@id"]
      return typeof id === "string" ? [[id, node] as const] : []
    })
  )
}
