import type { FormInput } from "../contract/Form.ts"
import { typeformIdOf } from "../contract/Form.ts"
import type { CheckedForm } from "../contract/FormCommands.ts"
import type { FormFields } from "./FormRepo.ts"

/** A part of an address that tells the title. */
const slugOf = (title: string, end: string) => {
  const words = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-")
  return `${words.slice(0, 50).replace(/^-|-$/g, "") || "form"}-${end}`
}

/** What is written of a form that is set up. */
export const registered = (
  input: FormInput,
  options: { readonly end: string; readonly webhookUrl: string | null; readonly checked: CheckedForm | undefined }
): FormFields => {
  const common = {
    status: "draft" as const,
    description: input.description ?? null,
    language: input.language ?? ("pt-BR" as const),
    definitionVersion: 1,
    mapping: input.mapping ?? {},
    retentionDays: input.retentionDays ?? 365
  }
  if (input.provider === "typeform") {
    return {
      ...common,
      provider: "typeform",
      title: input.title ?? (options.checked?.title.slice(0, 200).trim() || "Typeform"),
      slug: null,
      typeformId: typeformIdOf(input.typeformId),
      fields: options.checked?.fields ?? [],
      consentText: null,
      webhookUrl: options.webhookUrl,
      webhookDesired: "disabled",
      webhookSync: "pending"
    }
  }
  return {
    ...common,
    provider: "native",
    title: input.title,
    slug: input.slug ?? slugOf(input.title, options.end),
    typeformId: null,
    fields: input.fields ?? [],
    consentText: input.consentText ?? null,
    webhookUrl: null,
    webhookDesired: null,
    webhookSync: null
  }
}
