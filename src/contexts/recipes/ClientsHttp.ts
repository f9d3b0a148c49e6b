import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import {
  AcceptSuggestion,
  CreateClient,
  CreateClientFromResponse,
  DiscardClient,
  DismissSuggestion,
  MergeResponse,
  RestoreClient,
  UpdateClient
} from "./contract/ClientCommands.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import { Recipes } from "./Recipes.ts"

export const ClientsHttp = HttpApiBuilder.group(
  RecipesApi,
  "clients",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes

    return handlers.handleAll({
      list: ({ query }) => recipes.listClients(query),
      get: ({ params }) => Effect.map(recipes.getClient(params.id), tagged),
      create: ({ payload, query }) => {
        const command = new CreateClient({ input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), (client) => created(client, `/v1/clients/${client.id}`))
      },
      update: ({ headers, params, payload, query }) => {
        const command = new UpdateClient({ id: params.id, patch: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      discard: ({ headers, params, query }) => {
        const command = new DiscardClient({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      },
      menus: ({ params, query }) =>
        Effect.andThen(recipes.getClient(params.id), recipes.listMenus({ ...query, clientId: [params.id] })),
      previewResponse: ({ payload }) => Effect.map(recipes.previewResponse(payload), (data) => ({ data })),
      fromResponse: ({ payload, query }) => {
        const command = new CreateClientFromResponse({ use: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), (client) => created(client, `/v1/clients/${client.id}`))
      },
      mergeResponse: ({ headers, params, payload, query }) => {
        const command = new MergeResponse({ id: params.id, ifMatch: headers["if-match"], use: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      suggestions: ({ query }) => recipes.listSuggestions(query),
      acceptSuggestion: ({ params, payload, query }) => {
        const command = new AcceptSuggestion({ id: params.suggestionId, input: payload })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), (client) => created(client, `/v1/clients/${client.id}`))
      },
      dismissSuggestion: ({ params, query }) => {
        const command = new DismissSuggestion({ id: params.suggestionId })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      },
      restore: ({ headers, params, query }) => {
        const command = new RestoreClient({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))
