import { Schema } from "effect"
import { declared, declaredWith, problem } from "./Problem.ts"

/** 400: the request is not well formed: no JSON, a broken escape, two credentials. */
export class MalformedRequest extends declared<MalformedRequest>()(
  "MalformedRequest",
  problem("malformed_request", 400, "The request is not well formed", {
    cause: "The body is not JSON, or the address or a header cannot be read at all.",
    cure: "Send valid UTF-8 JSON, and percent-encode the address."
  })
) {}

/** 422: every schema fault of the request at once, each with its pointer or parameter. */
export class InvalidRequest extends declared<InvalidRequest>()(
  "InvalidRequest",
  problem("invalid_request", 422, "The request is well formed but breaks the schema", {
    cause:
      "One or more values of the body, the path or the query are missing, unknown, of the wrong type or out of bounds.",
    cure: "Mend each entry of `errors`: `pointer` leads into the body, `parameter` names a part of the path or query."
  })
) {}

/** 401: the token is not one of ours, has expired, was revoked or tampered with; which of these stands in the log only. */
export class TokenInvalid extends declared<TokenInvalid>()(
  "TokenInvalid",
  problem("token_invalid", 401, "The token is not valid", {
    cause: "The token has expired, its login was ended, it was signed by somebody else, or changed on the way.",
    cure: "Log in again, or get a new token with POST /v1/auth/refresh. Access tokens live for 15 minutes."
  })
) {}

/** 401: no such API key, or one that has expired or was revoked. */
export class ApiKeyInvalid extends declared<ApiKeyInvalid>()(
  "ApiKeyInvalid",
  problem("api_key_invalid", 401, "The API key is not valid", {
    cause: "There is no such API key, or it has expired or was revoked.",
    cure: "Make a new one with POST /v1/api-keys, and send it whole: `cdp_`, 12 characters, `_`, 43 characters."
  })
) {}

/** 403: an API key may not do this, whatever its owner may. */
export class NotForApiKeys extends declared<NotForApiKeys>()(
  "NotForApiKeys",
  problem("not_for_api_keys", 403, "API keys may not do this", {
    cause: "API keys neither make other keys nor change logins, passwords or roles.",
    cure: "Log in, and send the access token of the login."
  })
) {}

/** 401: the token is right, but its user is not known here. */
export class UserUnknown extends declared<UserUnknown>()(
  "UserUnknown",
  problem("user_unknown", 401, "The token's user is not known here", {
    cause: "The token was signed for a user that this database does not have.",
    cure: "Use a token for this server, or ask an administrator for an account."
  })
) {}

/** 401: the token is right, but its user was disabled. */
export class UserDisabled extends declared<UserDisabled>()(
  "UserDisabled",
  problem("user_disabled", 401, "The user is disabled", {
    cause: "An administrator has disabled this user. All credentials of the user are dead meanwhile.",
    cure: "Ask an administrator to enable the user again."
  })
) {}

/** 403: the caller's rights lack `permission` of `context`. */
export class PermissionMissing extends declaredWith<PermissionMissing>()(
  "PermissionMissing",
  problem("permission_missing", 403, "A permission is missing", {
    cause: "The credential is valid, but none of its roles grants the permission that the problem names.",
    cure: "Ask an administrator for a role with that permission."
  }),
  { context: Schema.String, permission: Schema.String }
) {}

/** 404: no such address. */
export class RouteUnknown extends declared<RouteUnknown>()(
  "RouteUnknown",
  problem("route_unknown", 404, "There is nothing at this address", {
    cause: "No endpoint has this path. Paths have no trailing slash, and all but a few begin with /v1.",
    cure: "Compare the path with /docs."
  })
) {}

/** 405: the address exists, the method does not; `Allow` lists those that do. */
export class MethodNotAllowed extends declared<MethodNotAllowed>()(
  "MethodNotAllowed",
  problem("method_not_allowed", 405, "This address does not take that method", {
    cause: "The path exists, but not with this method.",
    cure: "Use one of the methods of the `Allow` header."
  })
) {}

