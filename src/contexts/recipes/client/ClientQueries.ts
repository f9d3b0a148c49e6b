import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated, type User } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { list } from "../../../kernel/Listing.ts"
import { tagConditions } from "../access/dishConditions.ts"
import { openTo } from "../access/isOpen.ts"
import { searchedTable } from "../access/searchedTable.ts"
import type { Client, ClientId } from "../contract/Client.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import type { ClientQuery } from "../contract/ClientQuery.ts"
import { filterColumns, idColumn, sortColumns } from "./clientFilterColumns.ts"
import { clientColumns, type ClientRow, toClient } from "./ClientRow.ts"

export class ClientQueries extends Context.Service<ClientQueries, {
  listClients(
    query: ClientQuery
  ): Effect.Effect<Page<Client>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  getClient(id: ClientId): Effect.Effect<Client, Unauthenticated | ClientNotFound, CurrentCredential>
}>()("cardapio/contexts/recipes/client/ClientQueries") {
  static readonly layer: Layer.Layer<ClientQueries, never, Reads | Actors> = Layer.effect(
    ClientQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const open = (reader: User) => sql`c.discarded_at IS NULL AND ${openTo(sql, reader, "c", "manage_clients")}`

      return ClientQueries.of({
        listClients: Effect.fn("ClientQueries.listClients")(function*(query) {
          const reader = yield* actor
          const { allergen, email, menuId, phone, responseId } = query
          const page = yield* list<ClientRow>(sql, {
            query,
            select: clientColumns(sql),
            from: yield* Effect.orDie(searchedTable(sql, "clients", "c", "folded_name", query.q, open(reader))),
            filters: filterColumns,
            where: [
              open(reader),
              ...tagConditions(sql, "client", "c", query),
              ...email === undefined ? [] : [sql`c.emails @> ${[email.toLowerCase()]}::text[]`],
              ...phone === undefined
                ? []
                : [sql`EXISTS (
                    SELECT FROM unnest(c.phones) AS phone WHERE strpos(phone, ${phone.replace(/\D/g, "") || "none"}) > 0
                  )`],
              ...allergen === undefined ? [] : [sql`c.allergens && ${[...allergen]}::text[]`],
              ...menuId === undefined ? [] : [sql`c.id IN (
                SELECT n.client_id FROM menus n WHERE n.id = ANY(${[...menuId]}::uuid[])
                  AND n.discarded_at IS NULL AND ${openTo(sql, reader, "n", "manage_menus")})`],
              ...responseId === undefined
                ? []
                : [sql`EXISTS (
                    SELECT FROM jsonb_to_recordset(c.onboarding) AS o("responseId" uuid)
                    WHERE o."responseId" = ANY(${[...responseId]}::uuid[])
                  )`]
            ],
            sortable: sortColumns,
            defaultSort: { field: query.q === undefined ? "createdAt" : "rank", descending: true },
            id: idColumn
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toClient) }
        }),
        getClient: Effect.fn("ClientQueries.getClient")(function*(id) {
          const reader = yield* actor
          const [row] = yield* Effect.orDie(
            sql<ClientRow>`SELECT ${clientColumns(sql)} FROM clients c WHERE c.id = ${id} AND ${open(reader)}`
          )
          return row === undefined ? yield* new ClientNotFound({}) : toClient(row)
        })
      })
    })
  )
}
