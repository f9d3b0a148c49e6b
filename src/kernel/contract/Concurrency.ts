import { Schema } from "effect"
import { declared, declaredWith, problem } from "./Problem.ts"

/** 412: `If-Match` names another version than `currentVersion`. */
export class VersionMismatch extends declaredWith<VersionMismatch>()(
  "VersionMismatch",
  problem("version_mismatch", 412, "It has another version", {
    cause: "If-Match named a version that is not the present one: somebody has changed it since it was read.",
    cure: "Read it again, decide whether the change still makes sense, and send it with the new ETag."
  }),
  { currentVersion: Schema.Int }
) {}

/** 409: another change came between reading and writing. */
export class VersionConflict extends declared<VersionConflict>()(
  "VersionConflict",
  problem("version_conflict", 409, "It was changed at the same moment", {
    cause: "Two changes met, and the other one was first. Nothing of this one was kept.",
    cure: "Read it again and send the change once more."
  })
) {}

/** 422: the key was used for another request. */
export class IdempotencyKeyReused extends declared<IdempotencyKeyReused>()(
  "IdempotencyKeyReused",
  problem("idempotency_key_reused", 422, "The idempotency key belongs to another request", {
    cause: "A request with this Idempotency-Key was answered within the last 24 hours, and it was not this one.",
    cure: "Make a new key for each thing to be done, and send the same key only with the same request."
  })
) {}

/** 409: the first request with this key has not ended yet. */
export class IdempotencyInProgress extends declared<IdempotencyInProgress>()(
  "IdempotencyInProgress",
  problem("idempotency_in_progress", 409, "The same request is still under way", {
    cause: "A request with this Idempotency-Key is being worked on, and took longer than this one could wait.",
    cure: "Send the request again after the seconds of `Retry-After`: it will get the first one's answer."
  })
) {}

/** The version that a change is meant for, as the ETag of the answer that was read: `"3"`. `*` is any. */
const IfMatch = Schema.String.check(
  Schema.isPattern(/^(?:\*|(?:W\/)?"[^"]{0,100}")$/, { message: "must be an ETag such as \"3\", or *" })
)

/** `If-Match` on what changes a versioned thing. */
export const conditional = { "if-match": Schema.optionalKey(IfMatch) }

/** Whether a version is the one that `If-Match` asks for. Weak tags never match (RFC 9110 13.1.1). */
export const matches = (ifMatch: string | undefined, version: number): boolean =>
  ifMatch === undefined || ifMatch === "*" || ifMatch === `"${version}"`

export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/

/** `Idempotency-Key` on every POST that is a command: the same key and request within 24 h get the first answer again. */
export const idempotent = {
  "idempotency-key": Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(idempotencyKeyPattern, { message: "must be 1 to 255 visible ASCII characters" })
    )
  )
}
