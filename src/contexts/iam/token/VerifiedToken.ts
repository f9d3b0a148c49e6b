import type { Effect } from "effect"
import type { SessionId, UserId } from "../../../kernel/contract/Rights.ts"
import type { IssuerUnavailable } from "../contract/Authorization.ts"

/** Whom a token speaks for. Whether the login, the identity and the user are in force, the database says. */
export type VerifiedToken =
  | { readonly _tag: "local"; readonly userId: UserId; readonly sid: SessionId }
  | {
    readonly _tag: "external"
    readonly issuer: string
    readonly subject: string
    /** `null` where the issuer tells none, or says that it was not verified. */
    readonly email: string | null
    readonly name: string | null
    /** What becomes of a subject that is seen for the first time. */
    readonly provision: "refuse" | "user"
  }

/** A token found good: it stays so until it expires, while the key that signed it is in force. */
export interface Verified {
  readonly token: VerifiedToken
  readonly expiresAtMillis: number
  readonly inForce: Effect.Effect<boolean, IssuerUnavailable>
}
