import { Schema } from "effect"
import { coded } from "../../../kernel/contract/Values.ts"

interface Positioned {
  readonly position?: number
}

/** Positions are 0 to n - 1, each once, or left out everywhere. */
export const consecutivePositions = Schema.makeFilter((items: ReadonlyArray<Positioned>) => {
  if (items.every(({ position }) => position === undefined)) return []
  const seen = new Set<number>()
  return items.flatMap(({ position }, index) => {
    const fits = position !== undefined && position >= 0 && position < items.length && !seen.has(position)
    if (position !== undefined) seen.add(position)
    const detail = `positions must be 0 to ${items.length - 1}, each once, or left out everywhere`
    return fits ? [] : [{ path: [index, "position"], issue: coded("positions_not_consecutive", detail) }]
  })
})
