import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import { IdempotencyInProgress, IdempotencyKeyReused } from "./Concurrency.ts"
import { ApiKeyInvalid, TokenInvalid, UserDisabled, UserUnknown } from "./Problems.ts"
import type { CurrentCredential } from "./Rights.ts"

/** Keeps the first answer of a request with an `Idempotency-Key` in the transaction of its command, and gives it again. */
export class Idempotency extends HttpApiMiddleware.Service<Idempotency, {
  requires: CurrentCredential
}>()("cardapio/kernel/contract/Idempotency", {
  error: [IdempotencyKeyReused, IdempotencyInProgress, UserUnknown, UserDisabled, TokenInvalid, ApiKeyInvalid]
}) {}
