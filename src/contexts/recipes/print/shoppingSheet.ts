import type { ShoppingLine, ShoppingList } from "../contract/ShoppingList.ts"
import { amountText, massText } from "./amounts.ts"
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

/** What is bought by departments, with what cannot be told at the end. */
export const departmentsOf = (
  { lines, unresolved }: Pick<ShoppingList, "lines" | "unresolved">,
  language: Language,
  own: ReadonlyArray<OwnSheetLine> = [],
  ticked: ReadonlySet<string> = new Set()
): ReadonlyArray<SheetDepartment> => {
  const words = wordsOf(language)
  const number = numbersOf(language)
  const mass = (grams: number) => massText(grams, language)
  const amountOf = ({ buy, grossGrams, pieces }: ShoppingLine) =>
    buy !== null
      ? `${number(buy.packages, 0)} × ${amountText(buy.packageSize, buy.packageUnit, language)}`
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
    amount: each.flatMap(({ amounts }) => amounts.map(({ quantity, unit }) => amountText(quantity, unit, language)))
      .join(" + "),
    note: "",
    ticked: false
  }))
  return loose.length === 0 ? named : [...named, { name: words.byYourself, lines: loose }]
}
