import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { triedBody, triedDeletion } from "../../kernel/answers.ts"
import { OnboardingApi } from "./contract/OnboardingApi.ts"
import {
  DeleteResponse,
  ErasePerson,
  ExportPerson,
  PurgeResponses,
  ReprocessResponse
} from "./contract/ResponseCommands.ts"
import { Onboarding } from "./Onboarding.ts"

const download = { "content-disposition": "attachment; filename=\"person.json\"" }

export const ResponsesHttp = HttpApiBuilder.group(
  OnboardingApi,
  "responses",
  Effect.fn(function*(handlers) {
    const onboarding = yield* Onboarding

    return handlers.handleAll({
      list: ({ query }) => onboarding.listResponses(query),
      get: ({ params }) => Effect.map(onboarding.getResponse(params.id), (data) => ({ data })),
      reprocess: ({ params, query }) => {
        const command = new ReprocessResponse({ id: params.id })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedBody)
          : Effect.map(onboarding.execute(command), (data) => ({ data }))
      },
      delete: ({ params, query }) => {
        const command = new DeleteResponse({ id: params.id })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedDeletion)
          : onboarding.execute(command)
      },
      query: ({ payload }) => Effect.map(onboarding.ask(payload), (data) => ({ data })),
      bulkQuery: ({ payload }) => Effect.map(onboarding.askMany(payload.queries), (data) => ({ data })),
      exportPerson: ({ payload }) =>
        Effect.map(
          onboarding.execute(new ExportPerson({ person: payload })),
          (data) => HttpApiSchema.withHeaders({ body: { data }, headers: download })
        ),
      erasePerson: ({ payload, query }) => {
        const command = new ErasePerson({ person: payload })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedBody)
          : Effect.map(onboarding.execute(command), (data) => ({ data }))
      },
      purge: ({ query }) => {
        const command = new PurgeResponses()
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedBody)
          : Effect.map(onboarding.execute(command), (data) => ({ data }))
      }
    })
  })
).pipe(Layer.provide(Onboarding.layer))
