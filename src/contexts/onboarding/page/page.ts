import { escaped } from "../../../kernel/escaped.ts"
import type { Form } from "../contract/Form.ts"
import type { FormField } from "../contract/FormField.ts"
import type { IdentifierKind } from "../contract/FormResponse.ts"
import { scaleOf } from "../form/fieldRules.ts"
import type { FormRow } from "../form/FormRow.ts"
import { suggestTargets } from "../response/identify.ts"
import { fieldName } from "./fieldName.ts"
import { type PageWords, pageWords } from "./words.ts"

/** What a page shows besides the questions: what was filled in, and what is wrong with it. */
export interface Filled {
  readonly given: (name: string) => ReadonlyArray<string>
  readonly faults: ReadonlyArray<{ readonly ref: string; readonly detail: string }>
  /** What is wrong with the page as a whole. */
  readonly notice?: string
}

export const untouched: Filled = { given: () => [], faults: [] }

/** What a browser may fill in by itself (WHATWG autofill). */
const autocomplete: Readonly<Partial<Record<IdentifierKind, string>>> = {
  email: "email",
  phone: "tel",
  fullName: "name",
  firstName: "given-name",
  lastName: "family-name",
  birthday: "bday",
  gender: "sex",
  company: "organization",
  street: "street-address",
  complement: "address-line2",
  city: "address-level2",
  state: "address-level1",
  postalCode: "postal-code",
  country: "country-name"
}

const document = (language: Form["language"], title: string, body: string) =>
  `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/forms/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`

const attribute = (name: string, value: string | number | undefined) =>
  value === undefined ? "" : ` ${name}="${escaped(String(value))}"`

interface Shown {
  readonly field: FormField
  readonly words: PageWords
  readonly values: ReadonlyArray<string>
  readonly other: string
  readonly fault: string | undefined
}

const marked = ({ fault, field }: Shown) => {
  const described = [
    ...field.description === undefined ? [] : [`${field.ref}-about`],
    ...fault === undefined ? [] : [`${field.ref}-fault`]
  ]
  return attribute("aria-describedby", described.length === 0 ? undefined : described.join(" ")) +
    (fault === undefined ? "" : " aria-invalid=\"true\"")
}

const about = ({ fault, field }: Shown) =>
  (field.description === undefined
    ? ""
    : `<p class="about" id="${field.ref}-about">${escaped(field.description)}</p>\n`) +
  (fault === undefined ? "" : `<p class="fault" id="${field.ref}-fault">${escaped(fault)}</p>\n`)

const titled = ({ field, words }: Shown) =>
  escaped(field.title) + (field.required === true ? ` <span class="mark">(${words.requiredMark})</span>` : "")

const labelled = (shown: Shown, control: string) =>
  `<div class="field">
<label for="${shown.field.ref}">${titled(shown)}</label>
${about(shown)}${control}
</div>`

const inputTypes = {
  short_text: "text",
  email: "email",
  phone_number: "tel",
  number: "text",
  date: "date",
  website: "text"
} as const

const isInput = (type: FormField["type"]): type is keyof typeof inputTypes => type in inputTypes

const input = (shown: Shown, type: keyof typeof inputTypes) => {
  const { field, values } = shown
  const [hint] = suggestTargets([field])
  const fill = type === "website" ? "url" : hint === undefined ? undefined : autocomplete[hint.target as IdentifierKind]
  const isDate = type === "date"
  return `<input type="${inputTypes[type]}" id="${field.ref}" name="${field.ref}"` +
    attribute("value", values[0] ?? "") +
    attribute("inputmode", type === "number" ? "decimal" : type === "website" ? "url" : undefined) +
    attribute("autocomplete", fill) +
    attribute("maxlength", type === "short_text" ? field.maxLength ?? 255 : undefined) +
    attribute("min", isDate ? field.min : undefined) +
    attribute("max", isDate ? field.max : undefined) +
    (field.required === true ? " required" : "") + marked(shown) + ">"
}

interface Option {
  readonly value: string
  readonly label: string
}

const optionsOf = ({ choices = [] }: FormField): ReadonlyArray<Option> =>
  choices.map((label, index) => ({ value: fieldName.choice(index), label }))

/** Radio buttons or boxes under one legend. */
const group = (shown: Shown, kind: "radio" | "checkbox", options: ReadonlyArray<Option>, more = "", style = "") => {
  const { field, values } = shown
  const items = options.map(({ label, value }, index) =>
    `<label class="option"><input type="${kind}" name="${field.ref}" value="${escaped(value)}"` +
    (index === 0 ? ` id="${field.ref}"` : "") +
    (values.includes(value) ? " checked" : "") +
    (kind === "radio" && field.required === true ? " required" : "") + `> <span>${escaped(label)}</span></label>`
  )
  return `<fieldset class="field"${marked(shown)}>
<legend>${titled(shown)}</legend>
${about(shown)}<div class="options${style}">
${items.join("\n")}${more}
</div>
</fieldset>`
}

const otherOption = ({ field, other, values, words }: Shown, kind: "radio" | "checkbox") =>
  field.allowOther !== true ? "" : `
<div class="other"><label class="option"><input type="${kind}" name="${field.ref}" value="${fieldName.otherValue}"${
    values.includes(fieldName.otherValue) ? " checked" : ""
  }> <span>${words.other}</span></label>
<input type="text" name="${fieldName.other(field.ref)}" maxlength="255" aria-label="${
    escaped(`${field.title}: ${words.otherLabel}`)
  }" value="${escaped(other)}"></div>`

