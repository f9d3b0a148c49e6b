/** The middle of some figures, and how far they lie apart. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const spreadOf = (figures: ReadonlyArray<number>): Spread => {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (place: number) => sorted[place] ?? 0
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1)
  }
}

/** The same where all figures are known. */
export const spreadOfKnown = (figures: ReadonlyArray<number | undefined>): Spread | undefined => {
  const known = figures.filter((figure) => figure !== undefined)
  return known.length < figures.length ? undefined : spreadOf(known)
}
