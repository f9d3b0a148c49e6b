/** What is found of a batch of things, and where the next one begins. */
export interface CheckedTotals {
  readonly count: number
  readonly differing: ReadonlyArray<string>
  readonly last: string | undefined
}
