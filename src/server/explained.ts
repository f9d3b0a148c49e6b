import { Cause } from "effect"
import { HttpServerError } from "effect/http"

const hasCode = (value: unknown): value is { readonly code: string } =>
  typeof value === "object" && value !== null && "code" in value && typeof value.code === "string"

const ofServe = (cause: unknown, address: string) => {
  const code = hasCode(cause) ? cause.code : ""
  if (code === "EADDRINUSE") return `${address} is in use: stop what listens there, or set PORT to another port`
  if (code === "EACCES") return `${address} may not be used by this user: set PORT to 1024 or more`
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `${address} is no address of this machine: mend HOST`
  return `cannot listen on ${address}: ${cause instanceof Error ? cause.message : String(cause)}`
}

/** The line that says why a start or a command failed and what to do, or nothing where it is a defect of ours. */
export const explained = (cause: Cause.Cause<unknown>, address = "the address"): string | undefined => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  if (error instanceof HttpServerError.ServeError) return ofServe(error.cause, address)
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string"
    ? error.message
    : undefined
}
