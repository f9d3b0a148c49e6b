import { describe, expect, it } from "@effect/vitest"
import { isGtin, toGtin14 } from "../../../src/contexts/products/contract/Gtin.ts"

const right = ["96385074", "036000291452", "4006381333931", "7891000100103", "3017620422003", "10012345678902"]

describe("GTIN", () => {
  it.each(right)("%s has the right check digit", (code) => {
    expect(isGtin(code)).toBe(true)
    expect(isGtin(toGtin14(code))).toBe(true)
  })

  it.each(right)("%s is refused with any other last digit", (code) => {
    const last = Number(code.slice(-1))
    for (let digit = 0; digit < 10; digit++) expect(isGtin(code.slice(0, -1) + digit)).toBe(digit === last)
  })

  it.each([
    "",
    "0",
    "1234567",
    "123456789",
    "12345678901",
    "400638133393",
    "4006381333931 ",
    "40063813E3931",
    "٩٦٣٨٥٠٧٤"
  ])(
    "%o is no GTIN",
    (code) => expect(isGtin(code)).toBe(false)
  )

  it("is compared zero-padded to 14 digits", () => {
    expect(toGtin14("96385074")).toBe("00000096385074")
    expect(toGtin14("036000291452")).toBe(toGtin14("0036000291452"))
    expect(toGtin14("10012345678902")).toBe("10012345678902")
  })
})
