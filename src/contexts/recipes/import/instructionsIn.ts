import type { Step } from "../contract/Recipe.ts"
import { cut } from "../text/cut.ts"
import { isObject, type Json, listOf, textIn, typesOf } from "./jsonValues.ts"
import { plainText, tidy } from "./plainText.ts"

const numbering = /^\s*(?:(?:step|passo|etapa)?\s*\d{1,3}\s*[.):-]\s*(?!\d)|[-*•▢]\s+)/iu
const deepest = 6

const linesOf = (text: string): ReadonlyArray<string> =>
  plainText(text).split(/\r\n|[\n\r]/u).map((line) => tidy(line.replace(numbering, ""))).filter((line) => line !== "")

const stepsOf = (value: Json, section: string | undefined, depth: number): ReadonlyArray<Step> => {
  if (typeof value === "string") {
    return linesOf(value).map((text) => section === undefined ? { text } : { text, section })
  }
  if (Array.isArray(value)) {
    return depth > deepest ? [] : value.flatMap((each: Json) => stepsOf(each, section, depth + 1))
  }
  if (!isObject(value) || depth > deepest) return []
  const parts = value["itemListElement"] ?? value["steps"]
  if (parts !== undefined && parts !== null) {
    const name = typesOf(value).includes("HowToSection") ? textIn(value["name"]) : undefined
    const title = name === undefined ? undefined : cut(plainText(name).replace(/\s+/gu, " "), 200)
    return listOf(parts).flatMap((each) => stepsOf(each, title === "" ? section : title ?? section, depth + 1))
  }
  const text = textIn(value["text"]) ?? textIn(value["description"]) ?? textIn(value["name"])
  return text === undefined ? [] : stepsOf(text, section, depth + 1)
}

/** Steps of text, lists, HowToStep and HowToSection, however they are nested. */
export const instructionsIn = (value: Json | undefined): ReadonlyArray<Step> =>
  value === undefined ? [] : stepsOf(value, undefined, 0)
