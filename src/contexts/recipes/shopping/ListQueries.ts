import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { openTo } from "../access/isOpen.ts"
import type { ClientId } from "../contract/Client.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import type { MenuHasNoStartDate, MenuNotFound } from "../contract/MenuProblems.ts"
import type {
  SavedList,
  SavedListSummary,
  ShoppingInput,
  ShoppingList,
  ShoppingListId
} from "../contract/ShoppingList.ts"
import { ShoppingListNotFound } from "../contract/ShoppingListProblems.ts"
import { listFor, type NamedIn } from "./listFor.ts"
import { listColumns, type ListRow, toSavedList, toSummary } from "./ListRow.ts"
import { roundedList } from "./roundedList.ts"

export class ListQueries extends Context.Service<ListQueries, {
  computeShoppingList(
    input: ShoppingInput,
    namedIn: NamedIn
  ): Effect.Effect<
    ShoppingList,
    Unauthenticated | MenuNotFound | MenuHasNoStartDate | InvalidRequest,
    CurrentCredential
  >
  listShoppingLists(
    client: ClientId
  ): Effect.Effect<ReadonlyArray<SavedListSummary>, Unauthenticated | ClientNotFound, CurrentCredential>
  getShoppingList(
    client: ClientId,
    id: ShoppingListId
  ): Effect.Effect<SavedList, Unauthenticated | ClientNotFound | ShoppingListNotFound, CurrentCredential>
}>()("cardapio/contexts/recipes/shopping/ListQueries") {
  static readonly layer: Layer.Layer<ListQueries, never, Reads | Actors | ProductLookup> = Layer.effect(
    ListQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const products = yield* ProductLookup
      const columns = sql.literal(listColumns)

      const requireClient = Effect.fnUntraced(function*(id: ClientId) {
        const reader = yield* actor
        const [found] = yield* Effect.orDie(sql`
          SELECT FROM clients c WHERE c.id = ${id} AND c.discarded_at IS NULL AND ${
          openTo(sql, reader, "c", "manage_clients")
        }`)
        if (found === undefined) return yield* new ClientNotFound({})
      })

      return ListQueries.of({
        computeShoppingList: Effect.fn("ListQueries.computeShoppingList")(function*(input, namedIn) {
          const reader = yield* actor
          const { list } = yield* listFor(sql, products, reader, input, "", namedIn).pipe(
            Effect.catchTag("SqlError", Effect.die)
          )
          return roundedList(list)
        }),
        listShoppingLists: Effect.fn("ListQueries.listShoppingLists")(function*(client) {
          yield* requireClient(client)
          const rows = yield* Effect.orDie(sql<ListRow>`
            SELECT ${columns} FROM shopping_lists WHERE client_id = ${client} ORDER BY created_at DESC, id DESC`)
          return rows.map(toSummary)
        }),
        getShoppingList: Effect.fn("ListQueries.getShoppingList")(function*(client, id) {
          yield* requireClient(client)
          const [row] = yield* Effect.orDie(sql<ListRow>`
            SELECT ${columns} FROM shopping_lists WHERE client_id = ${client} AND id = ${id}`)
          return row === undefined ? yield* new ShoppingListNotFound({}) : toSavedList(row)
        })
      })
    })
  )
}
