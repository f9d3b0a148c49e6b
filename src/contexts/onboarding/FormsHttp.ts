import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { created, tagged, tried, triedBody, triedDeletion } from "../../kernel/answers.ts"
import {
  ActivateForm,
  ChangeForm,
  CompleteForm,
  DeleteForm,
  PauseForm,
  RegisterForm,
  RotateWebhookSecret,
  SetMapping,
  SetWebhook,
  SyncWebhook
} from "./contract/FormCommands.ts"
import { OnboardingApi } from "./contract/OnboardingApi.ts"
import { Onboarding } from "./Onboarding.ts"

export const FormsHttp = HttpApiBuilder.group(
  OnboardingApi,
  "forms",
  Effect.fn(function*(handlers) {
    const onboarding = yield* Onboarding

    return handlers.handleAll({
      list: ({ query }) => onboarding.listForms(query),
      get: ({ params }) => Effect.map(onboarding.getForm(params.id), tagged),
      register: Effect.fnUntraced(function*({ payload, query }) {
        if (query.dryRun === true) {
          return tried(yield* onboarding.dryRun(new RegisterForm({ input: payload, checked: undefined })))
        }
        const checked = yield* onboarding.check(payload)
        const form = yield* onboarding.execute(new RegisterForm({ input: payload, checked }))
        return created(form, `/v1/onboarding/forms/${form.id}`)
      }),
      change: ({ headers, params, payload, query }) => {
        const command = new ChangeForm({ id: params.id, patch: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), tried)
          : Effect.map(onboarding.execute(command), tagged)
      },
      delete: ({ headers, params, query }) => {
        const command = new DeleteForm({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedDeletion)
          : onboarding.execute(command)
      },
      activate: ({ headers, params, query }) => {
        const command = new ActivateForm({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), tried)
          : Effect.map(onboarding.execute(command), tagged)
      },
      pause: ({ headers, params, query }) => {
        const command = new PauseForm({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), tried)
          : Effect.map(onboarding.execute(command), tagged)
      },
      complete: ({ headers, params, query }) => {
        const command = new CompleteForm({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), tried)
          : Effect.map(onboarding.execute(command), tagged)
      },
      setMapping: ({ headers, params, payload, query }) => {
        const command = new SetMapping({ id: params.id, mapping: payload, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), tried)
          : Effect.map(onboarding.execute(command), tagged)
      },
      suggestMapping: ({ params }) => Effect.map(onboarding.suggestMapping(params.id), (data) => ({ data })),
      webhook: ({ params, query }) =>
        Effect.map(onboarding.webhookStatus(params.id, query.live === true), (data) => ({ data })),
      setWebhook: ({ headers, params, payload, query }) => {
        const command = new SetWebhook({ id: params.id, enabled: payload.enabled, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedBody)
          : Effect.map(onboarding.execute(command), (data) => ({ data }))
      },
      syncWebhook: ({ headers, params, query }) => {
        const command = new SyncWebhook({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedBody)
          : Effect.map(onboarding.execute(command), (data) => ({ data }))
      },
      rotateSecret: ({ headers, params, query }) => {
        const command = new RotateWebhookSecret({ id: params.id, ifMatch: headers["if-match"] })
        return query.dryRun === true
          ? Effect.map(onboarding.dryRun(command), triedBody)
          : Effect.map(onboarding.execute(command), (data) => ({ data }))
      }
    })
  })
).pipe(Layer.provide(Onboarding.layer))
