const numbers = /(\d{1,4})(?:[.,](\d{1,2}))?(?:\s+(\d)\/(\d))?|(\d)\/(\d)/u

/** The first number of a yield such as `Serves 4-6` or `6 PORSJONER`, greater than 0 and at most 1,000. */
export const servingsIn = (text: string): number | undefined => {
  const found = numbers.exec(text)
  if (found === null) return undefined
  const [, whole, decimals, over, under, alone, of] = found
  const value = whole === undefined
    ? Number(alone) / Number(of)
    : Number(`${whole}.${decimals ?? 0}`) + (over === undefined ? 0 : Number(over) / Number(under))
  return Number.isFinite(value) && value > 0 && value <= 1000 ? value : undefined
}
