import type { Client, ClientInput } from "../contract/Client.ts"
import { keptTargets } from "../nutrition/keptTargets.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import { phoneOf } from "./phoneOf.ts"

/** What is kept of a client. */
export type ClientFields = Pick<
  Client,
  "name" | "notes" | "tags" | "targets" | "birthday" | "sex" | "contact" | "address" | "restrictions"
>

export const clientFieldNames = [
  "name",
  "notes",
  "tags",
  "targets",
  "birthday",
  "sex",
  "contact",
  "address",
  "restrictions"
] as const satisfies ReadonlyArray<keyof ClientFields>

/** An input in the form that is kept: defaults set, telephone numbers in E.164 beside what was typed. */
export const clientFieldsOf = (input: ClientInput): ClientFields => {
  const { address = {}, contact = {}, restrictions = {} } = input
  const country = address.country ?? ((address.state ?? null) === null ? null : "BR")
  const main = contact.mainPhone ?? null
  return {
    name: input.name,
    notes: input.notes ?? null,
    tags: sortedTags(input.tags ?? []),
    targets: keptTargets(input.targets ?? []),
    birthday: input.birthday ?? null,
    sex: input.sex ?? "undisclosed",
    contact: {
      mainEmail: contact.mainEmail ?? null,
      mainPhone: main === null ? null : phoneOf(main, country),
      emails: contact.emails ?? [],
      phones: (contact.phones ?? []).map((phone) => phoneOf(phone, country))
    },
    address: {
      street: address.street ?? null,
      number: address.number ?? null,
      complement: address.complement ?? null,
      district: address.district ?? null,
      city: address.city ?? null,
      postalCode: address.postalCode ?? null,
      state: address.state ?? null,
      region: address.region ?? null,
      country,
      note: address.note ?? null
    },
    restrictions: {
      allergens: restrictions.allergens ?? [],
      dislikedProductIds: restrictions.dislikedProductIds ?? [],
      dislikedTags: sortedTags(restrictions.dislikedTags ?? []),
      diets: restrictions.diets ?? [],
      note: restrictions.note ?? null
    }
  }
}
