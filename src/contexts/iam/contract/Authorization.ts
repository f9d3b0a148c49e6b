import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import {
  ApiKeyInvalid,
  RateLimited,
  TokenInvalid,
  UserDisabled,
  UserUnknown
} from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"

/** 401: no credential was sent. */
export class CredentialMissing extends declared<CredentialMissing>()(
  "CredentialMissing",
  problem("credential_missing", 401, "A credential is needed", {
    cause: "The request has neither an `Authorization: Bearer …` nor an `X-Api-Key` header.",
    cure: "Log in with POST /v1/auth/login, or get a token with `npm run -s cli -- iam token --email …`."
  })
) {}

/** 503: the issuer of the token is away, and its keys are not known here, or have not been read for a day. */
export class IssuerUnavailable extends declared<IssuerUnavailable>()(
  "IssuerUnavailable",
  problem("issuer_unavailable", 503, "The issuer of the token is unavailable", {
    cause: "The keys that verify the token could not be read from its issuer, and none were read within the last day.",
    cure: "Send the request again after the seconds of `Retry-After`, or log in here."
  })
) {}

/**
 * Who asks: by a bearer token, verified without the database, or by an API key, sent as either. Whether it is in force, and the
 * user's status and rights, are read by the command or query itself.
 */
export class Authorization extends HttpApiMiddleware.Service<Authorization, {
  provides: CurrentCredential
  requires: never
}>()("cardapio/contexts/iam/contract/Authorization", {
  requiredForClient: true,
  security: { bearer: HttpApiSecurity.bearer, apiKey: HttpApiSecurity.apiKey({ in: "header", key: "x-api-key" }) },
  error: [CredentialMissing, TokenInvalid, ApiKeyInvalid, UserUnknown, UserDisabled, IssuerUnavailable, RateLimited]
}) {}
