import type { ShoppingLine, ShoppingList } from "../contract/ShoppingList.ts"
import { rounded } from "../nutrition/rounded.ts"

const two = (value: number) => rounded(value, 2)
const twoOrNull = (value: number | null) => value === null ? null : two(value)

const roundedLine = (line: ShoppingLine): ShoppingLine => ({
  ...line,
  grossGrams: two(line.grossGrams),
  netGrams: two(line.netGrams),
  milliliters: twoOrNull(line.milliliters),
  pieces: twoOrNull(line.pieces),
  buy: line.buy === null ? null : { ...line.buy, surplusGrams: two(line.buy.surplusGrams) },
  traces: line.traces.map((trace) => ({ ...trace, grams: two(trace.grams) }))
})

/** A list as it is answered. */
export const roundedList = ({ lines, pantry, unresolved }: ShoppingList): ShoppingList => ({
  lines: lines.map(roundedLine),
  pantry: pantry.map(roundedLine),
  unresolved: unresolved.map((line) => ({
    ...line,
    amounts: line.amounts.map(({ quantity, unit }) => ({ unit, quantity: two(quantity) }))
  }))
})
