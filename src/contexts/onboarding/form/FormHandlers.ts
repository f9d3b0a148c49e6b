import { Effect, Struct } from "effect"
import { SecureRandom } from "effect/crypto"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { type Event, eventOf } from "../../../kernel/contract/Event.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { pointerTo } from "../../../kernel/faults.ts"
import type { FormPatch, FormStatus, Webhook } from "../contract/Form.ts"
import type {
  ActivateForm,
  ChangeForm,
  CompleteForm,
  DeleteForm,
  PauseForm,
  RegisterForm,
  SetMapping
} from "../contract/FormCommands.ts"
import type { FormField } from "../contract/FormField.ts"
import { FieldDefinitionInvalid, FormHasNoFields, FormTransitionNotAllowed } from "../contract/FormProblems.ts"
import { FormId } from "../contract/FormResponse.ts"
import {
  FormActivated,
  FormChanged,
  FormCompleted,
  FormDeleted,
  FormPaused,
  FormRegistered
} from "../contract/OnboardingEvents.ts"
import { fieldFaults } from "./fieldRules.ts"
import { FormRepo } from "./FormRepo.ts"
import { type FormRow, questionsOf, toForm } from "./FormRow.ts"
import { changeOf, desired, formWriter } from "./formWriter.ts"
import { registered } from "./registered.ts"

type Command = RegisterForm | ChangeForm | DeleteForm | ActivateForm | PauseForm | CompleteForm | SetMapping

const patchable = ["title", "description", "language", "retentionDays", "slug", "consentText", "fields"] as const

/** What a form at Typeform takes from there, or does not have. */
const ofNative = ["slug", "consentText", "fields"] as const

interface Owned {
  readonly formId: FormId
  readonly ownerId: UserId
}

/** From where a state is reached, what becomes of the webhook, and what is told. */
const moves = {
  active: {
    from: ["draft", "paused"],
    webhook: "enabled",
    told: (form: Owned) => eventOf(FormActivated, new FormActivated(form))
  },
  paused: {
    from: ["active"],
    webhook: "disabled",
    told: (form: Owned) => eventOf(FormPaused, new FormPaused(form))
  },
  completed: {
    from: ["active", "paused"],
    webhook: "absent",
    told: (form: Owned) => eventOf(FormCompleted, new FormCompleted(form))
  }
} as const satisfies Partial<
  Record<
    FormStatus,
    { from: ReadonlyArray<FormStatus>; webhook: Webhook["desired"]; told: (form: Owned) => Event }
  >
>

const requireFields = (fields: ReadonlyArray<FormField>) =>
  fields.length > 0 ? Effect.void : Effect.fail(new FormHasNoFields({}))

const requireWellDefined = Effect.fnUntraced(function*(fields: ReadonlyArray<FormField>) {
  const errors = fieldFaults(fields)
  if (errors.length > 0) return yield* new FieldDefinitionInvalid({ errors })
})

/** The field map has to speak of fields that there are; those of Typeform may not be known yet. */
const requireKnown = Effect.fnUntraced(function*(row: Pick<FormRow, "fields" | "mapping" | "provider">) {
  const refs = new Set(row.fields.map(({ ref }) => ref))
  const errors = Object.keys(row.mapping).filter((ref) => row.provider === "native" && !refs.has(ref)).map((ref) => ({
    pointer: pointerTo([ref]),
    detail: "is the reference of no field"
  }))
  if (errors.length > 0) return yield* new InvalidRequest({ errors })
})

const patchFaults = ({ provider }: FormRow, patch: FormPatch) =>
  provider === "native" ? [] : ofNative.filter((field) => patch[field] !== undefined).map((field) => ({
    pointer: `/${field}`,
    detail: "is for native forms"
  }))

