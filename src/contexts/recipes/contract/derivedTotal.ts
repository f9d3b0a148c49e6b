/** What is stated, else preparation and cooking where both are known. */
export const derivedTotal = (total: number | null, prep: number | null, cook: number | null): number | null =>
  total ?? (prep === null || cook === null ? null : prep + cook)
