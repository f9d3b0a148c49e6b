import { Cause } from "effect"
import { HttpServerError } from "effect/http"
import { InternalError } from "../kernel/contract/Problems.ts"
import { problemOfDefect } from "../kernel/defects.ts"

const member = (value: unknown, name: string): string => {
  const found = typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : ""
  return typeof found === "string" || typeof found === "number" ? String(found) : ""
}

const ofServe = (cause: unknown) => {
  const host = member(cause, "address") || member(cause, "hostname") || "the address"
  const address = `${host}${member(cause, "port") && `:${member(cause, "port")}`}`
  switch (member(cause, "code")) {
    case "EADDRINUSE":
      return `${address} is in use: stop what listens there, or set PORT to another port`
    case "EACCES":
      return `${address} may not be used by this user: set PORT to 1024 or more`
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `HOST=${host} is no address of this machine. Example: HOST=127.0.0.1`
    default:
      return `cannot listen on ${address}: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

/** The line that says why a start or a command failed and what to do, or nothing where it is a defect of ours. */
export const explained = (cause: Cause.Cause<unknown>): string | undefined => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  if (error instanceof HttpServerError.ServeError) return ofServe(error.cause)
  const defect = cause.reasons.find(Cause.isDieReason)?.defect
  const problem = defect === undefined ? undefined : problemOfDefect(defect)
  if (problem !== undefined && !(problem instanceof InternalError)) {
    return `${problem.title}: try again when it is back`
  }
  // Which words of a command line are wrong is told by the detail alone.
  const title = member(error, "code") === "invalid_request" ? "" : member(error, "title")
  const told = [title, member(error, "detail")].filter((text) => text !== "").join(": ")
  const message = told || (error instanceof Error ? error.message : member(error, "message"))
  return message === "" ? undefined : message
}
