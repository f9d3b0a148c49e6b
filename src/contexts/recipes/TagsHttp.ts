import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import { RecipesApi } from "./contract/RecipesApi.ts"
import { DeleteTag, MergeTags, RenameTag } from "./contract/TagCommands.ts"
import { Recipes } from "./Recipes.ts"

export const TagsHttp = HttpApiBuilder.group(
  RecipesApi,
  "tags",
  Effect.fn(function*(handlers) {
    const recipes = yield* Recipes

    return handlers.handleAll({
      list: ({ query }) => recipes.listTags(query),
      get: ({ params }) => Effect.map(recipes.getTag(params.id), tagged),
      rename: ({ headers, params, payload, query }) => {
        const command = new RenameTag({ id: params.id, patch: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      merge: ({ headers, params, payload, query }) => {
        const command = new MergeTags({ id: params.id, into: payload.into, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), tried)
          : Effect.map(recipes.execute(command), tagged)
      },
      delete: ({ headers, params, query }) => {
        const command = new DeleteTag({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(recipes.dryRun(command), triedDeletion)
          : recipes.execute(command)
      }
    })
  })
).pipe(Layer.provide(Recipes.layer))
