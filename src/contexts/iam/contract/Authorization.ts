import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { RateLimited } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"

/** 401: no credential was sent. */
export class CredentialMissing extends declared<CredentialMissing>()(
  "CredentialMissing",
  problem("credential_missing", 401, "A credential is needed", {
    cause: "The request has no `Authorization: Bearer …` header.",
    cure: "Get a token (`npm run -s cli -- iam token --email …`) and send it with each request."
  })
) {}

/** 401: the token is not one of ours, has expired, or was tampered with; which of these stands in the log only. */
export class TokenInvalid extends declared<TokenInvalid>()(
  "TokenInvalid",
  problem("token_invalid", 401, "The token is not valid", {
    cause: "The token has expired, was signed by somebody else, or was changed on the way.",
    cure: "Get a new token. Tokens live for 15 minutes unless asked for otherwise."
  })
) {}

/** Verifies the bearer token without the database. Status and rights are read by the command or query itself. */
export class Authorization extends HttpApiMiddleware.Service<Authorization, {
  provides: CurrentCredential
  requires: never
}>()("cardapio/contexts/iam/contract/Authorization", {
  requiredForClient: true,
  security: { bearer: HttpApiSecurity.bearer },
  error: [CredentialMissing, TokenInvalid, RateLimited]
}) {}
