import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { e164Of } from "../../../kernel/phoneNumber.ts"
import { ClientId } from "../../recipes/contract/Client.ts"
import { PersonRecords } from "../../recipes/contract/PersonRecords.ts"
import type { ResponseId } from "../contract/FormResponse.ts"
import { FormResponsePurged, PersonErased } from "../contract/OnboardingEvents.ts"
import type { PersonInput } from "../contract/Person.ts"
import type { ErasePerson, ExportPerson } from "../contract/ResponseCommands.ts"
import { personsOf } from "../form/access.ts"
import { FormSecrets } from "../FormSecrets.ts"
import { ResponseRepo } from "../response/ResponseRepo.ts"

interface FoundResponse {
  readonly id: ResponseId
  readonly record: Schema.JsonObject
  readonly emails: ReadonlyArray<string>
  readonly phones: ReadonlyArray<string>
}

const digits = (text: string) => text.replace(/\D/g, "")

/** A person's telephone number as it may have been typed, and in E.164. */
const phonesOf = ({ phone }: PersonInput) =>
  phone === undefined
    ? []
    : [...new Set([digits(phone), digits(e164Of(phone, "BR") ?? "")])].filter((each) => each !== "")

const isClientId = Schema.is(Schema.toType(ClientId))

export const personHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const responses = yield* ResponseRepo
  const records = yield* PersonRecords
  const { sign } = yield* FormSecrets

  /** What the audit log keeps: that a person was meant, by a hash that nobody can guess without our key. */
  const changeOf = Effect.fnUntraced(function*(person: PersonInput, changedFields: ReadonlyArray<string>) {
    const id = yield* sign(`person ${JSON.stringify(person)}`)
    return { target: { type: "person", id }, versionBefore: null, versionAfter: null, changedFields }
  })

  const responsesOf = (person: PersonInput, ownerId: UserId | null) => {
    const emails = person.email === undefined ? [] : [person.email.toLowerCase()]
    return sql<FoundResponse>`
      SELECT r.id, r.emails, r.phones, jsonb_build_object('id', r.id, 'formId', r.form_id, 'formTitle', f.title, 'submittedAt',
        r.submitted_at, 'landedAt', r.landed_at, 'receivedAt', r.received_at, 'answers', r.answers, 'identifiers', r.identifiers,
        'hidden', r.hidden, 'variables', r.variables, 'score', r.score, 'ending', r.ending, 'consentText', r.consent_text,
        'clientId', r.client_id, 'rawBody', convert_from(r.raw_body, 'UTF8')) AS record
      FROM form_responses r JOIN forms f ON f.id = r.form_id
      WHERE r.status <> 'purged' AND (${ownerId}::uuid IS NULL OR f.owner_id = ${ownerId}) AND (
        r.emails && ${emails}::text[] OR r.phones && ${phonesOf(person)}::text[] OR r.id = ${person.responseId ?? null}
        OR r.client_id = ${person.clientId ?? null})
      ORDER BY r.id LIMIT 10000`
  }

  /** Clients by what was asked for, and by what the responses that were found tell. */
  const recordsOf = (person: PersonInput, ownerId: UserId | null, found: ReadonlyArray<FoundResponse>) =>
    records.find({
      ownerId,
      emails: person.email === undefined ? [] : [person.email.toLowerCase()],
      phones: phonesOf(person),
      responseIds: found.map(({ id }) => id),
      clientIds: person.clientId === undefined ? [] : [person.clientId]
    })

  const handlers: Handlers<ExportPerson | ErasePerson> = {
    "onboarding/ExportPerson": Effect.fnUntraced(function*({ person }, actor) {
      const ownerId = personsOf(actor)
      const found = yield* responsesOf(person, ownerId)
      const { clients, suggestions } = yield* recordsOf(person, ownerId, found)
      return {
        answer: {
          exportedAt: new Date().toISOString(),
          responses: found.map(({ record }) => record),
          suggestions,
          clients
        },
        change: yield* changeOf(person, [])
      }
    }),

    "onboarding/ErasePerson": Effect.fnUntraced(function*({ person }, actor) {
      const ownerId = personsOf(actor)
      const found = yield* responsesOf(person, ownerId)
      const { clients, suggestions } = yield* recordsOf(person, ownerId, found)
      const erased = yield* responses.empty(found.map(({ id }) => id))
      const [first, ...more] = erased
      const report = {
        responses: erased,
        suggestions: suggestions.length,
        clients: clients.flatMap(({ id }) => isClientId(id) ? [id] : [])
      }
      if (first === undefined) return { answer: report }
      const responseIds = [first, ...more] as const
      return {
        answer: report,
        change: yield* changeOf(person, ["answers"]),
        events: [
          eventOf(FormResponsePurged, new FormResponsePurged({ responseIds })),
          eventOf(PersonErased, new PersonErased({ responseIds }))
        ]
      }
    })
  }
  return handlers
})
