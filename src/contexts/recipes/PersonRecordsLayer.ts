import { Effect, Layer, type Schema } from "effect"
import { SqlClient } from "effect/sql"
import { PersonRecords } from "./contract/PersonRecords.ts"

interface Found {
  readonly record: Schema.JsonObject
}

/** Clients and suggestions as other contexts see them, as they are stored. */
export const PersonRecordsLayer = Layer.effect(
  PersonRecords,
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    return PersonRecords.of({
      find: Effect.fn("PersonRecords.find")(function*({ clientIds, emails, ownerId, phones, responseIds }) {
        const responses = sql`${[...responseIds]}::uuid[]`
        const clients = yield* sql<Found>`
          SELECT jsonb_build_object('id', c.id, 'name', c.name, 'notes', c.notes, 'birthday', c.birthday, 'sex', c.sex,
            'contact', c.contact, 'address', c.address, 'restrictions', c.restrictions, 'targets', c.targets,
            'onboarding', c.onboarding, 'createdAt', c.created_at, 'updatedAt', c.updated_at) AS record
          FROM clients c
          WHERE (${ownerId}::uuid IS NULL OR c.author_id = ${ownerId}) AND (
            c.id = ANY(${[...clientIds]}::uuid[]) OR c.emails && ${[...emails]}::text[] OR c.phones && ${[
          ...phones
        ]}::text[]
            OR c.id IN (SELECT u.client_id FROM client_responses u WHERE u.response_id = ANY(${responses})))
          ORDER BY c.id`
        const suggestions = yield* sql<Found>`
          SELECT jsonb_build_object('id', s.id, 'responseId', s.response_id, 'formTitle', s.form_title, 'name', s.name,
            'status', s.status, 'createdAt', s.created_at) AS record
          FROM client_suggestions s
          WHERE (${ownerId}::uuid IS NULL OR s.owner_id = ${ownerId}) AND s.response_id = ANY(${responses}) ORDER BY s.id`
        return { clients: clients.map(({ record }) => record), suggestions: suggestions.map(({ record }) => record) }
      }, Effect.orDie)
    })
  })
)
