import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max"
import type { Contact } from "../contract/Client.ts"

/** A telephone number as it was typed, with E.164 where it is one of its country's numbers (Google's metadata). */
export const phoneOf = (number: string, country: string | null): Contact["phones"][number] => {
  const home = country !== null && isSupportedCountry(country) ? country : "BR"
  const parsed = parsePhoneNumberFromString(number, home)
  return { number, e164: parsed?.isValid() === true ? parsed.number : null }
}