const control = (shown: Shown): string => {
  const { field, values, words } = shown
  const { type } = field
  if (isInput(type)) return labelled(shown, input(shown, type))
  switch (type) {
    case "long_text":
      return labelled(
        shown,
        `<textarea id="${field.ref}" name="${field.ref}" rows="5"${attribute("maxlength", field.maxLength ?? 10_000)}${
          field.required === true ? " required" : ""
        }${marked(shown)}>\n${escaped(values[0] ?? "")}</textarea>`
      )
    case "dropdown": {
      const options = optionsOf(field).map(({ label, value }) =>
        `<option value="${value}"${values.includes(value) ? " selected" : ""}>${escaped(label)}</option>`
      )
      return labelled(
        shown,
        `<select id="${field.ref}" name="${field.ref}"${field.required === true ? " required" : ""}${marked(shown)}>
<option value="">${words.pick}</option>
${options.join("\n")}
</select>`
      )
    }
    case "legal":
      return `<div class="field">
${about(shown)}<label class="option"><input type="checkbox" id="${field.ref}" name="${field.ref}" value="yes"${
        values.includes("yes") ? " checked" : ""
      }${field.required === true ? " required" : ""}${marked(shown)}> <span>${titled(shown)}</span></label>
</div>`
    case "yes_no":
      return group(shown, "radio", [{ value: "yes", label: words.yes }, { value: "no", label: words.no }], "", " row")
    case "multiple_choice": {
      const kind = field.multiple === true ? "checkbox" : "radio"
      return group(shown, kind, optionsOf(field), otherOption(shown, kind))
    }
    case "opinion_scale":
    case "rating": {
      const { first, last } = scaleOf(field)
      const steps = Array.from({ length: last - first + 1 }, (_, step) => String(first + step))
      return group(shown, "radio", steps.map((step) => ({ value: step, label: step })), "", " row")
    }
  }
}

const summary = (fields: ReadonlyArray<FormField>, { faults, notice }: Filled, words: PageWords) => {
  if (faults.length === 0 && notice === undefined) return ""
  const items = faults.map(({ detail, ref }) => {
    const title = fields.find((field) => field.ref === ref)?.title
    return `<li><a href="#${ref}">${escaped(title === undefined ? detail : `${title}: ${detail}`)}</a></li>`
  })
  return `<div class="summary" role="alert" tabindex="-1" autofocus>
<h2>${escaped(notice ?? words.faults(faults.length))}</h2>
${items.length === 0 ? "" : `<ul>\n${items.join("\n")}\n</ul>\n`}</div>`
}

const consent = ({ consentText }: FormRow, filled: Filled, words: PageWords) => {
  if (consentText === null) return ""
  const fault = filled.faults.find(({ ref }) => ref === fieldName.consent)
  return `<div class="field consent">
${
    fault === undefined
      ? ""
      : `<p class="fault" id="${fieldName.consent}-fault">${escaped(fault.detail)}</p>\n`
  }<label class="option"><input type="checkbox" id="${fieldName.consent}" name="${fieldName.consent}" value="yes" required${
    filled.given(fieldName.consent).includes("yes") ? " checked" : ""
  }${fault === undefined ? "" : ` aria-invalid="true" aria-describedby="${fieldName.consent}-fault"`}> <span>${
    escaped(consentText)
  } <span class="mark">(${words.requiredMark})</span></span></label>
</div>`
}

/** The page of a form: complete, and the same without a script. */
export const formPage = (form: FormRow, fields: ReadonlyArray<FormField>, token: string, filled: Filled): string => {
  const words = pageWords(form.language)
  const controls = fields.map((field) =>
    control({
      field,
      words,
      values: filled.given(field.ref),
      other: filled.given(fieldName.other(field.ref))[0] ?? "",
      fault: filled.faults.find(({ ref }) => ref === field.ref)?.detail
    })
  )
  const title = filled.faults.length > 0 ? `${words.faults(filled.faults.length)} – ${form.title}` : form.title
  return document(
    form.language,
    title,
    `<h1>${escaped(form.title)}</h1>
${form.description === null ? "" : `<p class="lead">${escaped(form.description)}</p>\n`}${
      summary(fields, filled, words)
    }
<form method="post" action="/forms/${form.slug ?? ""}" novalidate>
<input type="hidden" name="${fieldName.token}" value="${escaped(token)}">
<div class="trap" aria-hidden="true"><label for="${fieldName.trap}">${words.leaveEmpty}</label>
<input type="text" id="${fieldName.trap}" name="${fieldName.trap}" tabindex="-1" autocomplete="off" value=""></div>
${controls.join("\n")}
${consent(form, filled, words)}
<button type="submit">${words.send}</button>
</form>`
  )
}

const message = (language: Form["language"], heading: string, more: string, title = heading) =>
  document(language, title, `<h1>${escaped(heading)}</h1>\n<p class="lead">${escaped(more)}</p>`)

export const thanksPage = ({ language, title }: Pick<FormRow, "language" | "title">): string => {
  const { arrived, thanks } = pageWords(language)
  return message(language, thanks, arrived, `${thanks} – ${title}`)
}

/** What a browser shows where there is no form to be filled in. */
export const refusalPage = (language: Form["language"], why: "unknown" | "paused" | "tooMany"): string => {
  const words = pageWords(language)
  return message(language, words[why], words[`${why}More`])
}
