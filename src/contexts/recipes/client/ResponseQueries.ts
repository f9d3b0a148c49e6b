import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { ResponseNotFound } from "../../onboarding/contract/FormResponse.ts"
import { ResponseLookup } from "../../onboarding/contract/ResponseLookup.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { openTo } from "../access/isOpen.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import type { suggestionFilters, SuggestionQuery } from "../contract/ClientQuery.ts"
import type { ClientProposal, PreviewInput, Suggestion } from "../contract/ClientResponse.ts"
import { decoded } from "./clientDocument.ts"
import { clientColumns, type ClientRow } from "./ClientRow.ts"
import { proposed, toProposal } from "./ResponseUses.ts"

interface SuggestionRow extends Omit<Suggestion, "createdAt"> {
  readonly createdAt: Date
}

const suggestionColumns: Record<keyof typeof suggestionFilters, Column> = {
  id: { expression: "id", type: "uuid", nullable: false },
  status: { expression: "status", type: "text", nullable: false },
  createdAt: { expression: "created_at", type: "timestamptz", nullable: false }
}
const suggestionColumn = columnsOf(suggestionColumns)

const toSuggestion = (
  { clientId, createdAt, formTitle, id, matches, name, responseId, status }: SuggestionRow
): Suggestion => ({
  id,
  responseId,
  formTitle,
  name,
  status,
  matches,
  clientId,
  createdAt: DateTime.makeUnsafe(createdAt)
})

export class ResponseQueries extends Context.Service<ResponseQueries, {
  previewResponse(
    input: PreviewInput
  ): Effect.Effect<
    ClientProposal,
    Unauthenticated | ResponseNotFound | ClientNotFound | InvalidRequest,
    CurrentCredential
  >
  listSuggestions(
    query: SuggestionQuery
  ): Effect.Effect<
    Page<Suggestion>,
    Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
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
          listSuggestions: Effect.fn("ResponseQueries.listSuggestions")(function*(query) {
            const { userId } = yield* actor
            const wanted = { ...query, status: query.status ?? ["open"] }
            const page = yield* list<SuggestionRow>(sql, {
              query: wanted,
              select: sql`id, response_id, form_title, name, status, matches, client_id, created_at`,
              from: sql`client_suggestions`,
              filters: suggestionColumn,
              where: [sql`owner_id = ${userId}`],
              sortable: suggestionColumn,
              defaultSort: { field: "createdAt", descending: true },
              id: suggestionColumns.id
            }).pipe(Effect.catchTag("SqlError", Effect.die))
            const data = page.data.map(toSuggestion)
            return { ...page, data }
          })
        })
      })
    )
}
