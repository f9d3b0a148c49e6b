import { Array as Arr, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { EventBus } from "../../../kernel/EventBus.ts"
import type { ClientId } from "../contract/Client.ts"
import type { MenuSummary } from "../contract/Menu.ts"
import { batchSize, MenuArchived } from "../contract/RecipesEvents.ts"

type Archived = Pick<MenuSummary, "id" | "authorId" | "clientId" | "name">

/** Archives all menus of clients, as their next versions. */
export const archiveMenusOf = Effect.fnUntraced(function*(clients: ReadonlyArray<ClientId>) {
  const sql = yield* SqlClient.SqlClient
  const archived = yield* sql<Archived>`
    WITH held AS (
      SELECT id FROM menus WHERE client_id = ANY(${[
    ...clients
  ]}::uuid[]) AND status <> 'archived' ORDER BY id FOR UPDATE
    )
    UPDATE menus n SET status = 'archived', version = version + 1, updated_at = now() FROM held WHERE n.id = held.id
    RETURNING n.id, n.author_id, n.client_id, n.name`
  const events = Arr.chunksOf(archived, batchSize).map((items) => eventOf(MenuArchived, new MenuArchived({ items })))
  yield* (yield* EventBus).publish(events, null)
})
