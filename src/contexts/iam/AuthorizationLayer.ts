import { Effect, Layer, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"
import type { ApiKeyInvalid, RateLimited, TokenInvalid, UserUnknown } from "../../kernel/contract/Problems.ts"
import { type Credential, CurrentCredential } from "../../kernel/contract/Rights.ts"
import { RateLimit } from "../../kernel/RateLimit.ts"
import { ApiKeyLookup } from "./apiKey/ApiKeyLookup.ts"
import { Authorization, CredentialMissing, type IssuerUnavailable } from "./contract/Authorization.ts"
import { Tokens } from "./Tokens.ts"
import { IdentityLookup } from "./user/IdentityLookup.ts"
import { LastSeen } from "./user/LastSeen.ts"

type Refusal = TokenInvalid | ApiKeyInvalid | IssuerUnavailable | UserUnknown | RateLimited

export const AuthorizationLayer = Layer.effect(
  Authorization,
  Effect.gen(function*() {
    const tokens = yield* Tokens
    const apiKeys = yield* ApiKeyLookup
    const identities = yield* IdentityLookup
    const lastSeen = yield* LastSeen
    const rates = yield* RateLimit
    /** A caller whom nobody vouches for counts as his address. */
    const counted = <E>(error: E) => Effect.andThen(rates.consume(undefined), Effect.fail(error))

    const ofToken = Effect.fnUntraced(function*(text: string) {
      const token = yield* tokens.verify(text)
      if (token._tag === "external") return yield* identities.find(token)
      const credential: Credential = { userId: token.userId, proof: { _tag: "Session", id: token.sid } }
      return credential
    })

    const identified = (text: string): Effect.Effect<Credential, Refusal> =>
      ApiKeyLookup.isKey(text) ? apiKeys.find(text) : ofToken(text)

    const credentialOf = Effect.fnUntraced(function*(text: string) {
      const credential = yield* Effect.catch(identified(text), counted)
      yield* rates.consume(credential.proof._tag === "ApiKey" ? credential.proof.id : credential.userId)
      lastSeen.note(credential)
      return credential
    })

    /** Why tokens were refused: requests bring either a token or an API key, and the key's turn comes last. */
    const refusals = new WeakMap<HttpServerRequest.HttpServerRequest, Refusal>()
    /** Made once, since each failure takes a stack trace. */
    const noToken = Effect.fail(new CredentialMissing({}))

    return Authorization.of({
      bearer: Effect.fnUntraced(function*(httpEffect, { credential: sent }) {
        const token = Redacted.value(sent)
        if (token === "") return yield* noToken
        const request = yield* HttpServerRequest.HttpServerRequest
        const credential = yield* Effect.tapError(
          credentialOf(token),
          (refusal) => Effect.sync(() => refusals.set(request, refusal))
        )
        return yield* Effect.provideService(httpEffect, CurrentCredential, credential)
      }),
      apiKey: Effect.fnUntraced(function*(httpEffect, { credential: sent }) {
        const key = Redacted.value(sent)
        if (key === "") {
          const refusal = refusals.get(yield* HttpServerRequest.HttpServerRequest)
          return yield* refusal === undefined ? counted(new CredentialMissing({})) : Effect.fail(refusal)
        }
        return yield* Effect.provideService(httpEffect, CurrentCredential, yield* credentialOf(key))
      })
    })
  })
).pipe(Layer.provide([ApiKeyLookup.layer, IdentityLookup.layer, LastSeen.layer, Tokens.layer]))
