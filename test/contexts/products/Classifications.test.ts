import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import type { ClassificationId } from "../../../src/contexts/products/contract/Classification.ts"
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
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

layer(TestServer(), { excludeTestServices: true })("Classifications", (it) => {
  it.effect("are created and changed, and each change is told and written down", () =>
    Effect.gen(function*() {
      const { userId } = yield* Administrator
      const { classifications } = yield* clientOf()
      const { answer, events } = yield* eventsAfter(
        classifications.createCategory({
          headers: {},
          query: {},
          payload: { name: "  Leguminosas ", description: "Feijões" }
        })
      )
      const { data } = answer.body
      const { id } = data
      const params = { id }
      assert.deepStrictEqual(
        [data.name, data.description, data.author, data.productCount, data.version, data.discarded],
        ["Leguminosas", "Feijões", { id: data.author?.id, name: "Administrator" }, 0, 1, false]
      )
      assert.strictEqual(data.author?.id, userId)
      assert.notProperty(data, "rank")
      assert.deepStrictEqual(answer.headers, { etag: "\"1\"", location: `/v1/products/categories/${id}` })
      assert.deepStrictEqual(events, [{
        tag: "products/ClassificationChanged",
        items: [{ kind: "category", id, change: "created", productCount: 0 }]
      }])
      yield* product({ name: "Feijão", categoryId: id })

      const stale = yield* Effect.flip(
        classifications.updateCategory({ params, headers: { "if-match": "\"9\"" }, query: {}, payload: { name: "x" } })
      )
      assert.isTrue(stale._tag === "VersionMismatch" && stale.currentVersion === 1)
      const update = (payload: object) =>
        classifications.updateCategory({ params, headers: { "if-match": "*" }, query: {}, payload })
      const updated = yield* eventsAfter(update({ name: "Leguminosas secas", description: null }))
      const changed = updated.answer.body.data
      assert.deepStrictEqual(
        [changed.name, changed.description, changed.productCount, changed.version, updated.answer.headers.etag],
        ["Leguminosas secas", null, 1, 2, "\"2\""]
      )
      assert.deepStrictEqual(updated.events[0]?.items, [{ kind: "category", id, change: "updated", productCount: 1 }])
      const same = yield* eventsAfter(update({ name: "Leguminosas secas" }))
      assert.deepStrictEqual([same.answer.body.data.version, same.events], [2, []])
      assert.deepStrictEqual((yield* classifications.getCategory({ params, query: {} })).body.data, changed)
      const wrong = yield* Effect.flip(update({ name: "" }))
      assert.strictEqual(wrong._tag, "InvalidRequest")

      assert.deepStrictEqual(yield* entriesOf(id), [
        {
          command: "products/CreateClassification",
          targetType: "category",
          versionBefore: null,
          versionAfter: 1,
          changedFields: ["name", "description"]
        },
        {
          command: "products/UpdateClassification",
          targetType: "category",
          versionBefore: 1,
          versionAfter: 2,
          changedFields: ["name", "description"]
        }
      ])
    }))

  it.effect("a deleted one is read on request alone, and is restored before a discarded product that carries it", () =>
    Effect.gen(function*() {
      const { classifications, products } = yield* clientOf()
      const { id } = yield* brand("Extinta")
      const params = { id }
      const carrying = { id: (yield* product({ name: "Biscoito", brandId: id })).id }
      yield* products.discard({ params: carrying, headers: {}, query: {} })
      const deletion = yield* eventsAfter(remove(id))
      assert.deepStrictEqual(deletion.events.map(({ items }) => items), [[
        { kind: "brand", id, change: "deleted", productCount: 0 }
      ]])
      const gone = [
        yield* Effect.flip(classifications.getBrand({ params, query: {} })),
        yield* Effect.flip(remove(id)),
        yield* Effect.flip(classifications.updateBrand({ params, headers: {}, query: {}, payload: { name: "y" } }))
      ]
      assert.deepStrictEqual([...new Set(gone.map(({ _tag }) => _tag))], ["ClassificationNotFound"])
      const found = yield* classifications.getBrand({ params, query: { discarded: true } })
      assert.deepStrictEqual([found.body.data.discarded, found.headers.etag], [true, "\"2\""])
      const listed = (discarded: boolean) =>
        Effect.map(classifications.listBrands({ query: { discarded, id: [id] } }), ({ data }) => data.length)
      assert.deepStrictEqual([yield* listed(true), yield* listed(false)], [1, 0])
      const early = yield* Effect.flip(products.restore({ params: carrying, headers: {}, query: {} }))
      assert.isTrue(early._tag === "ReferenceUnknown" && early.errors?.[0]?.pointer === "/brandId")

      const restored = yield* eventsAfter(classifications.restoreBrand({ params, headers: {}, query: {} }))
      const { data } = restored.answer.body
      assert.deepStrictEqual([data.discarded, data.version], [false, 3])
      assert.deepStrictEqual(restored.events[0]?.items, [{ kind: "brand", id, change: "restored", productCount: 0 }])
      yield* products.restore({ params: carrying, headers: {}, query: {} })
      const again = yield* eventsAfter(classifications.restoreBrand({ params, headers: {}, query: {} }))
      assert.deepStrictEqual([again.answer.body.data.version, again.answer.body.data.productCount, again.events], [
        3,
        1,
        []
      ])
      assert.deepStrictEqual((yield* entriesOf(id)).slice(1), [
        {
          command: "products/DeleteClassification",
          targetType: "brand",
          versionBefore: 1,
          versionAfter: 2,
          changedFields: ["discarded"]
        },
        {
          command: "products/RestoreClassification",
          targetType: "brand",
          versionBefore: 2,
          versionAfter: 3,
          changedFields: ["discarded"]
        }
      ])
    }))

  it.effect("a source has a rank and what its facts may be used for; a seeded one is renamed, never deleted", () =>
    Effect.gen(function*() {
      const { classifications } = yield* clientOf()
      const made = yield* source("BLS")
      assert.deepStrictEqual([made.key, made.rank, made.licence, made.url], [null, 1000, null, null])
      const params = { id: made.id }
      const update = (payload: object) => classifications.updateSource({ params, headers: {}, query: {}, payload })
      const { body } = yield* update({
        rank: 75,
        licence: "CC BY 4.0",
        attribution: "MRI",
        url: "https://www.blsdb.de"
      })
      assert.deepStrictEqual(
        [body.data.rank, body.data.licence, body.data.attribution, body.data.url],
        [75, "CC BY 4.0", "MRI", "https://www.blsdb.de"]
      )
      assert.strictEqual((yield* product({ name: "Roggen", sourceId: made.id })).attribution, "MRI")
      assert.strictEqual((yield* update({ rank: null })).body.data.rank, 1000)
      for (const payload of [{ rank: 0 }, { rank: 1.5 }, { url: "ftp://x" }, { licence: "" }]) {
        assert.strictEqual((yield* Effect.flip(update(payload)))._tag, "InvalidRequest", JSON.stringify(payload))
      }
      const { token } = yield* Administrator
      const withKey = yield* HttpClient.execute(
        HttpClientRequest.patch(`/v1/products/sources/${made.id}`).pipe(
          HttpClientRequest.bearerToken(token),
          HttpClientRequest.setBody(HttpBody.text("{\"key\":\"x\"}", "application/merge-patch+json"))
        )
      )
      assert.strictEqual(withKey.status, 422)
      assert.include(yield* withKey.text, "\"pointer\":\"/key\"")
      const { data } = yield* classifications.listSources({ query: { name: ["TACO"] } })
      const taco = data[0]?.id
      assert.isDefined(taco)
      const renamed = yield* classifications.updateSource({
        params: { id: taco },
        headers: {},
        query: {},
        payload: { name: "TACO 4", rank: 31 }
      })
      assert.deepStrictEqual([renamed.body.data.key, renamed.body.data.name, renamed.body.data.rank], [
        "taco",
        "TACO 4",
        31
      ])
      assert.strictEqual((yield* Effect.flip(removeSource(taco)))._tag, "SourceIsBuiltIn")
      assert.strictEqual((yield* Effect.flip(removeSource(taco, made.id)))._tag, "SourceIsBuiltIn")
    }))

  it.effect("names are unique among the live of a kind, but for case, accents and blanks", () =>
    Effect.gen(function*() {
      const { classifications } = yield* clientOf()
      const first = yield* brand("São  João")
      const taken = yield* Effect.flip(brand("SAO JOÃO"))
      assert.isTrue(taken._tag === "NameTaken" && taken.classificationId === first.id)
      yield* classifications.createFoodGroup({ headers: {}, query: {}, payload: { name: "sao joao" } })
      const other = yield* brand("Outra")
      const rename = (id: ClassificationId, name: string) =>
        classifications.updateBrand({ params: { id }, headers: {}, query: {}, payload: { name } })
      const renamed = yield* Effect.flip(rename(other.id, "são joão"))
      assert.isTrue(renamed._tag === "NameTaken" && renamed.classificationId === first.id)
      assert.strictEqual((yield* rename(first.id, "SÃO JOÃO")).body.data.version, 2)
      yield* remove(first.id)
      yield* rename(other.id, "sao joao")
      const restored = yield* Effect.flip(
        classifications.restoreBrand({ params: { id: first.id }, headers: {}, query: {} })
      )
      assert.isTrue(restored._tag === "NameTaken" && restored.classificationId === other.id)
      const [{ body }] = yield* Effect.all([classifications.getBrand({ params: { id: other.id }, query: {} })])
      assert.strictEqual(body.data.version, 2)
    }))

  it.effect("one of many equal names at once is made, and the others are told its id", () =>
    Effect.gen(function*() {
      const { classifications } = yield* clientOf()
      const spellings = ["Açaí", "ACAI", "acaí", "Açai ", "açaÍ", "AÇAÍ"]
      const made = yield* Effect.forEach(
        spellings,
        (name) => Effect.result(classifications.createProcessType({ headers: {}, query: {}, payload: { name } })),
        { concurrency: "unbounded" }
      )
      const ids = made.flatMap((each) => each._tag === "Success" ? [each.success.body.data.id] : [])
      const [id] = ids
      assert.strictEqual(ids.length, 1)
      const failures = made.flatMap((each) => each._tag === "Failure" ? [each.failure] : [])
      assert.isTrue(failures.every((each) => each._tag === "NameTaken" && each.classificationId === id))

      const others = yield* Effect.forEach(["A", "B", "C", "D"], brand)
      const renamed = yield* Effect.forEach(
        others,
        (each) =>
          Effect.result(
            classifications.updateBrand({ params: { id: each.id }, headers: {}, query: {}, payload: { name: "Mesmo" } })
          ),
        { concurrency: "unbounded" }
      )
      const winner = renamed.flatMap((each) => each._tag === "Success" ? [each.success.body.data.id] : [])
      assert.strictEqual(winner.length, 1)
      assert.isTrue(renamed.every((each) =>
        each._tag === "Success" ||
        each.failure._tag === "NameTaken" && each.failure.classificationId === winner[0]
      ))
    }))

  it.effect("a dry run keeps nothing, an idempotency key acts once, and who may not is refused", () =>
    Effect.gen(function*() {
      const { classifications } = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const { token, userId } = yield* Administrator
      const [from, to] = [yield* brand("ensaio"), yield* brand("alvo")]
      const carried = yield* product({ name: "carried", brandId: from.id })
      const tried = yield* classifications.deleteBrand({
        params: { id: from.id },
        headers: {},
        query: { dryRun: true, reassignTo: to.id }
      })
      assert.deepInclude(tried?.body, { data: null, dryRun: true })
      assert.deepStrictEqual(tried?.body.events.map(({ tag }) => tag), [
        "products/ClassificationChanged",
        "products/ProductChanged"
      ])
      const made = yield* classifications.createBrand({
        headers: {},
        query: { dryRun: true },
        payload: { name: "nunca" }
      })
      assert.deepStrictEqual([made.headers.etag, made.headers.location], [undefined, undefined])
      assert.deepStrictEqual((yield* productOf(carried.id)).brand?.id, from.id)
      assert.deepStrictEqual((yield* classifications.listBrands({ query: { name: ["nunca"] } })).data, [])

      const send = HttpClient.execute(
        HttpClientRequest.post("/v1/products/brands").pipe(
          HttpClientRequest.bearerToken(token),
          HttpClientRequest.setHeader("idempotency-key", "brand"),
          HttpClientRequest.setBody(HttpBody.text("{\"name\":\"uma vez\"}", "application/json"))
        )
      )
      const answers = yield* Effect.all([send, send, send], { concurrency: "unbounded" })
      assert.deepStrictEqual(answers.map(({ status }) => status), [201, 201, 201])
      assert.strictEqual(new Set(answers.map(({ headers }) => headers["location"])).size, 1)

      yield* sql`DELETE FROM role_assignments WHERE user_id = ${userId}`
      const denied = yield* Effect.flip(brand("proibida"))
      assert.isTrue(denied._tag === "PermissionMissing" && denied.permission === "manage_products")
      assert.isAbove((yield* classifications.listBrands({ query: {} })).data.length, 0)
    }))
})
