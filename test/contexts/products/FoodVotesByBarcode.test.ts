import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../../src/contexts/iam/AccessTokens.ts"
import { autoSource } from "../../../src/contexts/products/contract/Classification.ts"
import { PermissionMissing } from "../../../src/kernel/contract/Problems.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const someone = () => UserId.make(SecureRandom.uuidV7Unsafe())

/** A user with some roles of products. */
const userWith = Effect.fnUntraced(function*(...roles: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const id = someone()
  yield* sql`INSERT INTO users (id) VALUES (${id})`
  yield* sql`
    INSERT INTO role_assignments (user_id, role_id)
    SELECT ${id}::uuid, id FROM roles WHERE context = 'products' AND name = ANY(${[...roles]}::text[])`
  return { id, client: yield* clientOf(yield* (yield* AccessTokens).issue(id, Duration.minutes(5))) }
})

const cast = Effect.fnUntraced(function*(barcode: string, isFood: boolean, houseId?: UserId, name?: string) {
  const client = yield* clientOf()
  const payload = {
    barcode,
    isFood,
    ...houseId === undefined ? {} : { houseId },
    ...name === undefined ? {} : { name }
  }
  return (yield* client.foodVotes.castByBarcode({ query: {}, headers: {}, payload })).data
})

const found = Effect.fnUntraced(function*(gtin: string) {
  const client = yield* clientOf()
  return (yield* client.products.byBarcode({ params: { gtin } })).data
})

