import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedBody } from "../../kernel/answers.ts"
import type { DryRun } from "../../kernel/CommandBus.ts"
import type { UserId } from "../../kernel/contract/Rights.ts"
import { IamApi } from "./contract/IamApi.ts"
import type { RoleId } from "./contract/Role.ts"
import type { IdentityInput, User } from "./contract/User.ts"
import {
  AssignRole,
  CreateUser,
  DisableUser,
  EnableUser,
  EndLogins,
  EraseUser,
  LinkIdentity,
  RemoveRole,
  UnlinkIdentity,
  UpdateMe,
  UpdateUser
} from "./contract/UserCommands.ts"
import { Iam } from "./Iam.ts"

interface Asked {
  readonly params: { readonly id: UserId }
  readonly headers: { readonly "if-match"?: string }
  readonly query: { readonly dryRun?: boolean }
}

const addressed = ({ headers, params }: Pick<Asked, "params" | "headers">) => ({
  id: params.id,
  ifMatch: headers["if-match"]
})

const answered = <E1, E2, R>(
  { dryRun }: Asked["query"],
  executed: Effect.Effect<User, E1, R>,
  trial: Effect.Effect<DryRun<User>, E2, R>
) => dryRun === true ? Effect.map(trial, tried) : Effect.map(executed, tagged)

export const UsersHttp = HttpApiBuilder.group(
  IamApi,
  "users",
  Effect.fn(function*(handlers) {
    const iam = yield* Iam

    return handlers.handleAll({
      list: ({ query }) => iam.users(query),
      get: ({ params }) => Effect.map(iam.user(params.id), tagged),
      create: ({ payload, query }) => {
        const command = new CreateUser({ input: payload })
        return query.dryRun === true
          ? Effect.map(iam.dryRun(command), tried)
          : Effect.map(iam.execute(command), (user) => created(user, `/v1/users/${user.id}`))
      },
      update: (asked) => {
        const command = new UpdateUser({ ...addressed(asked), patch: asked.payload })
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      disable: (asked) => {
        const command = new DisableUser(addressed(asked))
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      enable: (asked) => {
        const command = new EnableUser(addressed(asked))
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      erase: (asked) => {
        const command = new EraseUser(addressed(asked))
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      endLogins: ({ params, query }) => {
        const command = new EndLogins(params)
        return query.dryRun === true
          ? Effect.map(iam.dryRun(command), ({ answer, events }) => triedBody({ answer: { ended: answer }, events }))
          : Effect.map(iam.execute(command), (ended) => ({ data: { ended } }))
      },
      linkIdentity: (asked: Asked & { readonly payload: IdentityInput }) => {
        const command = new LinkIdentity({ ...addressed(asked), identity: asked.payload })
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      unlinkIdentity: (asked: Asked & { readonly payload: IdentityInput }) => {
        const command = new UnlinkIdentity({ ...addressed(asked), identity: asked.payload })
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      assignRole: (asked: Asked & { readonly params: { readonly roleId: RoleId } }) => {
        const command = new AssignRole({ ...addressed(asked), roleId: asked.params.roleId })
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      },
      removeRole: (asked: Asked & { readonly params: { readonly roleId: RoleId } }) => {
        const command = new RemoveRole({ ...addressed(asked), roleId: asked.params.roleId })
        return answered(asked.query, iam.execute(command), iam.dryRun(command))
      }
    })
  })
).pipe(Layer.provide(Iam.layer))

export const MeHttp = HttpApiBuilder.group(
  IamApi,
  "me",
  Effect.fn(function*(handlers) {
    const iam = yield* Iam

    return handlers.handleAll({
      get: () => Effect.map(iam.me, tagged),
      update: ({ headers, payload, query }) => {
        const command = new UpdateMe({ ifMatch: headers["if-match"], patch: payload })
        return answered(query, iam.execute(command), iam.dryRun(command))
      }
    })
  })
).pipe(Layer.provide(Iam.layer))
