import { Effect, Layer } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"
import type { DryRun } from "../../kernel/CommandBus.ts"
import { IamApi } from "./contract/IamApi.ts"
import type { Role } from "./contract/Role.ts"
import { CreateRole, DeleteRole, UpdateRole } from "./contract/RoleCommands.ts"
import { Iam } from "./Iam.ts"

const etag = (version: number) => `"${version}"`

const tagged = (role: Role) =>
  HttpApiSchema.withHeaders({ body: { data: role }, headers: { etag: etag(role.version) } })

/** Without an ETag: there is nothing that has it. */
const tried = <A>({ answer, events }: DryRun<A>) =>
  HttpApiSchema.withHeaders({ body: { data: answer, events, dryRun: true as const }, headers: {} })

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
          : Effect.map(iam.execute(command), (role) =>
            HttpApiSchema.withHeaders({
              body: { data: role },
              headers: { etag: etag(role.version), location: `/v1/roles/${role.id}` }
            }))
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
          ? Effect.map(iam.dryRun(command), ({ events }) => tried({ answer: null, events }))
          : iam.execute(command)
      }
    })
  })
).pipe(Layer.provide(Iam.layer))
