import { Context, Schema } from "effect"
import { Uuid } from "./Values.ts"

export const contexts = ["products", "recipes", "onboarding", "iam"] as const
export type ContextName = (typeof contexts)[number]

export const UserId = Uuid.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

/**
 * What executing a command takes: a permission of its context, or less, or besides it that no API key is sent; `null` where only
 * the system executes it.
 */
export type Policy = string | null | {
  /** `null` where anyone who is signed in may. */
  readonly permission: string | null
  readonly apiKeys: boolean
}

/** Anyone who is signed in. */
export const signedIn = { permission: null, apiKeys: true } as const

/** With a token alone: an API key may not, whatever its owner may. */
export const inPerson = <const P extends string | null>(permission: P) => ({ permission, apiKeys: false }) as const

export const SessionId = Uuid.pipe(Schema.brand("SessionId"))
export type SessionId = typeof SessionId.Type

export const ApiKeyId = Uuid.pipe(Schema.brand("ApiKeyId"))
export type ApiKeyId = typeof ApiKeyId.Type

/** By what a credential speaks for its user, which must be in force at the moment of each request. */
export type Proof =
  /** Whoever runs our programs with the settings of the database. */
  | { readonly _tag: "Operator" }
  | { readonly _tag: "Session"; readonly id: SessionId }
  | { readonly _tag: "ApiKey"; readonly id: ApiKeyId }
  /** The subject of another issuer that is linked to the user. */
  | { readonly _tag: "Identity"; readonly issuer: string; readonly subject: string }

/** Who is asking, as a verified credential says it. */
export interface Credential {
  readonly userId: UserId
  readonly proof: Proof
}

export class CurrentCredential extends Context.Service<CurrentCredential, Credential>()(
  "cardapio/kernel/contract/CurrentCredential"
) {}
