import { Effect, Layer, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"
import { ApiKeyInvalid, type TokenInvalid, type UserUnknown } from "../../kernel/contract/Problems.ts"
import { type Credential, CurrentCredential } from "../../kernel/contract/Rights.ts"
import { RateLimit } from "../../kernel/RateLimit.ts"
import { ApiKeyLookup } from "./apiKey/ApiKeyLookup.ts"
import { Authorization, CredentialMissing, type IssuerUnavailable } from "./contract/Authorization.ts"
import { Tokens } from "./Tokens.ts"
import { IdentityLookup } from "./user/IdentityLookup.ts"
import { LastSeen } from "./user/LastSeen.ts"

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

    const identified = (
      text: string
    ): Effect.Effect<Credential, TokenInvalid | ApiKeyInvalid | IssuerUnavailable | UserUnknown> =>
      ApiKeyLookup.isKey(text) ? apiKeys.find(text) : ofToken(text)

    const admitted = Effect.fnUntraced(function*<A, E, R>(httpEffect: Effect.Effect<A, E, R>, text: string) {
      const credential = yield* Effect.catch(identified(text), counted)
      yield* rates.consume(credential.proof._tag === "ApiKey" ? credential.proof.id : credential.userId)
      lastSeen.note(credential)
      return yield* Effect.provideService(httpEffect, CurrentCredential, credential)
    })

    return Authorization.of({
      apiKey: (httpEffect, { credential }) => {
        const key = Redacted.value(credential)
        return key === "" ? Effect.fail(new CredentialMissing({})) : admitted(httpEffect, key)
      },
      // Asked where there was no API key, or where it was refused.
      bearer: Effect.fnUntraced(function*(httpEffect, { credential }) {
        const token = Redacted.value(credential)
        if (token !== "") return yield* admitted(httpEffect, token)
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        return yield* (headers["x-api-key"] ?? "") === ""
          ? counted(new CredentialMissing({}))
          : Effect.fail(new ApiKeyInvalid({}))
      })
    })
  })
).pipe(Layer.provide([ApiKeyLookup.layer, IdentityLookup.layer, LastSeen.layer, Tokens.layer]))
