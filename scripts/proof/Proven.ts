/** What a counter must be for the proof to hold. */
export type Bound = { readonly is: number } | { readonly atLeast: number } | { readonly atMost: number }

/** What a trial counted, and what was promised of it. */
export interface Proven {
  readonly settings: Readonly<Record<string, string | number>>
  readonly counters: Readonly<Record<string, number>>
  readonly promised: Readonly<Record<string, Bound>>
}

const holds = (value: number, bound: Bound) =>
  "is" in bound ? value === bound.is : "atLeast" in bound ? value >= bound.atLeast : value <= bound.atMost

/** As a reader takes it. */
export const shownBound = (bound: Bound | undefined) =>
  bound === undefined ? "" : "is" in bound
    ? `${bound.is}`
    : "atLeast" in bound
    ? `at least ${bound.atLeast}`
    : `at most ${bound.atMost}`

/** What was promised and is not so. A counter that is missing breaks its promise. */
export const broken = ({ counters, promised }: Pick<Proven, "counters" | "promised">): ReadonlyArray<string> =>
  Object.entries(promised).flatMap(([name, bound]) => {
    const value = counters[name]
    if (value === undefined || !Number.isFinite(value)) return [`${name} was not counted`]
    return holds(value, bound) ? [] : [`${name} is ${value}, and ${shownBound(bound)} was promised`]
  })

const prefixed = <A>(prefix: string, record: Readonly<Record<string, A>>) =>
  Object.entries(record).map(([name, value]) => [`${prefix}${name}`, value] as const)

/** Several trials as one, told apart by a prefix each. */
export const together = (all: ReadonlyArray<Proven>, prefixes: ReadonlyArray<string>): Proven => {
  const merged = <A>(of: (proven: Proven) => Readonly<Record<string, A>>) =>
    Object.fromEntries(all.flatMap((proven, n) => prefixed(prefixes[n] ?? "", of(proven))))
  return {
    settings: merged(({ settings }) => settings),
    counters: merged(({ counters }) => counters),
    promised: merged(({ promised }) => promised)
  }
}
