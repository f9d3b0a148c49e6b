import type { Client, ClientInput, Contact } from "../contract/Client.ts"
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

/** Where telephone numbers of a client without a country are of, and those that were understood before. */
interface Phones {
  readonly home?: string
  readonly before?: Contact
}

/** An input in the form that is kept: defaults set, telephone numbers in E.164 beside what was typed. */
export const clientFieldsOf = (input: ClientInput, { before, home = "BR" }: Phones = {}): ClientFields => {
  const { address = {}, contact = {}, restrictions = {} } = input
  const country = address.country ?? ((address.state ?? null) === null ? null : "BR")
  const main = contact.mainPhone ?? null
  const understood = before === undefined
    ? []
    : [...before.mainPhone === null ? [] : [before.mainPhone], ...before.phones]
  const read = (number: string) =>
    (country === null ? understood.find((phone) => phone.number === number) : undefined) ??
      phoneOf(number, country ?? home)
  return {
    name: input.name,
    notes: input.notes ?? null,
    tags: sortedTags(input.tags ?? []),
    targets: keptTargets(input.targets ?? []),
    birthday: input.birthday ?? null,
    sex: input.sex ?? "undisclosed",
    contact: {
      mainEmail: contact.mainEmail ?? null,
      mainPhone: main === null ? null : read(main),
      emails: contact.emails ?? [],
      phones: (contact.phones ?? []).map(read)
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
