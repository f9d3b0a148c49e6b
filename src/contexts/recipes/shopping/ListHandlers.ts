import { Effect, Struct } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { orConflict } from "../../../kernel/orConflict.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { isOpen } from "../access/isOpen.ts"
import type { ClientId } from "../contract/Client.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import { ShoppingListId, type ShoppingListInput } from "../contract/ShoppingList.ts"
import type {
  ChangeShoppingList,
  RefreshShoppingList,
  ShoppingListCommand,
  TickLine
} from "../contract/ShoppingListCommands.ts"
import { ShoppingListLimit, ShoppingListNotFound } from "../contract/ShoppingListProblems.ts"
import { listFor } from "./listFor.ts"
import { listColumns, type ListRow, toSavedList } from "./ListRow.ts"

const atMost = 10

interface Owned {
  readonly authorId: UserId
  readonly discarded: boolean
}

const changeOf = (
  { id, version }: Pick<ListRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "shopping_list", id }, versionBefore, versionAfter: version, changedFields })

/** Lines that are there keep their ids, and so their ticks. */
const ownLinesOf = (lines: ShoppingListInput["ownLines"] = [], before: ListRow["ownLines"] = []) =>
  lines.map(({ department, id, text }) => ({
    id: before.find((line) => line.id === id)?.id ?? SecureRandom.uuidV7Unsafe(),
    text,
    department: department ?? null
  }))

export const listHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const products = yield* ProductLookup
  const columns = sql.literal(listColumns)

  /** The client, held: whoever saves a list waits for whoever else does. */
  const requireClient = Effect.fnUntraced(function*(id: ClientId, actor: Actor) {
    const [client] = yield* sql<Owned>`
      SELECT author_id, discarded_at IS NOT NULL AS discarded FROM clients WHERE id = ${id} FOR NO KEY UPDATE`
    const isThere = client !== undefined && !client.discarded && isOpen(actor, client, "manage_clients")
    if (!isThere) return yield* new ClientNotFound({})
  })

  const locked = Effect.fnUntraced(function*(
    { clientId, id, ifMatch }: Pick<TickLine, "clientId" | "id" | "ifMatch">,
    actor: Actor
  ) {
    yield* requireClient(clientId, actor)
    const [row] = yield* sql<ListRow>`
      SELECT ${columns} FROM shopping_lists WHERE id = ${id} AND client_id = ${clientId} FOR UPDATE`
    if (row === undefined) return yield* new ShoppingListNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  /** Writes a list's words and ticks as its next version. */
  const write = ({ id, name, ownLines, ticked, version }: ListRow) =>
    orConflict(
      sql<ListRow>`
        UPDATE shopping_lists SET name = ${name}, own_lines = ${JSON.stringify(ownLines)}::jsonb,
          ticked = ${[...ticked]}::uuid[], version = version + 1, updated_at = now()
        WHERE id = ${id} AND version = ${version} RETURNING ${columns}`
    )

  const change = Effect.fnUntraced(function*({ patch, ...command }: ChangeShoppingList, actor: Actor) {
    const row = yield* locked(command, actor)
    const ownLines = patch.ownLines === undefined ? row.ownLines : ownLinesOf(patch.ownLines, row.ownLines)
    const after = yield* write({ ...row, name: patch.name ?? row.name, ownLines })
    return { answer: toSavedList(after), change: changeOf(after, row.version, Object.keys(patch)) }
  })

  const tick = Effect.fnUntraced(function*({ lineId, ticked, ...command }: TickLine, actor: Actor) {
    const row = yield* locked(command, actor)
    const isThere = row.computed.lines.some(({ productId }) => productId === lineId) ||
      row.ownLines.some(({ id }) => id === lineId)
    if (!isThere) return yield* new ShoppingListNotFound({ detail: "The list has no such line." })
    if (row.ticked.includes(lineId) === ticked) return { answer: toSavedList(row) }
    const others = row.ticked.filter((id) => id !== lineId)
    const after = yield* write({ ...row, ticked: ticked ? [...others, lineId] : others })
    return { answer: toSavedList(after), change: changeOf(after, row.version, ["ticked"]) }
  })

  const refresh = Effect.fnUntraced(function*(command: RefreshShoppingList, actor: Actor) {
    const row = yield* locked(command, actor)
    const { list, mealIds, productIds, recipeIds } = yield* listFor(sql, products, actor, row.input, "FOR SHARE")
    const after = yield* orConflict(
      sql<ListRow>`
        UPDATE shopping_lists SET computed = ${JSON.stringify(list)}::jsonb, stale = false,
          meal_ids = ${mealIds}::uuid[], recipe_ids = ${recipeIds}::uuid[], product_ids = ${productIds}::uuid[],
          version = version + 1, updated_at = now()
        WHERE id = ${row.id} AND version = ${row.version} RETURNING ${columns}`
    )
    return { answer: toSavedList(after), change: changeOf(after, row.version, ["lines"]) }
  })

  const handlers: Handlers<ShoppingListCommand> = {
    "recipes/SaveShoppingList": Effect.fnUntraced(function*({ clientId, input }, actor) {
      yield* requireClient(clientId, actor)
      const [{ count } = { count: 0 }] = yield* sql<{ count: number }>`
        SELECT count(*)::integer AS count FROM shopping_lists WHERE client_id = ${clientId}`
      if (count >= atMost) return yield* new ShoppingListLimit({})
      const wanted = Struct.omit(input, ["name", "ownLines"])
      const { list, mealIds, productIds, recipeIds } = yield* listFor(sql, products, actor, wanted, "FOR SHARE")
      const id = ShoppingListId.make(SecureRandom.uuidV7Unsafe())
      const [row] = yield* sql<ListRow>`
        INSERT INTO shopping_lists (id, client_id, name, input, computed, own_lines, menu_ids, meal_ids, recipe_ids, product_ids)
        VALUES (${id}, ${clientId}, ${input.name}, ${JSON.stringify(wanted)}::jsonb, ${JSON.stringify(list)}::jsonb,
          ${JSON.stringify(ownLinesOf(input.ownLines))}::jsonb, ${[...input.menuIds]}::uuid[], ${mealIds}::uuid[],
          ${recipeIds}::uuid[], ${productIds}::uuid[])
        RETURNING ${columns}`
      if (row === undefined) return yield* Effect.die("nothing was inserted")
      return { answer: toSavedList(row), change: changeOf(row, null, Object.keys(input)) }
    }),

    "recipes/ChangeShoppingList": change,
    "recipes/RefreshShoppingList": refresh,
    "recipes/TickLine": tick,

    "recipes/DeleteShoppingList": Effect.fnUntraced(function*(command, actor) {
      const row = yield* locked(command, actor)
      yield* sql`DELETE FROM shopping_lists WHERE id = ${row.id}`
      return { answer: undefined, change: changeOf(row, row.version, ["deleted"]) }
    })
  }
  return handlers
})
