import type { Step } from "../contract/Step.ts"
import { cut } from "../text/cut.ts"
import { isObject, type Json, listOf, textIn, typesOf } from "./jsonValues.ts"
import type { TextReader } from "./textReader.ts"

const deepest = 6

const stepsOf = (
  value: Json,
  section: string | undefined,
  depth: number,
  read: TextReader
): ReadonlyArray<Step> => {
  if (typeof value === "string") {
    return read.steps(value).map((text) => section === undefined ? { text } : { text, section })
  }
  if (Array.isArray(value)) {
    return depth > deepest ? [] : value.flatMap((each: Json) => stepsOf(each, section, depth + 1, read))
  }
  if (!isObject(value) || depth > deepest) return []
  const parts = value["itemListElement"] ?? value["steps"]
  if (parts !== undefined && parts !== null) {
    const name = typesOf(value).includes("HowToSection") ? textIn(value["name"]) : undefined
    const title = name === undefined ? undefined : cut(read.line(name), 200)
    return listOf(parts).flatMap((each) => stepsOf(each, title === "" ? section : title ?? section, depth + 1, read))
  }
  const text = textIn(value["text"]) ?? textIn(value["description"]) ?? textIn(value["name"])
  return text === undefined ? [] : stepsOf(text, section, depth + 1, read)
}

/** Steps of text, lists, HowToStep and HowToSection, however they are nested. */
export const instructionsIn = (value: Json | undefined, read: TextReader): ReadonlyArray<Step> =>
  value === undefined ? [] : stepsOf(value, undefined, 0, read)
