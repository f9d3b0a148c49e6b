import type * as Phones from "libphonenumber-js/max"
import { createRequire } from "node:module"
import type { Contact } from "../contract/Client.ts"

const require = createRequire(import.meta.url)
let loaded: typeof Phones | undefined

/** 20 MB of numbering plans, which only those who write clients need. */
const plans = () => {
  const found: typeof Phones = loaded ?? require("libphonenumber-js/max")
  loaded = found
  return found
}

/** A telephone number as it was typed, with E.164 where it is one of its country's numbers (Google's metadata). */
export const phoneOf = (number: string, country: string | null): Contact["phones"][number] => {
  const { isSupportedCountry, parsePhoneNumberFromString } = plans()
  const home = country !== null && isSupportedCountry(country) ? country : "BR"
  const parsed = parsePhoneNumberFromString(number, home)
  return { number, e164: parsed?.isValid() === true ? parsed.number : null }
}