/** Which permission was missing, if one was. */
const outcomeOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, {
    onSuccess: () => "done",
    onFailure: (error) => error instanceof PermissionMissing ? error.permission : error._tag
  })

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("FoodVotesByBarcode", (it) => {
  it.effect("creates a product in the source auto, which lists leave out until it is decided", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { userId } = yield* Administrator
      const gtin = "7891000100103"
      const answer = yield* cast(gtin, true)
      const [made, ...others] = yield* found(gtin)
      assert.isDefined(made)
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(answer, [{
        productId: made.id,
        foodVotes: { yes: 1, no: 0, decision: null },
        effectiveIsFood: null
      }])
      assert.deepStrictEqual(
        [made.source.key, made.name, made.isFood, made.barcode, made.version, made.createdBy, made.manualFields],
        ["auto", `GTIN ${gtin}`, null, gtin, 1, userId, ["barcode"]]
      )
      const listed = Effect.map(client.products.list({ query: { barcode: [gtin] } }), ({ data }) => data.length)
      assert.strictEqual(yield* listed, 0)
      const asked = [{ includeUndecided: true }, { source: ["auto"] }, { sourceId: [autoSource] }]
      for (const query of asked) {
        assert.strictEqual((yield* client.products.list({ query: { barcode: [gtin], ...query } })).data.length, 1)
      }
      yield* cast(gtin, true, someone())
      assert.strictEqual(yield* listed, 0)
      const houseId = someone()
      yield* cast(gtin, true, houseId)
      assert.strictEqual(yield* listed, 1)
      yield* client.foodVotes.withdraw({ query: {}, params: { id: made.id, houseId } })
      assert.strictEqual(yield* listed, 0)
      const decided = [{ isFood: false }, { isFood: true }] as const
      for (const payload of decided) {
        yield* client.products.update({ query: {}, headers: {}, params: { id: made.id }, payload })
        assert.strictEqual(yield* listed, 1)
      }
    }))

  it.effect("tells of the product and of the decision, and takes a name for it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const gtin = "5901234123457"
      yield* cast(gtin, false, undefined, "Sabão em pó")
      yield* cast(gtin, false, someone(), "another name")
      yield* cast(gtin, false, someone())
      const [made] = yield* found(gtin)
      assert.isDefined(made)
      assert.deepStrictEqual([made.name, [...made.manualFields], made.effectiveIsFood], ["Sabão em pó", [
        "name",
        "barcode"
      ], false])
      const events = yield* sql`
        SELECT tag, payload->'items' AS items FROM events WHERE payload->'items'->0->>'id' = ${made.id} ORDER BY id`
      assert.deepStrictEqual(events, [
        {
          tag: "products/ProductCreated",
          items: [{ id: made.id, source: "auto", name: "Sabão em pó", barcode: gtin }]
        },
        { tag: "products/FoodVoteDecided", items: [{ id: made.id, decision: false, previous: null, yes: 0, no: 3 }] }
      ])
      const entries = yield* sql`
        SELECT command, target_type, version_before, version_after, changed_fields FROM audit_log
        WHERE target_id = ${made.id} ORDER BY id LIMIT 2`
      const entry = { command: "products/CastFoodVoteByBarcode", targetType: "product", versionAfter: 1 }
      assert.deepStrictEqual(entries, [
        { ...entry, versionBefore: null, changedFields: ["name", "barcode", "foodVotes"] },
        { ...entry, versionBefore: 1, changedFields: ["foodVotes"] }
      ])
    }))

  it.effect("votes on every live product with the number, in any of its forms, in as many statements as on one", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { data: sources } = yield* client.classifications.listSources({ query: {} })
      const made = yield* Effect.forEach(sources.slice(0, 4), ({ id }) =>
        Effect.map(
          client.products.create({
            query: {},
            headers: {},
            payload: { name: "x", sourceId: id, barcode: "036000291452" }
          }),
          ({ body }) => body.data.id
        ))
      const [gone, ...live] = made
      assert.isDefined(gone)
      yield* client.products.discard({ query: {}, headers: {}, params: { id: gone } })
      yield* client.products.create({ query: {}, headers: {}, payload: { name: "y", barcode: "96385074" } })
      const many = yield* countingStatements(cast("0036000291452", true))
      assert.sameMembers(many.answer.map(({ productId }) => productId), live)
      const single = yield* countingStatements(cast("96385074", true))
      assert.strictEqual(single.answer.length, 1)
      assert.strictEqual(many.statements, single.statements)
      const sql = yield* SqlClient.SqlClient
      const [entry] = yield* sql`SELECT target_type, target_id FROM audit_log WHERE target_type = 'barcode'`
      assert.deepStrictEqual(entry, { targetType: "barcode", targetId: "00036000291452" })
      const before = yield* sql`SELECT (SELECT count(*) FROM audit_log), (SELECT count(*) FROM events)`
      assert.deepStrictEqual(yield* cast("036000291452", true), many.answer)
      assert.deepStrictEqual(yield* sql`SELECT (SELECT count(*) FROM audit_log), (SELECT count(*) FROM events)`, before)
    }))

  it.effect("many at once of an unknown number make one product with all their votes", () =>
    Effect.gen(function*() {
      const gtin = "4006381333931"
      yield* Effect.forEach(Array.from({ length: 6 }, someone), (house) => cast(gtin, true, house), {
        concurrency: "unbounded"
      })
      const products = yield* found(gtin)
      assert.deepStrictEqual(products.map(({ foodVotes }) => foodVotes), [{ yes: 6, no: 0, decision: true }])
    }))

  it.effect("refuses numbers that a shop gave to goods of its own", () =>
    Effect.gen(function*() {
      const inStore = [
        "0212345000007",
        "212345000007",
        "0412345000001",
        "2012345000001",
        "2912345000004",
        "02012345000001"
      ]
      const global = ["0312345000004", "1912345000005", "3012345000000", "20123451"]
      const { token } = yield* Administrator
      const answerTo = (barcode: string) =>
        HttpClient.execute(
          HttpClientRequest.post("/v1/products/food-votes?dryRun=true").pipe(
            HttpClientRequest.bearerToken(token),
            HttpClientRequest.setBody(HttpBody.text(JSON.stringify({ barcode, isFood: true }), "application/json"))
          )
        ).pipe(
          Effect.flatMap((answer) => answer.text),
          Effect.map((body) => JSON.parse(body).code ?? "accepted")
        )
      for (const barcode of inStore) {
        assert.deepStrictEqual([barcode, yield* answerTo(barcode)], [barcode, "barcode_not_global"])
      }
      for (const barcode of global) {
        assert.deepStrictEqual([barcode, yield* answerTo(barcode)], [barcode, "accepted"])
      }
      assert.strictEqual(yield* answerTo("7891000100104"), "barcode_invalid")
    }))

  it.effect("a house votes for itself; for another one a product manager may, and what is denied is written down", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const user = yield* userWith("user")
      const manager = yield* userWith("user", "product_manager")
      const nobody = yield* userWith("product_manager")
      const { body: { data: { id } } } = yield* (yield* clientOf()).products.create({
        query: {},
        headers: {},
        payload: { name: "x", barcode: "8901234567890" }
      })
      const as = ({ client }: typeof user, houseId: UserId) => {
        const payload = { isFood: true }
        const byBarcode = { barcode: "8901234567890", houseId, ...payload }
        return Effect.all([
          outcomeOf(client.foodVotes.cast({ query: {}, params: { id, houseId }, payload })),
          outcomeOf(client.foodVotes.castByBarcode({ query: {}, headers: {}, payload: byBarcode })),
          outcomeOf(client.foodVotes.withdraw({ query: {}, params: { id, houseId } }))
        ])
      }
      assert.deepStrictEqual(yield* as(user, user.id), ["done", "done", "done"])
      assert.deepStrictEqual(yield* as(user, manager.id), ["manage_products", "manage_products", "manage_products"])
      assert.deepStrictEqual(yield* as(manager, user.id), ["done", "done", "done"])
      const basic = "access_basic_features"
      assert.deepStrictEqual(yield* as(nobody, nobody.id), [basic, basic, basic])
      const denied = yield* sql<{ actorId: string; command: string }>`
        SELECT actor_id, command FROM audit_log WHERE outcome = 'denied' ORDER BY id`
      const commands = ["products/CastFoodVote", "products/CastFoodVoteByBarcode", "products/WithdrawFoodVote"]
      assert.deepStrictEqual(
        denied,
        [user.id, nobody.id].flatMap((actorId) => commands.map((command) => ({ actorId, command })))
      )
      const { data } = yield* nobody.client.foodVotes.list({ params: { id }, query: {} })
      assert.deepStrictEqual(data, [])
    }))

  it.effect("tries a vote without keeping it, and acts once per idempotency key", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const houseId = someone()
      const gtin = "9780201379624"
      const payload = { barcode: gtin, isFood: true, houseId }
      const query = { dryRun: true }
      const tried = yield* client.foodVotes.castByBarcode({ query, headers: {}, payload })
      assert.isTrue("dryRun" in tried && tried.events.length === 1)
      assert.strictEqual((yield* Effect.flip(found(gtin)))._tag, "ProductNotFound")

      const headers = { "idempotency-key": "vote" }
      const first = yield* client.foodVotes.castByBarcode({ query: {}, headers, payload })
      const { productId: id } = first.data[0] ?? assert.fail()
      yield* client.foodVotes.withdraw({ query: {}, params: { id, houseId } })
      assert.deepStrictEqual(yield* client.foodVotes.castByBarcode({ query: {}, headers, payload }), first)
      assert.strictEqual((yield* found(gtin))[0]?.foodVotes.yes, 0)

      const params = { id, houseId }
      const castTried = yield* client.foodVotes.cast({ query, params, payload: { isFood: false } })
      assert.deepStrictEqual(castTried.data.foodVotes, { yes: 0, no: 1, decision: null })
      const missing = yield* Effect.flip(client.foodVotes.withdraw({ query, params }))
      assert.strictEqual(missing._tag, "FoodVoteNotFound")
      yield* client.foodVotes.cast({ query: {}, params, payload: { isFood: false } })
      assert.deepStrictEqual((yield* client.foodVotes.withdraw({ query, params }))?.body, {
        data: null,
        events: [],
        dryRun: true
      })
      assert.strictEqual((yield* found(gtin))[0]?.foodVotes.no, 1)
    }))
})
