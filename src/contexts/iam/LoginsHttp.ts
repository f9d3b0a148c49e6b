import { Effect, Layer, Struct } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { triedBody, triedDeletion } from "../../kernel/answers.ts"
import type { DryRun } from "../../kernel/CommandBus.ts"
import { CurrentCredential } from "../../kernel/contract/Rights.ts"
import { RateLimit } from "../../kernel/RateLimit.ts"
import { IamApi } from "./contract/IamApi.ts"
import { EndLogin, IssueResetCode, Logout, LogoutAll } from "./contract/LoginCommands.ts"
import { Iam } from "./Iam.ts"
import { Logins } from "./Logins.ts"

const ownSid = Effect.map(CurrentCredential, ({ proof }) => proof._tag === "Session" ? proof.id : undefined)

const answered = <E1, E2, R>(
  { dryRun }: { readonly dryRun?: boolean },
  executed: Effect.Effect<void, E1, R>,
  trial: Effect.Effect<DryRun<void>, E2, R>
) => dryRun === true ? Effect.map(trial, triedDeletion) : executed

export const AuthHttp = HttpApiBuilder.group(
  IamApi,
  "auth",
  Effect.fn(function*(handlers) {
    const logins = yield* Logins
    const rates = yield* RateLimit
    const counted = rates.consume(undefined)

    return handlers.handleAll({
      login: ({ payload, request }) =>
        Effect.andThen(counted, Effect.map(logins.login(payload, request.headers["user-agent"]), (data) => ({ data }))),
      refresh: ({ headers, payload }) =>
        Effect.andThen(
          counted,
          Effect.map(logins.refresh(payload.refreshToken, headers["idempotency-key"]), (data) => ({ data }))
        ),
      resetPassword: ({ payload }) => Effect.andThen(counted, logins.resetPassword(payload))
    })
  })
).pipe(Layer.provide(Logins.layer))

export const LoginsHttp = HttpApiBuilder.group(
  IamApi,
  "logins",
  Effect.fn(function*(handlers) {
    const logins = yield* Logins
    const iam = yield* Iam

    return handlers.handleAll({
      logout: ({ query }) =>
        Effect.flatMap(ownSid, (sid) => {
          const command = new Logout({ sid })
          return answered(query, logins.execute(command), logins.dryRun(command))
        }),
      logoutAll: ({ query }) => {
        const command = new LogoutAll()
        return answered(query, logins.execute(command), logins.dryRun(command))
      },
      changePassword: ({ payload, query }) =>
        Effect.flatMap(
          logins.changing(payload),
          (command) => answered(query, logins.execute(command), logins.dryRun(command))
        ),
      list: ({ query }) => logins.logins(query),
      end: ({ params, query }) => {
        const command = new EndLogin(params)
        return answered(query, logins.execute(command), logins.dryRun(command))
      },
      issueResetCode: ({ params, query }) => {
        const command = new IssueResetCode(params)
        return query.dryRun === true
          ? Effect.map(
            iam.dryRun(command),
            ({ answer, events }) => triedBody({ answer: Struct.pick(answer, ["expiresAt"]), events })
          )
          : Effect.map(iam.execute(command), (data) => ({ data }))
      }
    })
  })
).pipe(Layer.provide([Logins.layer, Iam.layer]))
