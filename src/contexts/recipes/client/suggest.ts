import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { system } from "../../../kernel/Actors.ts"
import type { ResponseId } from "../../onboarding/contract/FormResponse.ts"
import { ResponseLookup } from "../../onboarding/contract/ResponseLookup.ts"
import type { ClientId } from "../contract/Client.ts"
import type { Suggestion } from "../contract/ClientResponse.ts"
import { phoneOf } from "./phoneOf.ts"
import { proposeClient, type Told } from "./proposeClient.ts"
import { plain } from "./readAnswer.ts"

const weights = { email: 0.95, phone: 0.9, nameAndBirthday: 0.8 } as const

interface Candidate {
  readonly id: ClientId
  readonly name: string
  readonly birthday: string | null
  readonly emails: ReadonlyArray<string>
  readonly phones: ReadonlyArray<string>
}

const textsOf = (told: ReadonlyArray<Told>, field: Told["field"]) =>
  told.filter((each) => each.field === field).flatMap(({ proposed }) =>
    Array.isArray(proposed)
      ? proposed.filter((each) => typeof each === "string")
      : typeof proposed === "string"
      ? [proposed]
      : []
  )

/**
 * One suggestion for the owner of the form, with the clients who may be the same person: by e-mail, telephone, name and birthday.
 * It is open, unless a client came from the response already.
 */
export const suggest = Effect.fnUntraced(function*(responseId: ResponseId) {
  const sql = yield* SqlClient.SqlClient
  const response = yield* (yield* ResponseLookup).find(responseId, system)
  if (response === undefined) return
  const told = proposeClient(response, new Map())
  const emails = textsOf(told, "contact.emails")
  const phones = textsOf(told, "contact.phones").flatMap((number) =>
    phoneOf(number, response.country).e164?.replace(/\D/g, "") ?? []
  )
  const [name = null] = textsOf(told, "name")
  const [birthday = null] = textsOf(told, "birthday")
  const candidates = yield* sql<Candidate>`
    SELECT id, name, birthday::text AS birthday, emails, phones FROM clients
    WHERE author_id = ${response.ownerId} AND discarded_at IS NULL
      AND (emails && ${emails}::text[] OR phones && ${phones}::text[] OR birthday::text = ${birthday}) ORDER BY id LIMIT 50`
  const matches = candidates.flatMap((client): Suggestion["matches"] => {
    const by = [
      ...client.emails.some((email) => emails.includes(email)) ? ["email" as const] : [],
      ...client.phones.some((phone) => phones.includes(phone)) ? ["phone" as const] : [],
      ...name !== null && birthday !== null && client.birthday === birthday && plain(client.name) === plain(name)
        ? ["nameAndBirthday" as const]
        : []
    ]
    const score = 1 - by.reduce((rest, how) => rest * (1 - weights[how]), 1)
    return by.length === 0
      ? []
      : [{ clientId: client.id, name: client.name, score: Math.round(score * 1000) / 1000, by }]
  }).toSorted((a, b) => b.score - a.score)
  yield* sql`
    INSERT INTO client_suggestions (id, response_id, owner_id, form_title, name, matches, status, client_id)
    SELECT ${SecureRandom.uuidV7Unsafe()}::uuid, ${responseId}::uuid, ${response.ownerId}::uuid, ${response.formTitle}, ${name},
      ${JSON.stringify(matches)}::jsonb, CASE WHEN u.client_id IS NULL THEN 'open' ELSE 'accepted' END, u.client_id
    FROM (SELECT ${responseId}::uuid AS id) r LEFT JOIN client_responses u ON u.response_id = r.id
    ON CONFLICT (response_id) DO NOTHING`
})

/** Forgets what responses told: suggestions, and what clients keep of them. */
export const forget = Effect.fnUntraced(function*(ids: ReadonlyArray<ResponseId>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM client_suggestions WHERE response_id = ANY(${[...ids]}::uuid[])`
  yield* sql`
    WITH held AS (
      SELECT c.id FROM clients c JOIN client_responses u ON u.client_id = c.id
      WHERE u.response_id = ANY(${[...ids]}::uuid[]) ORDER BY c.id FOR UPDATE OF c
    )
    UPDATE clients c SET onboarding = (
      SELECT coalesce(jsonb_agg(entry), '[]') FROM jsonb_array_elements(c.onboarding) AS entry
      WHERE NOT (entry->>'responseId')::uuid = ANY(${[...ids]}::uuid[])
    ) FROM held WHERE c.id = held.id`
})
