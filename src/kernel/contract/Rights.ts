import { Context, Schema } from "effect"
import { Uuid } from "./Values.ts"

export const contexts = ["products", "recipes", "onboarding", "iam"] as const
export type ContextName = (typeof contexts)[number]

export const UserId = Uuid.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

/** Who is asking, as far as it is known without the database: the subject of a verified credential. */
export interface Credential {
  readonly userId: UserId
}

export class CurrentCredential extends Context.Service<CurrentCredential, Credential>()(
  "cardapio/kernel/contract/CurrentCredential"
) {}
