import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { triedBody } from "../../kernel/answers.ts"
import { IamApi } from "./contract/IamApi.ts"
import { ReplayEvent } from "./contract/IamCommands.ts"
import { Iam } from "./Iam.ts"

export const EventsHttp = HttpApiBuilder.group(
  IamApi,
  "events",
  Effect.fn(function*(handlers) {
    const iam = yield* Iam

    return handlers.handleAll({
      list: ({ query }) => iam.events(query),
      deadLetters: ({ query }) => iam.deadLetters(query),
      get: ({ params }) => Effect.map(iam.event(params.id), (data) => ({ data })),
      replay: ({ params, payload, query }) => {
        const command = new ReplayEvent({ id: params.id, subscription: payload.subscription })
        return query.dryRun === true
          ? Effect.map(iam.dryRun(command), ({ answer, events }) => triedBody({ answer: { replayed: answer }, events }))
          : Effect.map(iam.execute(command), (replayed) => ({ data: { replayed } }))
      }
    })
  })
).pipe(Layer.provide(Iam.layer))
