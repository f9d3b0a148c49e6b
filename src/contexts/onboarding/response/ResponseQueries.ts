import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { list } from "../../../kernel/Listing.ts"
import {
  type ResponseDetail,
  type ResponseId,
  ResponseNotFound,
  type ResponseSummary
} from "../contract/FormResponse.ts"
import type { ResponseListQuery } from "../contract/ResponseQuery.ts"
import { mayUse, openTo } from "../form/access.ts"
import { filterColumns, idColumn, responseConditions } from "./responseConditions.ts"
import {
  responseColumns,
  type ResponseRow,
  summaryColumns,
  type SummaryRow,
  toDetail,
  toSummary,
  withoutAnswers
} from "./ResponseRow.ts"

export class ResponseQueries extends Context.Service<ResponseQueries, {
  listResponses(
    query: ResponseListQuery
  ): Effect.Effect<
    Page<ResponseSummary>,
    Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
  getResponse(id: ResponseId): Effect.Effect<ResponseDetail, Unauthenticated | ResponseNotFound, CurrentCredential>
}>()("cardapio/contexts/onboarding/response/ResponseQueries") {
  static readonly layer: Layer.Layer<ResponseQueries, never, Reads | Actors> = Layer.effect(
    ResponseQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor

      return ResponseQueries.of({
        listResponses: Effect.fn("ResponseQueries.listResponses")(function*(query) {
          const reader = yield* actor
          const page = yield* list<SummaryRow>(sql, {
            query,
            select: summaryColumns(sql),
            from: sql`form_responses r JOIN forms f ON f.id = r.form_id`,
            filters: filterColumns,
            where: responseConditions(sql, reader, query),
            sortable: filterColumns,
            defaultSort: { field: "submittedAt", descending: true },
            id: idColumn
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toSummary) }
        }),
        getResponse: Effect.fn("ResponseQueries.getResponse")(function*(id) {
          const reader = yield* actor
          const [row] = yield* Effect.orDie(sql<ResponseRow>`
            SELECT ${responseColumns(sql)} FROM form_responses r JOIN forms f ON f.id = r.form_id
            WHERE r.id = ${id} AND ${openTo(sql, reader, "view_onboarding_responses", "access_client_data")}`)
          if (row === undefined) return yield* new ResponseNotFound({})
          return mayUse(reader, row, "access_client_data") ? toDetail(row) : withoutAnswers(toDetail(row))
        })
      })
    })
  )
}
