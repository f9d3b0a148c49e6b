import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { ResponseNotFound } from "../../onboarding/contract/FormResponse.ts"
import { ResponseLookup } from "../../onboarding/contract/ResponseLookup.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { openTo } from "../access/isOpen.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import type { ClientProposal, PreviewInput, Suggestion } from "../contract/ClientResponse.ts"
import { decoded } from "./clientDocument.ts"
import { clientColumns, type ClientRow } from "./ClientRow.ts"
import { proposed, toProposal } from "./ResponseUses.ts"

interface SuggestionRow extends Omit<Suggestion, "createdAt"> {
  readonly createdAt: Date
}

export class ResponseQueries extends Context.Service<ResponseQueries, {
  previewResponse(
    input: PreviewInput
  ): Effect.Effect<
    ClientProposal,
    Unauthenticated | ResponseNotFound | ClientNotFound | InvalidRequest,
    CurrentCredential
  >
  listSuggestions(
    status: Suggestion["status"]
  ): Effect.Effect<ReadonlyArray<Suggestion>, Unauthenticated, CurrentCredential>
}>()("cardapio/contexts/recipes/client/ResponseQueries") {
  static readonly layer: Layer.Layer<ResponseQueries, never, Reads | Actors | ProductLookup | ResponseLookup> = Layer
    .effect(
      ResponseQueries,
      Effect.gen(function*() {
        const sql = yield* Reads
        const actor = yield* readingActor
        const products = yield* ProductLookup
        const responses = yield* ResponseLookup

        return ResponseQueries.of({
          previewResponse: Effect.fn("ResponseQueries.previewResponse")(function*({ clientId, responseId, ...use }) {
            const reader = yield* actor
            const response = (yield* responses.find(responseId, reader)) ?? (yield* new ResponseNotFound({}))
            const [row] = clientId === undefined ? [] : yield* Effect.orDie(
              sql<ClientRow>`
                SELECT ${clientColumns(sql)} FROM clients c WHERE c.id = ${clientId} AND c.discarded_at IS NULL
                  AND ${openTo(sql, reader, "c", "manage_clients")}`
            )
            if (clientId !== undefined && row === undefined) return yield* new ClientNotFound({})
            const found = yield* proposed(response, products, row, use)
            // A name may still be given; all else has to be what a client can be made from.
            yield* decoded({ name: response.formTitle, ...found.document })
            return toProposal(response, found)
          }),
          listSuggestions: Effect.fn("ResponseQueries.listSuggestions")(function*(status) {
            const { userId } = yield* actor
            const rows = yield* Effect.orDie(sql<SuggestionRow>`
              SELECT id, response_id, form_title, name, status, matches, client_id, created_at FROM client_suggestions
              WHERE owner_id = ${userId} AND status = ${status} ORDER BY created_at DESC, id DESC LIMIT 200`)
            return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: DateTime.makeUnsafe(createdAt) }))
          })
        })
      })
    )
}
