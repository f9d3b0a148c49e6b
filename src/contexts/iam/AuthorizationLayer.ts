import { Effect, Layer, Redacted } from "effect"
import { CurrentCredential } from "../../kernel/contract/Rights.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { Authorization, CredentialMissing } from "./contract/Authorization.ts"

export const AuthorizationLayer = Layer.effect(
  Authorization,
  Effect.gen(function*() {
    const tokens = yield* AccessTokens
    return Authorization.of({
      bearer: Effect.fnUntraced(function*(httpEffect, { credential }) {
        const token = Redacted.value(credential)
        if (token === "") return yield* new CredentialMissing({})
        const verified = yield* tokens.verify(token)
        return yield* Effect.provideService(httpEffect, CurrentCredential, verified)
      })
    })
  })
)
