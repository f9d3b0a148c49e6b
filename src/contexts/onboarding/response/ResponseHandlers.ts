import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { FormDisabled, FormNotFound } from "../contract/FormProblems.ts"
import {
  type FormId,
  type FoundIdentifier,
  type NormalisedAnswer,
  type ResponseId,
  ResponseNotFound
} from "../contract/FormResponse.ts"
import {
  FormResponsePurged,
  FormResponseReceived,
  FormResponseReprocessed,
  WebhookReceived
} from "../contract/OnboardingEvents.ts"
import type {
  DeleteResponse,
  PurgeResponses,
  ReceiveWebhook,
  ReprocessResponse,
  SubmitForm
} from "../contract/ResponseCommands.ts"
import { mayUse, reachesAll } from "../form/access.ts"
import type { FormRow } from "../form/FormRow.ts"
import { dueResponses } from "./dueResponses.ts"
import { readResponse } from "./readResponse.ts"
import { ResponseRepo } from "./ResponseRepo.ts"
import { toDetail } from "./ResponseRow.ts"

type Command = ReceiveWebhook | SubmitForm | ReprocessResponse | DeleteResponse | PurgeResponses

/** What the audit log keeps of a response. */
const changeOf = (id: ResponseId, changedFields: ReadonlyArray<string>) => ({
  target: { type: "response", id },
  versionBefore: null,
  versionAfter: null,
  changedFields
})

/** Which answers, and what they tell, are others. */
const differencesOf = (
  before: { answers: ReadonlyArray<NormalisedAnswer>; identifiers: ReadonlyArray<FoundIdentifier> },
  after: { answers: ReadonlyArray<NormalisedAnswer>; identifiers: ReadonlyArray<FoundIdentifier> }
) => {
  const keyOf = ({ kind, ref }: FoundIdentifier) => `${kind} of ${ref}`
  const refs = new Set([...before.answers, ...after.answers].map(({ ref }) => ref))
  const answers = [...refs].filter((ref) =>
    !isDeepStrictEqual(
      before.answers.filter((each) => each.ref === ref),
      after.answers.filter((each) => each.ref === ref)
    )
  )
  const keys = new Set([...before.identifiers, ...after.identifiers].map(keyOf))
  const identifiers = [...keys].filter((key) =>
    !isDeepStrictEqual(
      before.identifiers.filter((each) => keyOf(each) === key),
      after.identifiers.filter((each) => keyOf(each) === key)
    )
  )
  return [...answers.map((ref) => `the answer of ${ref}`), ...identifiers.map((key) => `the identifier ${key}`)]
}

type Receiving = Pick<FormRow, "definitionVersion" | "ownerId" | "pausedAt" | "status">

export const responseHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const responses = yield* ResponseRepo

  /** A form that takes responses; what was submitted before a pause still comes in. */
  const receiving = Effect.fnUntraced(function*(id: FormId, provider: "native" | "typeform", submittedAt: Date) {
    const [form] = yield* sql<Receiving>`
      SELECT definition_version, owner_id, paused_at, status FROM forms
      WHERE id = ${id} AND provider = ${provider} AND status <> 'deleted' FOR SHARE`
    if (form === undefined) return yield* new FormNotFound({})
    const isPaused = form.status === "paused" && (form.pausedAt === null || submittedAt >= form.pausedAt)
    const isDraft = form.status === "draft" && provider === "native"
    if (isDraft) return yield* new FormNotFound({})
    return form.status === "completed" || isPaused ? yield* new FormDisabled({}) : form
  })

  const owned = Effect.fnUntraced(function*(id: ResponseId, actor: Actor) {
    const row = yield* responses.lock(id)
    return row !== undefined && mayUse(actor, row, "access_client_data") ? row : yield* new ResponseNotFound({})
  })

  const handlers: Handlers<Command> = {
    "onboarding/ReceiveWebhook": Effect.fnUntraced(function*({ delivery, formId }) {
      const form = yield* receiving(formId, "typeform", delivery.submittedAt)
      const { duplicate, id } = yield* responses.insert({
        ...delivery,
        formId,
        definitionVersion: form.definitionVersion,
        consentText: null
      })
      if (duplicate) return { answer: { duplicate } }
      return {
        answer: { duplicate },
        change: changeOf(id, ["received"]),
        events: [eventOf(WebhookReceived, new WebhookReceived({ formId, responseId: id }))]
      }
    }),

    "onboarding/SubmitForm": Effect.fnUntraced(function*({ answers, consentText, definitionVersion, formId, nonce }) {
      const submittedAt = new Date()
      const form = yield* receiving(formId, "native", submittedAt)
      const { duplicate, id } = yield* responses.insert({
        formId,
        definitionVersion,
        token: nonce,
        eventId: null,
        body: new TextEncoder().encode(JSON.stringify(answers)),
        submittedAt,
        landedAt: null,
        consentText
      })
      if (duplicate) return { answer: { responseId: id, duplicate } }
      yield* responses.write(id, { answers, hidden: {}, variables: [], score: null, ending: null, warnings: [] })
      const told = new FormResponseReceived({ formId, responseId: id, ownerId: form.ownerId })
      return {
        answer: { responseId: id, duplicate },
        change: changeOf(id, ["received"]),
        events: [eventOf(FormResponseReceived, told)]
      }
    }),

    "onboarding/ReprocessResponse": Effect.fnUntraced(function*({ id }, actor) {
      const row = yield* owned(id, actor)
      const { identifiers, read } = yield* readResponse(row).pipe(Effect.provideService(ResponseRepo, responses))
      const differences = differencesOf(row, { answers: read.answers, identifiers })
      const { fields: _fields, language: _language, provider: _provider, rawBody: _body, ...before } = row
      const response = toDetail({ ...before, ...read, identifiers, status: "processed" })
      if (differences.length === 0) return { answer: { response, differences } }
      const told = new FormResponseReprocessed({ formId: row.formId, responseId: id, ownerId: row.ownerId })
      return {
        answer: { response, differences },
        change: changeOf(id, ["answers"]),
        events: [eventOf(FormResponseReprocessed, told)]
      }
    }),

    "onboarding/DeleteResponse": Effect.fnUntraced(function*({ id }, actor) {
      yield* owned(id, actor)
      yield* responses.empty([id])
      return {
        answer: undefined,
        change: changeOf(id, ["answers"]),
        events: [eventOf(FormResponsePurged, new FormResponsePurged({ responseIds: [id] }))]
      }
    }),

    "onboarding/PurgeResponses": Effect.fnUntraced(function*(_, actor) {
      const isEverybodys = reachesAll(actor, "manage_onboarding_forms") && reachesAll(actor, "access_client_data")
      const ids = yield* responses.empty(yield* dueResponses(sql, isEverybodys ? null : actor.userId))
      const [first, ...more] = ids
      return first === undefined ? { answer: { purged: 0 } } : {
        answer: { purged: ids.length },
        change: changeOf(first, ["answers"]),
        events: [eventOf(FormResponsePurged, new FormResponsePurged({ responseIds: [first, ...more] }))]
      }
    })
  }
  return handlers
})
