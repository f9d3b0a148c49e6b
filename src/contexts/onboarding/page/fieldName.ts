/** How the parts of a page are named that no field's reference can be: references have no hyphen. */
export const fieldName = {
  token: "form-token",
  trap: "home-page",
  consent: "consent-given",
  other: (ref: string) => `${ref}-other`,
  otherValue: "other-choice",
  choice: (index: number) => `choice-${index + 1}`
} as const
