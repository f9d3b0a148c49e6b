import { Context, type Effect, type Schema } from "effect"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ResponseId } from "../../onboarding/contract/FormResponse.ts"
import type { ClientId } from "./Client.ts"

/** Who is looked for, and whose clients; `null`: everybody's. */
export interface PersonSought {
  readonly ownerId: UserId | null
  /** In lower case. */
  readonly emails: ReadonlyArray<string>
  /** Digits alone. */
  readonly phones: ReadonlyArray<string>
  readonly responseIds: ReadonlyArray<ResponseId>
  readonly clientIds: ReadonlyArray<ClientId>
}

/** What other contexts may ask about the clients that a person is. */
export class PersonRecords extends Context.Service<PersonRecords, {
  find(person: PersonSought): Effect.Effect<{
    readonly clients: ReadonlyArray<Schema.JsonObject>
    readonly suggestions: ReadonlyArray<Schema.JsonObject>
  }>
}>()("cardapio/contexts/recipes/contract/PersonRecords") {}
