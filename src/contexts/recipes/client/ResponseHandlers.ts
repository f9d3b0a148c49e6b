import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { type ResponseId, ResponseNotFound } from "../../onboarding/contract/FormResponse.ts"
import { ResponseLookup, type SubmittedResponse } from "../../onboarding/contract/ResponseLookup.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { ownerOf } from "../access/ownerOf.ts"
import type { ClientId } from "../contract/Client.ts"
import type { ResponseCommand } from "../contract/ClientCommands.ts"
import {
  ResponseAlreadyUsed,
  type ResponseUse,
  type SuggestionId,
  SuggestionNotFound
} from "../contract/ClientResponse.ts"
import { ResponseApplied } from "../contract/RecipesEvents.ts"
import { decoded } from "./clientDocument.ts"
import { clientFieldsOf } from "./clientFields.ts"
import { type KeptOnboarding, toClient } from "./ClientRow.ts"
import { clientWriter } from "./clientWriter.ts"
import { entryOf, proposed } from "./ResponseUses.ts"

const applied = (responseId: ResponseId, clientId: ClientId) =>
  eventOf(ResponseApplied, new ResponseApplied({ responseId, clientId }))

export const responseHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const responses = yield* ResponseLookup
  const products = yield* ProductLookup
  const { created, live, updated } = yield* clientWriter

  const found = Effect.fnUntraced(function*(id: ResponseId, actor: Actor) {
    return (yield* responses.find(id, actor)) ?? (yield* new ResponseNotFound({}))
  })

  const keep = (id: ClientId, entry: KeptOnboarding) =>
    sql`UPDATE clients SET onboarding = onboarding || ${JSON.stringify([entry])}::jsonb WHERE id = ${id}`

  /** Whose the response is, by whoever comes first; it is suggested no longer. */
  const claim = Effect.fnUntraced(function*(response: ResponseId, client: ClientId) {
    const [own] = yield* sql`
      INSERT INTO client_responses (response_id, client_id) VALUES (${response}, ${client}) ON CONFLICT DO NOTHING
      RETURNING client_id`
    if (own !== undefined) {
      yield* sql`
        UPDATE client_suggestions SET status = 'accepted', client_id = ${client}, updated_at = now()
        WHERE response_id = ${response}`
      return true
    }
    const [held] = yield* sql<{ clientId: ClientId }>`
      SELECT client_id FROM client_responses WHERE response_id = ${response}`
    return held?.clientId === client ? false : yield* new ResponseAlreadyUsed({})
  })

  const make = Effect.fnUntraced(
    function*(response: SubmittedResponse, use: Omit<ResponseUse, "responseId">, actor: Actor) {
      const { document, fields } = yield* proposed(response, products, undefined, use)
      const input = yield* decoded(document)
      const { row, ...made } = yield* created(
        yield* ownerOf(actor),
        clientFieldsOf(input, { home: response.country }),
        Object.keys(input)
      )
      yield* claim(response.id, row.id)
      const entry = entryOf(response, "created", fields)
      yield* keep(row.id, entry)
      return {
        answer: toClient({ ...row, onboarding: [entry] }),
        change: made.change,
        events: [...made.events, applied(response.id, row.id)]
      }
    }
  )

  const merge = Effect.fnUntraced(function*(
    id: ClientId,
    ifMatch: string | undefined,
    response: SubmittedResponse,
    use: Omit<ResponseUse, "responseId">,
    actor: Actor
  ) {
    const row = yield* live(id, actor, ifMatch)
    if (!(yield* claim(response.id, id))) return { answer: toClient(row) }
    const { document, fields } = yield* proposed(response, products, row, use)
    const entry = entryOf(response, "merged", fields)
    yield* keep(id, entry)
    const after = yield* updated(
      { ...row, onboarding: [...row.onboarding, entry] },
      clientFieldsOf(yield* decoded(document), { home: response.country, before: row.contact }),
      ["onboarding"]
    )
    return { ...after, events: [...after.events ?? [], applied(response.id, id)] }
  })

  const open = Effect.fnUntraced(function*(id: SuggestionId, actor: Actor) {
    const [row] = yield* sql<{ responseId: ResponseId }>`
      SELECT response_id FROM client_suggestions WHERE id = ${id} AND owner_id = ${actor.userId} AND status = 'open' FOR UPDATE`
    return row ?? (yield* new SuggestionNotFound({}))
  })

  const handlers: Handlers<ResponseCommand> = {
    "recipes/CreateClientFromResponse": Effect.fnUntraced(function*({ use }, actor) {
      return yield* make(yield* found(use.responseId, actor), use, actor)
    }),
    "recipes/MergeResponse": Effect.fnUntraced(function*({ id, ifMatch, use }, actor) {
      return yield* merge(id, ifMatch, yield* found(use.responseId, actor), use, actor)
    }),
    "recipes/AcceptSuggestion": Effect.fnUntraced(function*({ id, input: { clientId, ...use } }, actor) {
      const { responseId } = yield* open(id, actor)
      const response = yield* found(responseId, actor)
      return clientId === undefined
        ? yield* make(response, use, actor)
        : yield* merge(clientId, undefined, response, use, actor).pipe(Effect.catchTag("VersionMismatch", Effect.die))
    }),
    "recipes/DismissSuggestion": Effect.fnUntraced(function*({ id }, actor) {
      yield* open(id, actor)
      yield* sql`UPDATE client_suggestions SET status = 'dismissed', updated_at = now() WHERE id = ${id}`
      const target = { type: "client_suggestion", id }
      return { answer: undefined, change: { target, versionBefore: 1, versionAfter: 2, changedFields: ["status"] } }
    })
  }
  return handlers
})
