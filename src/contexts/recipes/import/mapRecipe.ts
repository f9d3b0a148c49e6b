import type { ReadRecipe } from "../readRecipes.ts"
import { cut } from "../text/cut.ts"
import { minutesOf } from "./durations.ts"
import { instructionsIn } from "./instructionsIn.ts"
import { isObject, type Json, type JsonObject, listOf, textIn } from "./jsonValues.ts"
import { nutritionIn } from "./nutritionIn.ts"
import { oneLine } from "./plainText.ts"
import { servingsIn } from "./servingsIn.ts"
import { isExport, readerOf, type TextReader, textsIn } from "./textReader.ts"

const address = /^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/i

const addressIn = (value: Json | undefined): string | null => {
  for (const each of listOf(value)) {
    const text = typeof each === "string"
      ? each
      : isObject(each)
      ? textIn(each["url"] ?? each["contentUrl"] ?? each["@id"])
      : undefined
    const trimmed = text?.trim().replaceAll(" ", "%20") ?? ""
    const full = trimmed.startsWith("//") ? `https:${trimmed}` : trimmed
    if (address.test(full) && full.length <= 2048) return full
  }
  return null
}

const minutesIn = (node: JsonObject, member: string, warnings: Array<string>): number | null => {
  const text = textIn(node[member])
  if (text === undefined) return null
  const minutes = minutesOf(text)
  if (minutes === undefined) warnings.push(`${member}: ${cut(oneLine(text), 40)} is no ISO 8601 duration`)
  return minutes ?? null
}

const shortened = (text: string, most: number, what: string, warnings: Array<string>) => {
  if (Array.from(text).length > most) warnings.push(`${what}: it was cut to ${most.toLocaleString("en-US")} characters`)
  return cut(text, most)
}

/** Numbers count servings; of texts the first one with a word is kept. Our exports say in a number what they know. */
const yieldIn = (node: JsonObject, read: TextReader, warnings: Array<string>) => {
  const values = listOf(node["recipeYield"] ?? node["yield"])
  const texts = values.flatMap((each) => typeof each === "number" ? [] : textIn(each) ?? []).map(read.line)
  const said = texts.find((text) => /\p{L}/u.test(text)) ?? texts[0]
  const counted = values.find((each) => typeof each === "number" && each > 0 && each <= 1000)
  const servings = typeof counted === "number"
    ? counted
    : isExport(node)
    ? undefined
    : texts.map(servingsIn).find((count) => count !== undefined)
  return { servings, yieldText: said === undefined ? null : shortened(said, 500, "recipeYield", warnings) || null }
}

const limited = <A>(items: ReadonlyArray<A>, most: number, what: string, warnings: Array<string>) => {
  if (items.length > most) warnings.push(`${what}: ${items.length - most} of ${items.length} were left out`)
  return items.slice(0, most)
}

/** A schema.org Recipe as ours; `named` are the things that it may refer to by id. */
export const mapRecipe = (
  node: JsonObject,
  named: ReadonlyMap<string, JsonObject>,
  language: string | null,
  found: ReadonlyArray<string>
): ReadRecipe | undefined => {
  const warnings = [...found]
  const read = readerOf(node)
  const given = read.line(textIn(node["name"]) ?? textIn(node["headline"]) ?? "")
  if (given === "") return undefined
  const resolved = (value: Json | undefined): Json | undefined => {
    const [first] = listOf(value)
    const id = isObject(first) && Object.keys(first).length === 1 ? first["@id"] : undefined
    return typeof id === "string" ? named.get(id) ?? value : value
  }
  const { servings, yieldText } = yieldIn(node, read, warnings)
  if (servings === undefined) warnings.push("recipeYield: no number of servings was found; 1 is assumed")
  const image = resolved(node["image"])
  const imageUrl = addressIn(image)
  if (imageUrl === null && textIn(image) !== undefined) warnings.push("image: it is no http address")
  const author = read.line(textIn(resolved(node["author"])) ?? "")
  const description = read.block(textIn(node["description"]) ?? "")
  const ingredients = textsIn(node["recipeIngredient"] ?? node["ingredients"], read.lines).map((line) =>
    shortened(line, 1000, "recipeIngredient", warnings)
  )
  const steps = instructionsIn(node["recipeInstructions"], read).map((step) => ({
    ...step,
    text: shortened(step.text, 5000, "recipeInstructions", warnings)
  }))
  if (ingredients.length === 0) warnings.push("recipeIngredient: no ingredients were found")
  if (steps.length === 0) warnings.push("recipeInstructions: no steps were found")
  const keywords = textsIn(node["keywords"], read.keywords)
  return {
    name: shortened(given, 500, "name", warnings),
    description: shortened(description, 10_000, "description", warnings) || null,
    imageUrl,
    sourceUrl: addressIn(node["url"]) ?? addressIn(node["mainEntityOfPage"]),
    sourceAuthor: shortened(author, 500, "author", warnings) || null,
    keywords: limited([...new Set(keywords)], 50, "keywords", warnings),
    ingredients: limited(ingredients, 200, "recipeIngredient", warnings),
    instructions: limited(steps, 200, "recipeInstructions", warnings),
    servings: servings ?? 1,
    servingsAssumed: servings === undefined,
    yieldText,
    prepMinutes: minutesIn(node, "prepTime", warnings),
    cookMinutes: minutesIn(node, "cookTime", warnings),
    totalMinutes: minutesIn(node, "totalTime", warnings),
    utensils: limited(textsIn(node["tool"], read.lines), 50, "tool", warnings).map((tool) =>
      shortened(tool, 255, "tool", warnings)
    ),
    nutrition: nutritionIn(resolved(node["nutrition"]), warnings),
    language: textIn(node["inLanguage"]) ?? language,
    warnings
  }
}
