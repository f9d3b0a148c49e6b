import { Effect, Layer, Redacted } from "effect"
import { CurrentCredential } from "../../kernel/contract/Rights.ts"
import { RateLimit } from "../../kernel/RateLimit.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { Authorization, CredentialMissing } from "./contract/Authorization.ts"

export const AuthorizationLayer = Layer.effect(
  Authorization,
  Effect.gen(function*() {
    const tokens = yield* AccessTokens
    const rates = yield* RateLimit
    /** A caller whom nobody vouches for counts as his address. */
    const counted = <E>(error: E) => Effect.andThen(rates.consume(undefined), Effect.fail(error))

    return Authorization.of({
      bearer: Effect.fnUntraced(function*(httpEffect, { credential }) {
        const token = Redacted.value(credential)
        if (token === "") return yield* counted(new CredentialMissing({}))
        const verified = yield* Effect.catch(tokens.verify(token), counted)
        yield* rates.consume(verified.userId)
        return yield* Effect.provideService(httpEffect, CurrentCredential, verified)
      })
    })
  })
)
