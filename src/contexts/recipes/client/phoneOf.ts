import { e164Of } from "../../../kernel/phoneNumber.ts"
import type { Contact } from "../contract/Client.ts"

/** A telephone number as it was typed, with E.164 where it is one of its country's numbers. */
export const phoneOf = (number: string, country: string | null): Contact["phones"][number] => ({
  number,
  e164: e164Of(number, country)
})
