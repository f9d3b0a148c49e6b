import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedDeletion } from "../../kernel/answers.ts"
import { IamApi } from "./contract/IamApi.ts"
import { CreateRole, DeleteRole, UpdateRole } from "./contract/RoleCommands.ts"
import { Iam } from "./Iam.ts"

export const RolesHttp = HttpApiBuilder.group(
  IamApi,
  "roles",
  Effect.fn(function*(handlers) {
    const iam = yield* Iam

    return handlers.handleAll({
      list: ({ query }) => iam.roles(query),
      get: ({ params }) => Effect.map(iam.role(params.id), tagged),
      permissions: () => Effect.map(iam.permissions, (data) => ({ data })),
      create: ({ payload, query }) => {
        const command = new CreateRole({ input: payload })
        return query.dryRun === true
          ? Effect.map(iam.dryRun(command), tried)
          : Effect.map(iam.execute(command), (role) => created(role, `/v1/roles/${role.id}`))
      },
      update: ({ headers, params, payload, query }) => {
        const command = new UpdateRole({ id: params.id, ifMatch: headers["if-match"], patch: payload })
        return query.dryRun === true
          ? Effect.map(iam.dryRun(command), tried)
          : Effect.map(iam.execute(command), tagged)
      },
      delete: ({ headers, params, query }) => {
        const { dryRun, removeAssignments = false } = query
        const command = new DeleteRole({ id: params.id, ifMatch: headers["if-match"], removeAssignments })
        return dryRun === true
          ? Effect.map(iam.dryRun(command), triedDeletion)
          : iam.execute(command)
      }
    })
  })
).pipe(Layer.provide(Iam.layer))
