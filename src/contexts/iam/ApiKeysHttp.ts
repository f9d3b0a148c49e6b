import { Effect, Layer, Struct } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { tried, triedDeletion } from "../../kernel/answers.ts"
import { CreateApiKey, RevokeApiKey } from "./contract/ApiKeys.ts"
import { IamApi } from "./contract/IamApi.ts"
import { Iam } from "./Iam.ts"

export const ApiKeysHttp = HttpApiBuilder.group(
  IamApi,
  "apiKeys",
  Effect.fn(function*(handlers) {
    const iam = yield* Iam

    return handlers.handleAll({
      list: ({ query }) => iam.apiKeys(query),
      get: ({ params }) => Effect.map(iam.apiKey(params.id), (data) => ({ data })),
      create: ({ payload, query }) => {
        const command = new CreateApiKey({ input: payload })
        return query.dryRun === true
          ? Effect.map(
            iam.dryRun(command),
            ({ answer, events }) => tried({ answer: Struct.omit(answer, ["key"]), events })
          )
          : Effect.map(
            iam.execute(command),
            (data) => HttpApiSchema.withHeaders({ body: { data }, headers: { location: `/v1/api-keys/${data.id}` } })
          )
      },
      revoke: ({ params, query }) => {
        const command = new RevokeApiKey(params)
        return query.dryRun === true
          ? Effect.map(iam.dryRun(command), triedDeletion)
          : iam.execute(command)
      }
    })
  })
).pipe(Layer.provide(Iam.layer))