/** 406: `Accept` excludes both the answer's media type and problem+json. */
export class NotAcceptable extends declared<NotAcceptable>()(
  "NotAcceptable",
  problem("not_acceptable", 406, "The answer cannot be given in an accepted media type", {
    cause: "The `Accept` header excludes the media type of this endpoint and application/problem+json as well.",
    cure: "Accept application/json, or leave the header out."
  })
) {}

/** 413: the body passes the endpoint's limit. */
export class PayloadTooLarge extends declared<PayloadTooLarge>()(
  "PayloadTooLarge",
  problem("payload_too_large", 413, "The body is too large", {
    cause: "The body is larger than this endpoint takes (1 MiB unless the documentation says otherwise).",
    cure: "Send less at once."
  })
) {}

/** 415: a media type that the endpoint does not read. */
export class UnsupportedMediaType extends declared<UnsupportedMediaType>()(
  "UnsupportedMediaType",
  problem("unsupported_media_type", 415, "The body's media type is not supported", {
    cause: "The `Content-Type` is not one that this endpoint reads.",
    cure: "Send application/json."
  })
) {}

/** 503: the database is away, or has no connection or lock to give in time. Nothing was changed. */
export class DatabaseUnavailable extends declared<DatabaseUnavailable>()(
  "DatabaseUnavailable",
  problem("database_unavailable", 503, "The database is unavailable for the moment", {
    cause: "The database cannot be reached, is restarting, or had no connection or lock to give in time.",
    cure: "Send the request again after the seconds of `Retry-After`."
  })
) {}

/** 503: more requests are under way than are admitted. Nothing was done. */
export class Overloaded extends declared<Overloaded>()(
  "Overloaded",
  problem("overloaded", 503, "The server has more to do than it can", {
    cause: "More requests are under way than this server takes at once.",
    cure: "Send the request again after the seconds of `Retry-After`, and fewer at once."
  })
) {}

/** 429: the caller's budget of requests is used up. */
export class RateLimited extends declared<RateLimited>()(
  "RateLimited",
  problem("rate_limited", 429, "Too many requests", {
    cause: "This user, or this address where nobody is signed in, has sent more requests than it may in a minute.",
    cure: "Wait for the seconds of `Retry-After`. `RateLimit` tells with each answer how many requests are left."
  })
) {}

/** 504: a command ran past `COMMAND_TIMEOUT`; it was rolled back whole. */
export class CommandTimedOut extends declared<CommandTimedOut>()(
  "CommandTimedOut",
  problem("command_timed_out", 504, "The command took too long and was rolled back", {
    cause: "The command ran past the time limit of this server. Nothing of it was kept.",
    cure: "Send less at once, or try again when the server is less busy."
  })
) {}

/** 504: a query ran past its statement limit. */
export class QueryTimedOut extends declared<QueryTimedOut>()(
  "QueryTimedOut",
  problem("query_timed_out", 504, "The query took too long", {
    cause: "The query ran past the statement limit of this server.",
    cure: "Narrow the filters, or sort by a field that is indexed (createdAt, updatedAt, name)."
  })
) {}

/** 500: a defect of ours; the cause stands in the log only, under the same correlation id. */
export class InternalError extends declared<InternalError>()(
  "InternalError",
  problem("internal_error", 500, "Something went wrong on our side", {
    cause: "A defect of the server. It is in the server's log with the problem's `correlationId`.",
    cure: "Report it with the `correlationId`."
  })
) {}

/** 422: `cursor` belongs to another sort or filter. */
export class CursorMismatch extends declared<CursorMismatch>()(
  "CursorMismatch",
  problem("cursor_mismatch", 422, "The cursor belongs to another list", {
    cause: "A cursor reads on in the list that gave it: with another sort or other filters it has no meaning.",
    cure: "Send the same sort and filters as in the request that answered the cursor, or start again without it."
  })
) {}

/** 422: `page` x `limit` passes 10,000. */
export class PageTooDeep extends declared<PageTooDeep>()(
  "PageTooDeep",
  problem("page_too_deep", 422, "The page lies too deep", {
    cause: "Pages can be counted up to row 10,000; beyond it each page would cost more than the one before.",
    cure: "Read on with `cursor=<pagination.nextCursor>` of the page before: its cost stays the same at any depth."
  })
) {}
