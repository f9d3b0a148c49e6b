const iso =
  /^P(?:(\d+(?:[.,]\d+)?)Y)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/iu

/** What a time of a recipe is at most, in minutes. */
export const longest = 43_200

/** Whole minutes of an ISO 8601 duration; undefined where it is none. Years and months are no times of recipes. */
export const minutesOf = (text: string): number | undefined => {
  const trimmed = text.replace(/\s+/gu, "")
  const found = iso.exec(trimmed)
  if (found === null || !/\d/u.test(trimmed)) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1).map((part) => part === undefined ? 0 : Number(part.replace(",", ".")))
  if (years + months > 0) return undefined
  const total = Math.round(((weeks * 7 + days) * 24 + hours) * 60 + minutes + seconds / 60)
  return total <= longest ? total : undefined
}

/** ISO 8601 of so many minutes. */
export const durationOf = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return hours === 0 ? `PT${rest}M` : rest === 0 ? `PT${hours}H` : `PT${hours}H${rest}M`
}
