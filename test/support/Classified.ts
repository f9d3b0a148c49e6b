import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { ClassificationId } from "../../src/contexts/products/contract/Classification.ts"
import type { ProductInput } from "../../src/contexts/products/contract/Product.ts"
import { clientOf } from "./TestServer.ts"

/** A new brand. */
export const brand = Effect.fnUntraced(function*(name: string) {
  const { classifications } = yield* clientOf()
  return (yield* classifications.createBrand({ headers: {}, query: {}, payload: { name } })).body.data
})

/** A new source. */
export const source = Effect.fnUntraced(function*(name: string) {
  const { classifications } = yield* clientOf()
  return (yield* classifications.createSource({ headers: {}, query: {}, payload: { name } })).body.data
})

/** Deletes a brand. */
export const remove = Effect.fnUntraced(function*(id: ClassificationId, reassignTo?: ClassificationId) {
  const { classifications } = yield* clientOf()
  const query = reassignTo === undefined ? {} : { reassignTo }
  return yield* classifications.deleteBrand({ params: { id }, headers: {}, query })
})

/** Deletes a source. */
export const removeSource = Effect.fnUntraced(function*(id: ClassificationId, reassignTo?: ClassificationId) {
  const { classifications } = yield* clientOf()
  const query = reassignTo === undefined ? {} : { reassignTo }
  return yield* classifications.deleteSource({ params: { id }, headers: {}, query })
})

/** A new product. */
export const product = Effect.fnUntraced(function*(payload: ProductInput) {
  const { products } = yield* clientOf()
  return (yield* products.create({ headers: {}, query: {}, payload })).body.data
})

/** The product as it is read. */
export const productOf = Effect.fnUntraced(function*(id: Effect.Success<ReturnType<typeof product>>["id"]) {
  const { products } = yield* clientOf()
  return (yield* products.get({ params: { id }, query: {} })).body.data
})

/** What an effect answers, and the events that it published. */
export const eventsAfter = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const [before] = yield* sql<{ count: number }>`SELECT count(*)::integer AS count FROM events`
  const answer = yield* effect
  const events = yield* sql<{ tag: string; payload: { readonly items: ReadonlyArray<object> } }>`
    SELECT tag, payload FROM events ORDER BY published_at, id OFFSET ${before?.count ?? 0}`
  return { answer, events: events.map(({ payload, tag }) => ({ tag, items: payload.items })) }
})

/** What the audit log tells of a thing. */
export const entriesOf = (id: string) =>
  SqlClient.SqlClient.use((sql) =>
    sql<object>`
      SELECT command, target_type, version_before, version_after, changed_fields FROM audit_log
      WHERE target_id = ${id} ORDER BY id`
  )
