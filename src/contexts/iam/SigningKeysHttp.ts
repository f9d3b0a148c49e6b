import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { RateLimit } from "../../kernel/RateLimit.ts"
import { Sealing } from "../../kernel/Sealing.ts"
import { IamApi } from "./contract/IamApi.ts"
import { SigningKeys } from "./key/SigningKeys.ts"

export const SigningKeysHttp = HttpApiBuilder.group(
  IamApi,
  "signingKeys",
  Effect.fn(function*(handlers) {
    const signing = yield* SigningKeys
    const rates = yield* RateLimit

    return handlers.handleAll({
      jwks: () =>
        Effect.andThen(
          rates.consume(undefined),
          Effect.map(Effect.orDie(signing.published), (keys) =>
            HttpApiSchema.withHeaders({ body: { keys }, headers: { "cache-control": "max-age=300" } }))
        )
    })
  })
).pipe(Layer.provide(SigningKeys.layer), Layer.provide(Sealing.layer))
