import type { ShoppingLine, ShoppingList } from "../contract/ShoppingList.ts"
import { definitionOf } from "../contract/Units.ts"
import { type Language, numbersOf, wordsOf } from "./words.ts"

/** A line to tick: what, how much, and what to know of it. */
interface SheetLine {
  readonly name: string
  readonly amount: string
  readonly note: string
  readonly ticked: boolean
}

export interface SheetDepartment {
  readonly name: string
  readonly lines: ReadonlyArray<SheetLine>
}

export interface OwnSheetLine {
  readonly text: string
  readonly department: string | null
  readonly ticked: boolean
}

/** The word for a unit that a recipe names. */
const unitWord = (unit: string, language: Language, count: number): string => {
  const definition = [...definitionOf.values()].find(({ code }) => code === unit)
  if (definition === undefined) return unit
  if (definition.kind === "mass" || definition.kind === "volume") {
    if (unit.length <= 3) return unit
    const [word = unit] = language === "en" ? definition.english : definition.portuguese
    return count > 1 ? plural(word, language) : word
  }
  return definition.kind === "piece" ? (language === "en" ? "pc." : "un.") : unit
}

const plural = (word: string, language: Language) =>
  language === "en"
    ? `${word}s`
    : word.replace(/^(\p{L}+)/u, (first) => /[rsz]$/.test(first) ? `${first}es` : `${first}s`)

/** A unit before the name of what is measured: `colheres de sopa de `, `g `. */
export const unitOfName = (unit: string, language: Language, count: number): string => {
  const definition = [...definitionOf.values()].find(({ code }) => code === unit)
  const isShort = definition !== undefined && (definition.kind === "piece" || unit.length <= 3)
  if (isShort) return `${unitWord(unit, language, count)} `
  const [word = unit] = definition === undefined
    ? [unit]
    : language === "en"
    ? definition.english
    : definition.portuguese
  return `${count > 1 ? plural(word, language) : word}${language === "en" ? " " : " de "}`
}

/** What is bought by departments, with what cannot be told at the end. */
export const departmentsOf = (
  { lines, unresolved }: Pick<ShoppingList, "lines" | "unresolved">,
  language: Language,
  own: ReadonlyArray<OwnSheetLine> = [],
  ticked: ReadonlySet<string> = new Set()
): ReadonlyArray<SheetDepartment> => {
  const words = wordsOf(language)
  const number = numbersOf(language)
  const mass = (grams: number) =>
    grams >= 1000 ? `${number(grams / 1000, 2)} kg` : `${number(grams, grams < 10 ? 1 : 0)} g`
  const amountOf = ({ buy, grossGrams, pieces }: ShoppingLine) =>
    buy !== null
      ? `${number(buy.packages, 0)} × ${number(buy.packageSize, 2)} ${unitWord(buy.packageUnit, language, 1)}`
      : pieces !== null
      ? words.pieces(number(pieces, 0))
      : mass(grossGrams)
  const lineOf = (line: ShoppingLine): SheetLine => ({
    name: line.shoppingName ?? line.name,
    amount: amountOf(line),
    note: [line.buy !== null || line.pieces !== null ? mass(line.grossGrams) : "", line.brands ?? ""]
      .filter(Boolean).join(" · "),
    ticked: ticked.has(line.productId)
  })
  const handWritten = (text: string, isTicked: boolean): SheetLine => ({
    name: text,
    amount: "",
    note: "",
    ticked: isTicked
  })
  const all = [
    ...lines.map((line) => ({ department: line.department, line: lineOf(line) })),
    ...own.map(({ department, text, ticked: isTicked }) => ({ department, line: handWritten(text, isTicked) }))
  ]
  const named = [...Map.groupBy(all, ({ department }) => department ?? "")]
    .toSorted(([a], [b]) => Number(a === "") - Number(b === "") || a.localeCompare(b, language))
    .map(([name, each]) => ({ name: name || words.otherDepartment, lines: each.map(({ line }) => line) }))
  const unsure = Map.groupBy(unresolved, ({ name }) => name.toLocaleLowerCase(language))
  const loose = [...unsure.values()].map((each): SheetLine => ({
    name: each[0]?.name ?? "",
    amount: each.flatMap(({ amounts }) =>
      amounts.map(({ quantity, unit }) => `${number(quantity, 2)} ${unitWord(unit, language, quantity)}`)
    ).join(" + "),
    note: "",
    ticked: false
  }))
  return loose.length === 0 ? named : [...named, { name: words.byYourself, lines: loose }]
}
