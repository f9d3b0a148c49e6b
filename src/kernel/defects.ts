import { type ByteSize, Cause } from "effect"
import { HttpServerError } from "effect/http"
import { SqlError } from "effect/sql"
import { largestBody } from "./contract/BodyLimit.ts"
import {
  DatabaseUnavailable,
  InternalError,
  MalformedRequest,
  PayloadTooLarge,
  QueryTimedOut
} from "./contract/Problems.ts"

/**
 * SQLSTATEs of a server that is going, coming, or has nothing to give, or of tables that no migration has made yet: the request
 * may simply be sent again.
 */
const passing = /^(?:08|53|55000|57P0|25P0|3D000|42P01)/

const sqlStateOf = (error: SqlError.SqlError): string => {
  const { cause } = error.reason
  return typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : ""
}

const ofSqlError = (error: SqlError.SqlError) => {
  switch (error.reason._tag) {
    case "ConnectionError":
    case "AuthenticationError":
    case "LockTimeoutError":
    case "DeadlockError":
    case "SerializationError":
      return new DatabaseUnavailable({})
    case "StatementTimeoutError":
      return new QueryTimedOut({})
    default:
      return error.reason.operation === "connect" || passing.test(sqlStateOf(error))
        ? new DatabaseUnavailable({})
        : undefined
  }
}

/**
 * The problem that a defect is to the caller, whose body may be so large. `InternalError` alone is ours to mend: its cause belongs
 * into the log.
 */
export const problemOfDefect = (defect: unknown, bodyLimit?: ByteSize.ByteSize) => {
  if (SqlError.isSqlError(defect)) return ofSqlError(defect) ?? new InternalError({})
  if (HttpServerError.isHttpServerError(defect) && defect.reason._tag === "RequestParseError") {
    return defect.reason.reason === "BodyTooLarge"
      ? new PayloadTooLarge(bodyLimit === undefined ? {} : { detail: `The body may have ${largestBody(bodyLimit)}.` })
      : new MalformedRequest({ detail: "The body cannot be read." })
  }
  return new InternalError({})
}

/**
 * The problem that a failed request is. Where the rollback fails too, all that failed before it has become a defect: that the
 * database is away then tells more than what was under way.
 */
export const problemOfCause = (cause: Cause.Cause<unknown>, bodyLimit?: ByteSize.ByteSize) => {
  const problems = cause.reasons.flatMap((reason) =>
    Cause.isFailReason(reason)
      ? [problemOfDefect(reason.error, bodyLimit)]
      : Cause.isDieReason(reason)
      ? [problemOfDefect(reason.defect, bodyLimit)]
      : []
  )
  return problems.find((problem) => !(problem instanceof InternalError)) ?? new InternalError({})
}
