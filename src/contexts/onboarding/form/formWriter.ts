import { Effect } from "effect"
import type { Actor } from "../../../kernel/Actors.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { Settings } from "../../../kernel/Settings.ts"
import type { Webhook } from "../contract/Form.ts"
import { FormNotFound, NotATypeform, TypeformNotConfigured } from "../contract/FormProblems.ts"
import type { FormId } from "../contract/FormResponse.ts"
import { FormWebhookDesired } from "../contract/OnboardingEvents.ts"
import { FormSecrets, secretName } from "../FormSecrets.ts"
import { type FormPermission, mayUse } from "./access.ts"
import { FormRepo } from "./FormRepo.ts"
import type { FormRow } from "./FormRow.ts"

/** What the audit log keeps of a change. */
export const changeOf = (
  { id, version }: Pick<FormRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "form", id }, versionBefore, versionAfter: version, changedFields })

/** Has Typeform told of the form's webhook. */
export const desired = (id: FormId) => eventOf(FormWebhookDesired, new FormWebhookDesired({ formId: id }))

/** What all commands that change forms share. */
export const formWriter = Effect.gen(function*() {
  const forms = yield* FormRepo
  const secrets = yield* FormSecrets
  const { publicUrl, typeformToken } = yield* Settings

  const locked = Effect.fnUntraced(function*(
    { id, ifMatch }: { readonly id: FormId; readonly ifMatch: string | undefined },
    actor: Actor,
    permission: FormPermission
  ) {
    const row = yield* forms.lock(id)
    if (row === undefined || !mayUse(actor, row, permission)) return yield* new FormNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  const webhookUrl = (id: FormId) =>
    publicUrl === undefined ? null : `${publicUrl}/v1/onboarding/webhooks/typeform/${id}`

  /** A secret of 256 bits that Typeform and we sign with, sealed. */
  const madeSecret = (id: FormId) =>
    Effect.flatMap(secrets.random(32), (secret) => secrets.seals.seal(secretName(id), secret))

  const requireTypeform = Effect.gen(function*() {
    if (publicUrl === undefined || typeformToken === undefined) return yield* new TypeformNotConfigured({})
  })

  const requireWebhook = Effect.fnUntraced(function*(row: FormRow) {
    if (row.provider !== "typeform") return yield* new NotATypeform({})
    yield* requireTypeform
  })

  /** The row after its webhook is to be another one; a native form has none. */
  const desire = (row: FormRow, wanted: Webhook["desired"]) =>
    row.provider === "typeform" ? forms.desire(row, wanted, webhookUrl(row.id)) : Effect.succeed(row)

  return { locked, webhookUrl, madeSecret, requireTypeform, requireWebhook, desire }
})