export const formHandlers = Effect.gen(function*() {
  const forms = yield* FormRepo
  const { desire, locked, madeSecret, requireTypeform, webhookUrl } = yield* formWriter

  const moved = Effect.fnUntraced(function*(
    command: ActivateForm | PauseForm | CompleteForm,
    to: keyof typeof moves,
    actor: Actor
  ) {
    const row = yield* locked(command, actor, "manage_onboarding_forms")
    const { from, told, webhook } = moves[to]
    if (!from.some((status) => status === row.status)) {
      return yield* new FormTransitionNotAllowed({ detail: `It is ${row.status}, which does not lead to ${to}.` })
    }
    if (to === "active" && row.provider === "native") yield* requireFields(questionsOf(row))
    const changed = yield* forms.update(row, { status: to }).pipe(Effect.catchTag("SlugTaken", Effect.die))
    const after = yield* desire(changed, webhook)
    return {
      answer: toForm(after),
      change: changeOf(after, row.version, ["status"]),
      events: [
        told({ formId: row.id, ownerId: row.ownerId }),
        ...row.provider === "typeform" ? [desired(row.id)] : []
      ]
    }
  })

  const handlers: Handlers<Command> = {
    "onboarding/RegisterForm": Effect.fnUntraced(function*({ checked, input }, { userId }) {
      if (userId === null) return yield* Effect.die("a user has to set it up")
      const id = FormId.make(SecureRandom.uuidV7Unsafe())
      const isTypeform = input.provider === "typeform"
      if (isTypeform) yield* requireTypeform
      const fields = registered(input, { end: id.slice(-6), webhookUrl: webhookUrl(id), checked })
      if (input.provider !== "typeform") yield* requireWellDefined(input.fields ?? [])
      const row = yield* forms.insert(id, userId, fields, isTypeform ? yield* madeSecret(id) : null)
      const told = new FormRegistered({ formId: id, ownerId: userId, provider: row.provider })
      return {
        answer: toForm(row),
        change: changeOf(row, null, Object.keys(input)),
        events: [eventOf(FormRegistered, told), ...isTypeform ? [desired(id)] : []]
      }
    }),

    "onboarding/ChangeForm": Effect.fnUntraced(function*({ patch, ...command }, actor) {
      const row = yield* locked(command, actor, "manage_onboarding_forms")
      const errors = patchFaults(row, patch)
      if (errors.length > 0) return yield* new InvalidRequest({ errors })
      const changed = patchable.filter((field) =>
        patch[field] !== undefined && !isDeepStrictEqual(patch[field], row[field])
      )
      if (changed.length === 0) return { answer: toForm(row) }
      const fields = Struct.pick(patch, patchable)
      if (patch.fields !== undefined) {
        yield* requireWellDefined(patch.fields)
        if (row.status === "active") yield* requireFields(patch.fields)
      }
      const refs = new Set((patch.fields ?? row.fields).map(({ ref }) => ref))
      const after = yield* forms.update(row, {
        ...fields,
        mapping: row.provider === "native"
          ? Object.fromEntries(Object.entries(row.mapping).filter(([ref]) => refs.has(ref)))
          : row.mapping,
        definitionVersion: row.definitionVersion +
          (changed.some((field) => field === "fields" || field === "consentText") ? 1 : 0)
      })
      const told = new FormChanged({
        formId: row.id,
        ownerId: row.ownerId,
        version: after.version,
        changedFields: changed
      })
      return {
        answer: toForm(after),
        change: changeOf(after, row.version, changed),
        events: [eventOf(FormChanged, told)]
      }
    }),

    "onboarding/SetMapping": Effect.fnUntraced(function*({ mapping, ...command }, actor) {
      const row = yield* locked(command, actor, "manage_field_mappings")
      if (isDeepStrictEqual(mapping, row.mapping)) return { answer: toForm(row) }
      yield* requireKnown({ ...row, mapping })
      const after = yield* forms.update(row, { mapping }).pipe(Effect.catchTag("SlugTaken", Effect.die))
      const told = new FormChanged({
        formId: row.id,
        ownerId: row.ownerId,
        version: after.version,
        changedFields: ["mapping"]
      })
      return {
        answer: toForm(after),
        change: changeOf(after, row.version, ["mapping"]),
        events: [eventOf(FormChanged, told)]
      }
    }),

    "onboarding/DeleteForm": Effect.fnUntraced(function*(command, actor) {
      const row = yield* locked(command, actor, "manage_onboarding_forms")
      const deleted = yield* forms.update(row, { status: "deleted" }).pipe(Effect.catchTag("SlugTaken", Effect.die))
      const after = yield* desire(deleted, "absent")
      const told = new FormDeleted({ formId: row.id, ownerId: row.ownerId })
      return {
        answer: undefined,
        change: changeOf(after, row.version, ["status"]),
        events: [eventOf(FormDeleted, told), ...row.provider === "typeform" ? [desired(row.id)] : []]
      }
    }),

    "onboarding/ActivateForm": (command, actor) => moved(command, "active", actor),
    "onboarding/PauseForm": (command, actor) =>
      Effect.catchTag(moved(command, "paused", actor), "FormHasNoFields", Effect.die),
    "onboarding/CompleteForm": (command, actor) =>
      Effect.catchTag(moved(command, "completed", actor), "FormHasNoFields", Effect.die)
  }
  return handlers
})
