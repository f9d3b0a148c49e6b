import type { FormField } from "../contract/FormField.ts"
import { fieldName } from "./fieldName.ts"
import type { Given } from "./readSubmission.ts"

/** What a browser sends, by the names of the controls. */
export const filledIn = (sent: URLSearchParams) => {
  const values = (name: string): ReadonlyArray<string> => sent.getAll(name).slice(0, 200)
  return {
    values,
    token: values(fieldName.token)[0] ?? "",
    isConsenting: values(fieldName.consent).includes("yes"),
    isTrapped: values(fieldName.trap).some((value) => value !== "")
  }
}

/** The choice that a value of a control stands for: `choice-2` is the second one. */
const chosen = ({ choices = [], ref }: FormField, values: (name: string) => ReadonlyArray<string>) => {
  const picked = values(ref).flatMap((value) => {
    if (value === fieldName.otherValue) return []
    const label = choices.find((_, index) => value === fieldName.choice(index))
    return label === undefined ? value === "" ? [] : ["\u0000"] : [label]
  })
  const other = values(fieldName.other(ref))[0]?.trim() ?? ""
  const wantsOther = values(ref).includes(fieldName.otherValue) || (other !== "" && picked.length === 0)
  return wantsOther ? [...picked, other === "" ? "\u0000" : other] : picked
}

/** The answer of each field, as a program would give it. */
export const valueOf = (
  fields: ReadonlyArray<FormField>,
  values: (name: string) => ReadonlyArray<string>
): (ref: string) => Given => {
  const byRef = new Map(fields.map((field) => [field.ref, field]))
  return (ref) => {
    const field = byRef.get(ref)
    if (field === undefined) return undefined
    return field.type === "multiple_choice" || field.type === "dropdown" ? chosen(field, values) : values(ref)[0]
  }
}
