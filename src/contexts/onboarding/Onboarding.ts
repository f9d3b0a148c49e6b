import { Context, Duration, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { CurrentBudget } from "../../kernel/RateLimit.ts"
import { type FormInput, typeformIdOf, type WebhookStatus } from "./contract/Form.ts"
import { type CheckedForm, type FormCommand, formPermissions } from "./contract/FormCommands.ts"
import {
  NotATypeform,
  TypeformFormNotFound,
  TypeformNotConfigured,
  TypeformUnauthorized,
  TypeformUnavailable
} from "./contract/FormProblems.ts"
import type { FormId } from "./contract/FormResponse.ts"
import { type ResponseCommand, responsePermissions } from "./contract/ResponseCommands.ts"
import { formHandlers } from "./form/FormHandlers.ts"
import { FormQueries } from "./form/FormQueries.ts"
import { FormRepo } from "./form/FormRepo.ts"
import { webhookOf } from "./form/FormRow.ts"
import { FormSecrets } from "./FormSecrets.ts"
import { PublicForms } from "./page/PublicForms.ts"
import { personHandlers } from "./person/PersonHandlers.ts"
import { OwnQueries } from "./response/OwnQueries.ts"
import { responseHandlers } from "./response/ResponseHandlers.ts"
import { ResponseQueries } from "./response/ResponseQueries.ts"
import { ResponseRepo } from "./response/ResponseRepo.ts"
import { Samples } from "./sample/Samples.ts"
import { Deliveries } from "./webhook/Deliveries.ts"
import { driftOf } from "./webhook/driftOf.ts"
import { Typeform, type TypeformFault } from "./webhook/Typeform.ts"
import { webhookHandlers } from "./webhook/WebhookHandlers.ts"

type Command = FormCommand | ResponseCommand

type AtTypeform = TypeformNotConfigured | TypeformUnauthorized | TypeformUnavailable

const unavailable = Effect.fnUntraced(function*({ wait = Duration.seconds(1) }: TypeformFault) {
  const budget = yield* CurrentBudget
  budget.headers = { ...budget.headers, "retry-after": `${Math.max(1, Math.ceil(Duration.toSeconds(wait)))}` }
  return yield* new TypeformUnavailable({})
})

const problemOf = (
  fault: TypeformFault
): Effect.Effect<never, TypeformUnauthorized | TypeformUnavailable | TypeformFormNotFound> => {
  if (fault.why === "unauthorized") return Effect.fail(new TypeformUnauthorized({}))
  if (fault.why === "missing" || fault.why === "refused") return Effect.fail(new TypeformFormNotFound({}))
  return unavailable(fault)
}

/** Asks Typeform on behalf of a caller, who waits for our limit of requests for a little while. */
const asking = <A>(self: Effect.Effect<A, TypeformFault>) =>
  self.pipe(
    Effect.retry({ while: ({ why }) => why === "limited", times: 6, schedule: Schedule.spaced("700 millis") }),
    Effect.catch(problemOf)
  )

/** The onboarding context, as the rest of the program sees it: a bus that takes its commands, and its queries. */
export class Onboarding extends Context.Service<
  Onboarding,
  & CommandBus.CommandBus<Command>
  & FormQueries["Service"]
  & ResponseQueries["Service"]
  & OwnQueries["Service"]
  & Deliveries["Service"]
  & Pick<PublicForms["Service"], "open" | "read">
  & Samples["Service"]
  & {
    /** Looks up at Typeform what is to be set up; nothing of a native form. */
    check(input: FormInput): Effect.Effect<CheckedForm | undefined, AtTypeform | TypeformFormNotFound>
    /** How the webhook should be, and with `live` how it is. */
    webhookStatus(
      id: FormId,
      live: boolean
    ): Effect.Effect<
      WebhookStatus,
      Effect.Error<ReturnType<FormQueries["Service"]["formWithWebhook"]>> | NotATypeform | AtTypeform,
      Effect.Services<ReturnType<FormQueries["Service"]["formWithWebhook"]>>
    >
  }
>()("cardapio/contexts/onboarding/Onboarding") {
  static readonly layerNoDeps = Layer.effect(
    Onboarding,
    Effect.gen(function*() {
      const bus = yield* CommandBus.make<Command>({
        context: "onboarding",
        permissions: { ...formPermissions, ...responsePermissions },
        handlers: {
          ...yield* formHandlers,
          ...yield* webhookHandlers,
          ...yield* responseHandlers,
          ...yield* personHandlers
        }
      })
      const sql = yield* SqlClient.SqlClient
      const forms = yield* FormQueries
      const typeform = yield* Typeform
      const requireTypeform = typeform.isConfigured ? Effect.void : Effect.fail(new TypeformNotConfigured({}))
      return {
        ...bus,
        ...forms,
        ...yield* ResponseQueries,
        ...yield* OwnQueries,
        ...yield* Deliveries,
        ...yield* PublicForms,
        ...yield* Samples,
        check: Effect.fn("Onboarding.check")(function*(input) {
          if (input.provider !== "typeform") return undefined
          yield* requireTypeform
          // Not in the transaction of an idempotent request: it would hold up all who ask Typeform, or take back that it asked.
          return yield* asking(typeform.form(typeformIdOf(input.typeformId))).pipe(
            Effect.updateContext((context: Context.Context<never>) => Context.omit(sql.transactionService)(context))
          )
        }),
        webhookStatus: Effect.fn("Onboarding.webhookStatus")(function*(id, live) {
          const row = yield* forms.formWithWebhook(id)
          const webhook = webhookOf(row)
          if (webhook === null || row.typeformId === null) return yield* new NotATypeform({})
          if (!live) return webhook
          yield* requireTypeform
          const found = yield* Effect.catchTag(
            asking(typeform.webhook(row.typeformId)),
            "TypeformFormNotFound",
            () => Effect.succeed(null)
          )
          return { ...webhook, live: found, drift: driftOf(webhook, found) }
        })
      }
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([
      ResponseQueries.layer,
      OwnQueries.layer,
      Deliveries.layer,
      PublicForms.layer,
      Samples.layer,
      Typeform.layer
    ]),
    Layer.provide([FormRepo.layer, FormQueries.layer, ResponseRepo.layer]),
    Layer.provide(FormSecrets.layer)
  )
}
