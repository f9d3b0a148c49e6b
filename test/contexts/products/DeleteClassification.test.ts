import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { ImportRepo } from "../../../src/contexts/products/import/ImportRepo.ts"
import { Reactions } from "../../../src/server/Infrastructure.ts"
import {
  brand,
  entriesOf,
  eventsAfter,
  product,
  productOf,
  remove,
  removeSource,
  source
} from "../../support/Classified.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

/** Without reactions, whose deliveries are statements of their own. */
const Server = TestServer().pipe(
  Layer.provideMerge(CountedStatements),
  Layer.provideMerge(Layer.succeed(Reactions, []))
)

layer(Server, { excludeTestServices: true })("DeleteClassification", (it) => {
  it.effect("one in use is deleted only where its products go to another, all of them and in a few statements", () =>
    Effect.gen(function*() {
      const { products } = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const moving = Effect.fnUntraced(function*(count: number) {
        const [from, to] = [yield* brand(`from ${count}`), yield* brand(`to ${count}`)]
        const kept = yield* product({ name: "kept", brandId: from.id })
        const discarded = yield* product({ name: "discarded", brandId: from.id })
        yield* products.discard({ params: { id: discarded.id }, headers: {}, query: {} })
        yield* sql`
          INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, brand_id)
          SELECT uuidv7(), 'n', 'n', 'en', '01980000-0000-7000-8002-000000000001', ${`${count} `} || n, ${from.id}
          FROM generate_series(3, ${count}) AS n`
        const inUse = yield* Effect.flip(remove(from.id))
        assert.isTrue(inUse._tag === "ClassificationInUse" && inUse.count === count - 1)
        const { answer: { statements }, events } = yield* eventsAfter(countingStatements(remove(from.id, to.id)))
        return { from, to, kept, discarded, statements, events }
      })
      const few = yield* moving(2)
      const many = yield* moving(2500)
      assert.deepStrictEqual(few.statements, many.statements)
      assert.isAtMost(many.statements, 10)

      const { discarded, from, kept, to } = many
      const [told, ...changes] = many.events
      assert.deepStrictEqual(told, {
        tag: "products/ClassificationChanged",
        items: [{ kind: "brand", id: from.id, change: "deleted", reassignedTo: to.id, productCount: 2499 }]
      })
      assert.deepStrictEqual(changes.map(({ tag }) => tag), Array.from({ length: 3 }, () => "products/ProductChanged"))
      assert.deepStrictEqual(changes.map(({ items }) => items.length).toSorted((a, b) => a - b), [500, 1000, 1000])
      assert.deepInclude(changes.flatMap(({ items }) => items), {
        id: kept.id,
        version: 2,
        changedFields: ["brand"],
        nutritionChanged: false,
        shoppingChanged: true,
        allergensChanged: false
      })
      const after = yield* productOf(kept.id)
      assert.deepStrictEqual([after.brand?.id, after.version, [...after.manualFields].toSorted()], [
        to.id,
        2,
        ["brand", "name"]
      ])
      const [manual] = yield* sql<{ count: number }>`
        SELECT count(*)::integer AS count FROM products WHERE brand_id = ${to.id} AND 'brand' = ANY(manual_fields)`
      assert.strictEqual(manual?.count, 2500)
      assert.isAbove(after.updatedAt.epochMilliseconds, kept.updatedAt.epochMilliseconds)
      const { body } = yield* products.restore({ params: { id: discarded.id }, headers: {}, query: {} })
      assert.deepStrictEqual([body.data.brand?.id, body.data.version], [to.id, 4])
      const entries = yield* entriesOf(from.id)
      assert.strictEqual(entries.length, 2)
      assert.deepInclude(entries[1], { changedFields: ["discarded", "2500 products"] })
    }))

  it.effect("products go to a live one of the same kind alone", () =>
    Effect.gen(function*() {
      const { classifications } = yield* clientOf()
      const [from, gone] = [yield* brand("de"), yield* brand("ida")]
      yield* remove(gone.id)
      const category = yield* classifications.createCategory({ headers: {}, query: {}, payload: { name: "outra" } })
      for (const id of [from.id, gone.id, category.body.data.id]) {
        const unknown = yield* Effect.flip(remove(from.id, id))
        assert.isTrue(unknown._tag === "ReferenceUnknown" && unknown.errors?.[0]?.parameter === "reassignTo")
      }
      const { token } = yield* Administrator
      const answer = yield* HttpClient.execute(
        HttpClientRequest.delete(`/v1/products/brands/${from.id}?reassignTo=1`).pipe(
          HttpClientRequest.bearerToken(token)
        )
      )
      assert.strictEqual(answer.status, 422)
      assert.include(yield* answer.text, "\"parameter\":\"reassignTo\"")
    }))

  it.effect("products of a source do not go where their reference or barcode is taken", () =>
    Effect.gen(function*() {
      const { products } = yield* clientOf()
      const [from, to] = [yield* source("A"), yield* source("B")]
      yield* product({ name: "free", sourceId: from.id })
      const moving = yield* product({ name: "m", sourceId: from.id, sourceRef: "1", barcode: "96385074" })
      const sameRef = yield* product({ name: "r", sourceId: to.id, sourceRef: "1" })
      yield* products.discard({ params: { id: sameRef.id }, headers: {}, query: {} })
      const ref = yield* Effect.flip(removeSource(from.id, to.id))
      assert.isTrue(ref._tag === "SourceRefTaken" && ref.productId === sameRef.id)
      yield* products.update({ params: { id: moving.id }, headers: {}, query: {}, payload: { sourceRef: "2" } })
      const sameBarcode = yield* product({ name: "b", sourceId: to.id, barcode: "00000096385074" })
      const barcode = yield* Effect.flip(removeSource(from.id, to.id))
      assert.isTrue(barcode._tag === "BarcodeTaken" && barcode.productId === sameBarcode.id)
      assert.strictEqual((yield* productOf(moving.id)).source.id, from.id)
      yield* products.discard({ params: { id: sameBarcode.id }, headers: {}, query: {} })
      yield* removeSource(from.id, to.id)
      assert.strictEqual((yield* productOf(moving.id)).source.id, to.id)
    }))

  it.effect("no product comes to carry one that is deleted at the same moment", () =>
    Effect.gen(function*() {
      const { products } = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const plain = yield* product({ name: "plain" })
      for (let round = 0; round < 15; round++) {
        const { id } = yield* brand(`round ${round}`)
        const discarded = yield* product({ name: "d", brandId: id })
        yield* products.discard({ params: { id: discarded.id }, headers: {}, query: {} })
        const params = { id: plain.id }
        yield* Effect.all([
          Effect.exit(product({ name: "new", brandId: id })),
          Effect.exit(remove(id)),
          Effect.exit(products.update({ params, headers: {}, query: {}, payload: { brandId: id } })),
          Effect.exit(products.restore({ params: { id: discarded.id }, headers: {}, query: {} }))
        ], { concurrency: "unbounded" })
      }
      assert.deepStrictEqual(
        yield* sql`
          SELECT p.name, k.name FROM products p JOIN classifications k ON k.id = p.brand_id
          WHERE k.deleted AND NOT p.discarded`,
        []
      )
      const [deleted] = yield* sql<{ count: number }>`
        SELECT count(*)::integer AS count FROM classifications WHERE deleted AND name LIKE 'round %'`
      assert.isAbove(deleted?.count ?? 0, 0)
    }))

  it.effect("an import holds what its records name, and makes anew what was deleted before it could", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const imports = yield* ImportRepo
      const { id } = yield* brand("Importada")
      const waiting = sql<{ waits: boolean }>`
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waits`
      const untilOneWaits = Effect.repeat(waiting, { until: ([row]) => row?.waits === true })
      const classify = Effect.map(
        imports.classify([{ kind: "brand", name: "IMPORTADA" }], null),
        ([found]) => found?.id
      )

      const carried = sql.withTransaction(Effect.gen(function*() {
        assert.strictEqual(yield* classify, id)
        const removal = yield* Effect.forkDetach(Effect.flip(remove(id)))
        yield* untilOneWaits
        yield* sql`
          INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, brand_id)
          VALUES (uuidv7(), 'n', 'n', 'en', '01980000-0000-7000-8002-000000000001', 'imported', ${id})`
        return removal
      }))
      const refused = yield* Fiber.join(yield* carried)
      assert.isTrue(refused._tag === "ClassificationInUse" && refused.count === 1)

      yield* sql`DELETE FROM products WHERE source_ref = 'imported'`
      const [held, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const deletion = yield* Effect.forkChild(sql.withTransaction(Effect.gen(function*() {
        yield* sql`SELECT FROM classifications WHERE id = ${id} FOR UPDATE`
        yield* Deferred.succeed(held, undefined)
        yield* Deferred.await(go)
        yield* sql`UPDATE classifications SET deleted = true WHERE id = ${id}`
      })))
      yield* Deferred.await(held)
      const again = yield* Effect.forkChild(sql.withTransaction(classify))
      yield* untilOneWaits
      yield* Deferred.succeed(go, undefined)
      yield* Fiber.join(deletion)
      const other = yield* Fiber.join(again)
      assert.isDefined(other)
      assert.notStrictEqual(other, id)
    }).pipe(Effect.provide(ImportRepo.layer)))
})
