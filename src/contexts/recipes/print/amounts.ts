import type { Ingredient } from "../contract/Ingredient.ts"
import { type UnitDefinition, units } from "../contract/Units.ts"
import { type Language, numbersOf, wordsOf } from "./words.ts"

const definitions = new Map<string, UnitDefinition>(units.map((definition) => [definition.code, definition]))

const fractions = [[0.25, "¼"], [1 / 3, "⅓"], [0.5, "½"], [2 / 3, "⅔"], [0.75, "¾"]] as const

/** A count as kitchens write it: ½, 1 ½, 2,4. */
const countOf = (language: Language) => {
  const number = numbersOf(language)
  return (value: number): string => {
    const whole = Math.floor(value)
    const [, fraction] = fractions.find(([part]) => Math.abs(value - whole - part) < 0.005) ?? []
    if (fraction !== undefined) return whole === 0 ? fraction : `${number(whole, 0)} ${fraction}`
    return number(value, value < 10 ? 2 : value < 100 ? 1 : 0)
  }
}

/** The plural of the first word in Portuguese, of the last one in English. */
const plural = (word: string, language: Language) =>
  language === "en"
    ? /(?:s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`
    : word.replace(/^\p{L}+/u, (first) => {
      if (first.endsWith("ão")) return `${first.slice(0, -2)}ões`
      if (first.endsWith("m")) return `${first.slice(0, -1)}ns`
      return /[rz]$/.test(first) ? `${first}es` : first.endsWith("s") ? first : `${first}s`
    })

/** `kg`, `ml`: what everybody writes so. */
const symbol = /^(?:[km]?g|mcg|oz|lb|[dcm]?l)$/

/** The word for so many of a unit, or of a food's own portion; none for whole pieces. */
const unitWord = (unit: string, language: Language, count: number): string => {
  if (symbol.test(unit)) return unit
  const definition = definitions.get(unit)
  if (definition?.kind === "piece") return ""
  const [own, other] = definition === undefined
    ? [[unit], []]
    : language === "en"
    ? [definition.english, definition.portuguese]
    : [definition.portuguese, definition.english]
  const word = own[0] ?? other[0] ?? unit
  return count > (language === "en" ? 1 : 1.99) ? plural(word, language) : word
}

/** An amount by itself: 3 un., 200 g, 2 colheres de sopa. */
export const amountText = (quantity: number, unit: string, language: Language): string => {
  const words = wordsOf(language)
  const count = symbol.test(unit) ? numbersOf(language)(quantity, quantity < 10 ? 2 : 0) : countOf(language)(quantity)
  const word = unitWord(unit, language, quantity)
  return word === "" ? words.pieces(count) : `${count}\u00a0${word}`
}

/** A line of a recipe, as it was written where that is known: 300 g de arroz, 2 ovos, canela a gosto. */
export const ingredientText = (
  { fullText, grams, name, note, portionName, unit, ...ingredient }: Ingredient,
  language: Language
): string => {
  if (fullText !== null) return fullText
  const remark = note === null ? "" : `, ${note}`
  const quantity = ingredient.quantity ?? grams
  if (quantity === null) return `${name}, ${note ?? wordsOf(language).toTaste}`
  const measure = portionName ?? unit ?? "g"
  const word = unitWord(measure, language, quantity)
  const count = symbol.test(measure) ? numbersOf(language)(quantity, 2) : countOf(language)(quantity)
  if (word === "") return `${count} ${name}${remark}`
  return `${count}\u00a0${word} ${language === "en" ? "" : "de "}${name}${remark}`
}

/** A mass as it is weighed in a shop. */
export const massText = (grams: number, language: Language): string => {
  const number = numbersOf(language)
  return grams >= 1000 ? `${number(grams / 1000, 2)}\u00a0kg` : `${number(grams, grams < 10 ? 1 : 0)}\u00a0g`
}
