import type * as Phones from "libphonenumber-js/max"
import { createRequire } from "node:module"

const require = createRequire(import.meta.url)
let loaded: typeof Phones | undefined

/** 20 MB of numbering plans, which only those need who write clients or read answers. */
const plans = () => {
  const found: typeof Phones = loaded ?? require("libphonenumber-js/max")
  loaded = found
  return found
}

/** E.164 of a telephone number as it was typed, where it is one of its country's numbers (Google's metadata); Brazil's by default. */
export const e164Of = (number: string, country: string | null): string | null => {
  const { isSupportedCountry, parsePhoneNumberFromString } = plans()
  const home = country !== null && isSupportedCountry(country) ? country : "BR"
  const parsed = parsePhoneNumberFromString(number, home)
  return parsed?.isValid() === true ? parsed.number : null
}
