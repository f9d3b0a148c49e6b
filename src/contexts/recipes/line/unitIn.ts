import { isPortionWord, portionWordOf, type UnitCode, unitOf } from "../contract/Units.ts"

/** A unit that some tokens begin with. */
export interface FoundUnit {
  readonly unit: UnitCode
  readonly portionName: string | null
  readonly length: number
}

const longest = 4
const bare = (token: string) => token.replace(/[,;:]+$/u, "")

/** Abbreviations that only ingredient lines have. */
const shorter: ReadonlyMap<string, UnitCode> = new Map([["tb", "tablespoon"], ["c.", "cup"]])

/** The longest beginning of the tokens that names a unit or a portion. */
export const unitIn = (tokens: ReadonlyArray<string>): FoundUnit | undefined => {
  for (let length = Math.min(longest, tokens.length); length > 0; length--) {
    const words = tokens.slice(0, length).map(bare)
    const isWhole = tokens.slice(0, length - 1).every((token) => !/[,;:]$/u.test(token))
    if (!isWhole) continue
    const phrase = words.join(" ")
    const unit = unitOf(phrase) ?? shorter.get(phrase.toLowerCase())
    if (unit !== undefined && unit !== "portion") return { unit, portionName: null, length }
    if (isPortionWord(phrase)) return { unit: "portion", portionName: portionWordOf(phrase) ?? phrase, length }
  }
  return undefined
}
