import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { FormDisabled, FormNotFound } from "../contract/FormProblems.ts"
import {
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
import { mayUse, personsOf } from "../form/access.ts"
import { dueResponses } from "./dueResponses.ts"
import { readResponse } from "./readResponse.ts"
import { type Arrived, ResponseRepo } from "./ResponseRepo.ts"
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

export const responseHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const responses = yield* ResponseRepo

  /** Why a form took nothing: it is not there, it takes no more, or it has the response already. */
  const refused = Effect.fnUntraced(function*(arrived: Arrived) {
    const status = yield* responses.statusOf(arrived)
    if (status === undefined) return yield* new FormNotFound({})
    const earlier = yield* responses.earlier(arrived)
    return earlier ?? (yield* status === "draft" ? new FormNotFound({}) : new FormDisabled({}))
  })

  const owned = Effect.fnUntraced(function*(id: ResponseId, actor: Actor) {
    const row = yield* responses.lock(id)
    return row !== undefined && mayUse(actor, row, "access_client_data") ? row : yield* new ResponseNotFound({})
  })

  const handlers: Handlers<Command> = {
    "onboarding/ReceiveWebhook": Effect.fnUntraced(function*({ delivery, formId }) {
      const arrived: Arrived = { ...delivery, formId, provider: "typeform", definitionVersion: null, consentText: null }
      const made = yield* responses.insert(arrived)
      if (made === undefined) {
        yield* refused(arrived)
        return { answer: { duplicate: true } }
      }
      return {
        answer: { duplicate: false },
        change: changeOf(made.id, ["received"]),
        events: [eventOf(WebhookReceived, new WebhookReceived({ formId, responseId: made.id }))]
      }
    }),

    "onboarding/SubmitForm": Effect.fnUntraced(function*({ answers, consentText, definitionVersion, formId, nonce }) {
      const arrived: Arrived = {
        formId,
        provider: "native",
        definitionVersion,
        token: nonce,
        eventId: null,
        body: new TextEncoder().encode(JSON.stringify(answers)),
        submittedAt: new Date(),
        landedAt: null,
        consentText
      }
      const made = yield* responses.insert(arrived)
      if (made === undefined) return { answer: { responseId: yield* refused(arrived), duplicate: true } }
      const { id, ownerId } = made
      yield* responses.write(id, { answers, hidden: {}, variables: [], score: null, ending: null, warnings: [] })
      return {
        answer: { responseId: id, duplicate: false },
        change: changeOf(id, ["received"]),
        events: [eventOf(FormResponseReceived, new FormResponseReceived({ formId, responseId: id, ownerId }))]
      }
    }),

    "onboarding/ReprocessResponse": Effect.fnUntraced(function*({ id }, actor) {
      const row = yield* owned(id, actor)
      const { identifiers, read } = yield* readResponse(row).pipe(Effect.provideService(ResponseRepo, responses))
      const differences = differencesOf(row, { answers: read.answers, identifiers })
      const { fields: _fields, language: _language, provider: _provider, rawBody: _body, ...before } = row
      const response = toDetail({ ...before, ...read, identifiers, status: "processed" })
      const told = { formId: row.formId, responseId: id, ownerId: row.ownerId }
      // Nobody has been told of one that was not read yet, and its delivery will find it read.
      if (row.status === "received") {
        return {
          answer: { response, differences },
          change: changeOf(id, ["answers"]),
          events: [eventOf(FormResponseReceived, new FormResponseReceived(told))]
        }
      }
      if (differences.length === 0) return { answer: { response, differences } }
      return {
        answer: { response, differences },
        change: changeOf(id, ["answers"]),
        events: [eventOf(FormResponseReprocessed, new FormResponseReprocessed(told))]
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
      const ids = yield* responses.empty(yield* dueResponses(sql, personsOf(actor)))
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
