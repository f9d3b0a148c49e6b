import { Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import { problem } from "./Problem.ts"

const malformedRequest = problem("malformed_request", 400, "The request is not well formed", {
  cause: "The body is not JSON, or the address or a header cannot be read at all.",
  cure: "Send valid UTF-8 JSON, and percent-encode the address."
})

/** 400: the request is not well formed: no JSON, a broken escape, two credentials. */
export class MalformedRequest extends HttpApiError.Problem<MalformedRequest>()(
  "MalformedRequest",
  malformedRequest,
  malformedRequest.fields,
  malformedRequest.annotations
) {}

const invalidRequest = problem("invalid_request", 422, "The request is well formed but breaks the schema", {
  cause:
    "One or more values of the body, the path or the query are missing, unknown, of the wrong type or out of bounds.",
  cure: "Mend each entry of `errors`: `pointer` leads into the body, `parameter` names a part of the path or query."
})

/** 422: every schema fault of the request at once, each with its pointer or parameter. */
export class InvalidRequest extends HttpApiError.Problem<InvalidRequest>()(
  "InvalidRequest",
  invalidRequest,
  invalidRequest.fields,
  invalidRequest.annotations
) {}

const userUnknown = problem("user_unknown", 401, "The token's user is not known here", {
  cause: "The token was signed for a user that this database does not have.",
  cure: "Use a token for this server, or ask an administrator for an account."
})

/** 401: the token is right, but its user is not known here. */
export class UserUnknown
  extends HttpApiError.Problem<UserUnknown>()("UserUnknown", userUnknown, userUnknown.fields, userUnknown.annotations)
{}

const userDisabled = problem("user_disabled", 401, "The user is disabled", {
  cause: "An administrator has disabled this user. All credentials of the user are dead meanwhile.",
  cure: "Ask an administrator to enable the user again."
})

/** 401: the token is right, but its user was disabled. */
export class UserDisabled extends HttpApiError.Problem<UserDisabled>()(
  "UserDisabled",
  userDisabled,
  userDisabled.fields,
  userDisabled.annotations
) {}

const permissionMissing = problem("permission_missing", 403, "A permission is missing", {
  cause: "The credential is valid, but none of its roles grants the permission that the problem names.",
  cure: "Ask an administrator for a role with that permission."
})

/** 403: the caller's rights lack `permission` of `context`. */
export class PermissionMissing
  extends HttpApiError.Problem<PermissionMissing>()("PermissionMissing", permissionMissing, {
    ...permissionMissing.fields,
    context: Schema.String,
    permission: Schema.String
  }, permissionMissing.annotations)
{}

const routeUnknown = problem("route_unknown", 404, "There is nothing at this address", {
  cause: "No endpoint has this path. Paths have no trailing slash, and all but a few begin with /v1.",
  cure: "Compare the path with /docs."
})

/** 404: no such address. */
export class RouteUnknown extends HttpApiError.Problem<RouteUnknown>()(
  "RouteUnknown",
  routeUnknown,
  routeUnknown.fields,
  routeUnknown.annotations
) {}

const methodNotAllowed = problem("method_not_allowed", 405, "This address does not take that method", {
  cause: "The path exists, but not with this method.",
  cure: "Use one of the methods of the `Allow` header."
})

/** 405: the address exists, the method does not; `Allow` lists those that do. */
export class MethodNotAllowed extends HttpApiError.Problem<MethodNotAllowed>()(
  "MethodNotAllowed",
  methodNotAllowed,
  methodNotAllowed.fields,
  methodNotAllowed.annotations
) {}

const notAcceptable = problem("not_acceptable", 406, "The answer cannot be given in an accepted media type", {
  cause: "The `Accept` header excludes the media type of this endpoint and application/problem+json as well.",
  cure: "Accept application/json, or leave the header out."
})

/** 406: `Accept` excludes both the answer's media type and problem+json. */
export class NotAcceptable extends HttpApiError.Problem<NotAcceptable>()(
  "NotAcceptable",
  notAcceptable,
  notAcceptable.fields,
  notAcceptable.annotations
) {}

const payloadTooLarge = problem("payload_too_large", 413, "The body is too large", {
  cause: "The body is larger than this endpoint takes (1 MiB unless the documentation says otherwise).",
  cure: "Send less at once."
})

/** 413: the body passes the endpoint's limit. */
export class PayloadTooLarge extends HttpApiError.Problem<PayloadTooLarge>()(
  "PayloadTooLarge",
  payloadTooLarge,
  payloadTooLarge.fields,
  payloadTooLarge.annotations
) {}

const unsupportedMediaType = problem("unsupported_media_type", 415, "The body's media type is not supported", {
  cause: "The `Content-Type` is not one that this endpoint reads.",
  cure: "Send application/json."
})

/** 415: a media type that the endpoint does not read. */
export class UnsupportedMediaType extends HttpApiError.Problem<UnsupportedMediaType>()(
  "UnsupportedMediaType",
  unsupportedMediaType,
  unsupportedMediaType.fields,
  unsupportedMediaType.annotations
) {}

const databaseUnavailable = problem("database_unavailable", 503, "The database is unavailable for the moment", {
  cause: "The database cannot be reached, is restarting, or had no connection or lock to give in time.",
  cure: "Send the request again after the seconds of `Retry-After`."
})

/** 503: the database is away, or has no connection or lock to give in time. Nothing was changed. */
export class DatabaseUnavailable extends HttpApiError.Problem<DatabaseUnavailable>()(
  "DatabaseUnavailable",
  databaseUnavailable,
  databaseUnavailable.fields,
  databaseUnavailable.annotations
) {}

const overloaded = problem("overloaded", 503, "The server has more to do than it can", {
  cause: "More requests are under way than this server takes at once.",
  cure: "Send the request again after the seconds of `Retry-After`, and fewer at once."
})

/** 503: more requests are under way than are admitted. Nothing was done. */
export class Overloaded extends HttpApiError.Problem<Overloaded>()(
  "Overloaded",
  overloaded,
  overloaded.fields,
  overloaded.annotations
) {}

const rateLimited = problem("rate_limited", 429, "Too many requests", {
  cause: "This user, or this address where nobody is signed in, has sent more requests than it may in a minute.",
  cure: "Wait for the seconds of `Retry-After`. `RateLimit` tells with each answer how many requests are left."
})

/** 429: the caller's budget of requests is used up. */
export class RateLimited extends HttpApiError.Problem<RateLimited>()(
  "RateLimited",
  rateLimited,
  rateLimited.fields,
  rateLimited.annotations
) {}

const commandTimedOut = problem("command_timed_out", 504, "The command took too long and was rolled back", {
  cause: "The command ran past the time limit of this server. Nothing of it was kept.",
  cure: "Send less at once, or try again when the server is less busy."
})

/** 504: a command ran past `COMMAND_TIMEOUT`; it was rolled back whole. */
export class CommandTimedOut extends HttpApiError.Problem<CommandTimedOut>()(
  "CommandTimedOut",
  commandTimedOut,
  commandTimedOut.fields,
  commandTimedOut.annotations
) {}

const queryTimedOut = problem("query_timed_out", 504, "The query took too long", {
  cause: "The query ran past the statement limit of this server.",
  cure: "Narrow the filters, or sort by a field that is indexed (createdAt, updatedAt, name)."
})

/** 504: a query ran past its statement limit. */
export class QueryTimedOut extends HttpApiError.Problem<QueryTimedOut>()(
  "QueryTimedOut",
  queryTimedOut,
  queryTimedOut.fields,
  queryTimedOut.annotations
) {}

const internalError = problem("internal_error", 500, "Something went wrong on our side", {
  cause: "A defect of the server. It is in the server's log with the problem's `correlationId`.",
  cure: "Report it with the `correlationId`."
})

/** 500: a defect of ours; the cause stands in the log only, under the same correlation id. */
export class InternalError extends HttpApiError.Problem<InternalError>()(
  "InternalError",
  internalError,
  internalError.fields,
  internalError.annotations
) {}

const cursorMismatch = problem("cursor_mismatch", 422, "The cursor belongs to another list", {
  cause: "A cursor reads on in the list that gave it: with another sort or other filters it has no meaning.",
  cure: "Send the same sort and filters as in the request that answered the cursor, or start again without it."
})

/** 422: `cursor` belongs to another sort or filter. */
export class CursorMismatch extends HttpApiError.Problem<CursorMismatch>()(
  "CursorMismatch",
  cursorMismatch,
  cursorMismatch.fields,
  cursorMismatch.annotations
) {}

const pageTooDeep = problem("page_too_deep", 422, "The page lies too deep", {
  cause: "Pages can be counted up to row 10,000; beyond it each page would cost more than the one before.",
  cure: "Read on with `cursor=<pagination.nextCursor>` of the page before: its cost stays the same at any depth."
})

/** 422: `page` x `limit` passes 10,000. */
export class PageTooDeep
  extends HttpApiError.Problem<PageTooDeep>()("PageTooDeep", pageTooDeep, pageTooDeep.fields, pageTooDeep.annotations)
{}
