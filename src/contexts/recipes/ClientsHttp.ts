import { Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import { CreateClient, DiscardClient, RestoreClient, UpdateClient } from "./contract/ClientCommands.ts"
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
      restore: ({ headers, params, query }) => {
        const command = new RestoreClient({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))
