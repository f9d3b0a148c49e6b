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

const suggestionId: Column = { expression: "s.id", type: "uuid", nullable: false }

const plain: Record<keyof typeof suggestionFilters, Column> = {
  status: { expression: "s.status", type: "text", nullable: false },
  createdAt: { expression: "s.created_at", type: "timestamptz", nullable: false }
}
const suggestionColumns = columnsOf(plain)

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
    query: SuggestionQuery
  ): Effect.Effect<Page<Suggestion>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
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
            const reader = yield* actor
            const page = yield* list<SuggestionRow>(sql, {
              query,
              select: sql`s.id, s.response_id, s.form_title, s.name, s.status, s.matches, s.client_id, s.created_at`,
              from: sql`(SELECT *, owner_id AS author_id FROM client_suggestions) s`,
              filters: suggestionColumns,
              where: [
                openTo(sql, reader, "s", "manage_clients"),
                Object.keys(query).some((key) => key.startsWith("status")) ? sql`TRUE` : sql`s.status = 'open'`
              ],
              sortable: suggestionColumns,
              defaultSort: { field: "createdAt", descending: true },
              id: suggestionId
            }).pipe(Effect.catchTag("SqlError", Effect.die))
            return {
              ...page,
              data: page.data.map(({ createdAt, ...row }) => ({ ...row, createdAt: DateTime.makeUnsafe(createdAt) }))
            }
          })
        })
      })
    )
}
