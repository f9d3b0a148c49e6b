const gtin = /^(?:[0-9]{8}|[0-9]{12,14})$/

/** Whether the text has as many digits as a GTIN, and nothing else. */
export const isGtinLength = (text: string): boolean => gtin.test(text)

/** The number as GTIN-14, the form in which numbers of 8, 12, 13 and 14 digits are the same item. */
export const toGtin14 = (text: string): string => text.padStart(14, "0")

/** Whether the text is a GTIN-8, -12, -13 or -14 with the right check digit (GS1 General Specifications 7.9.1). */
export const isGtin = (text: string): boolean => {
  if (!gtin.test(text)) return false
  const digits = toGtin14(text)
  let sum = 0
  for (let index = 0; index < digits.length; index++) sum += Number(digits[index]) * (index % 2 === 0 ? 3 : 1)
  return sum % 10 === 0
}

/** Whether it is a GTIN-13 that a shop gives to its own goods (prefix 02, 04, 20 to 29): elsewhere it is another thing. */
export const isInStore = (gtin: string): boolean => /^0(?:02|04|2)/.test(toGtin14(gtin))
