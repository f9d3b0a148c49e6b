import { assert, layer } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { ProductId } from "../../../src/contexts/products/contract/Product.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const someone = () => UserId.make(SecureRandom.uuidV7Unsafe())

const product = Effect.fnUntraced(function*(members: { readonly isFood?: boolean; readonly barcode?: string } = {}) {
  const client = yield* clientOf()
  const { body } = yield* client.products.create({ query: {}, headers: {}, payload: { name: "x", ...members } })
  return body.data
})

const cast = Effect.fnUntraced(function*(id: ProductId, houseId: UserId, isFood: boolean) {
  const client = yield* clientOf()
  return (yield* client.foodVotes.cast({ query: {}, params: { id, houseId }, payload: { isFood } })).data
})

const withdraw = Effect.fnUntraced(function*(id: ProductId, houseId: UserId) {
  const client = yield* clientOf()
  return yield* client.foodVotes.withdraw({ query: {}, params: { id, houseId } })
})

const read = Effect.fnUntraced(function*(id: ProductId) {
  const client = yield* clientOf()
  return (yield* client.products.get({ params: { id }, query: {} })).body.data
})

interface Decided {
  readonly decision: boolean | null
  readonly previous: boolean | null
  readonly yes: number
  readonly no: number
}

const decisions = (id: string) =>
  SqlClient.SqlClient.use((sql) =>
    sql<{ items: readonly [Decided] }>`
      SELECT payload->'items' AS items FROM events WHERE tag = 'products/FoodVoteDecided'
      AND payload->'items'->0->>'id' = ${id} ORDER BY id`
  ).pipe(Effect.map((rows) => rows.map(({ items }) => items[0])))

const entries = (id: string) =>
  SqlClient.SqlClient.use((sql) =>
    sql<{ command: string; changedFields: ReadonlyArray<string> }>`
      SELECT command, changed_fields FROM audit_log WHERE target_id = ${id} ORDER BY id`
  ).pipe(Effect.map((rows) => rows.map(({ command }) => command.replace("products/", ""))))

/** The rule in other words: how many of n must agree. */
const expected = (yes: number, no: number) => {
  const n = yes + no
  const needed = n <= 2 ? Infinity : n <= 4 ? n : Math.ceil(n * 0.7 - 1e-9)
  return yes >= needed ? true : no >= needed ? false : null
}

const Step = Schema.Struct({ house: Schema.Literals([0, 1, 2, 3, 4, 5]), vote: Schema.NullOr(Schema.Boolean) })
const steps = Arbitrary.array(Arbitrary.schema(Step), { minLength: 1, maxLength: 25 })

layer(TestServer(), { excludeTestServices: true })("FoodVotes", (it) => {
  it.effect.each(
    [
      [2, 0, null],
      [3, 0, true],
      [2, 1, null],
      [4, 0, true],
      [3, 1, null],
      [4, 1, true],
      [3, 2, null],
      [7, 3, true],
      [6, 3, null],
      [1, 4, false]
    ] as const
  )("%d yes and %d no decide %s", ([yes, no, decision]) =>
    Effect.gen(function*() {
      const { id } = yield* product()
      const votes = Array.from({ length: yes + no }, (_, n) => n < yes)
      yield* Effect.forEach(votes, (isFood) => cast(id, someone(), isFood))
      const { effectiveIsFood, foodVotes } = yield* read(id)
      assert.deepStrictEqual([foodVotes, effectiveIsFood], [{ yes, no, decision }, decision])
    }))

  it.effect("decides so for every number of votes", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql<{ yes: number; no: number; decision: boolean | null }>`
        SELECT yes, no, food_vote_decision(yes, no) AS decision
        FROM generate_series(0, 60) AS yes, generate_series(0, 60) AS no`
      assert.strictEqual(rows.length, 61 * 61)
      assert.deepStrictEqual(rows, rows.map(({ no, yes }) => ({ yes, no, decision: expected(yes, no) })))
    }))

  it.effect("whatever houses say and take back: one vote each, an event where the decision changes, no version", () =>
    Effect.gen(function*() {
      for (const history of yield* Arbitrary.sampleEffect(steps, { count: 5, seed: "food votes" })) {
        const before = yield* product()
        const { id } = before
        const houses = Array.from({ length: 6 }, someone)
        const model = new Map<number, boolean>()
        const told: Array<unknown> = []
        const written: Array<string> = ["CreateProduct"]
        const count = (vote: boolean) => [...model.values()].filter((each) => each === vote).length
        for (const { house, vote } of history) {
          const houseId = houses[house] ?? assert.fail()
          const previous = expected(count(true), count(false))
          const had = model.get(house)
          if (vote === null) {
            const exit = yield* Effect.exit(withdraw(id, houseId))
            assert.strictEqual(exit._tag, had === undefined ? "Failure" : "Success")
            model.delete(house)
            if (had !== undefined) written.push("WithdrawFoodVote")
          } else {
            const answer = yield* cast(id, houseId, vote)
            model.set(house, vote)
            if (had !== vote) written.push("CastFoodVote")
            const decision = expected(count(true), count(false))
            const foodVotes = { yes: count(true), no: count(false), decision }
            assert.deepStrictEqual(answer, { productId: id, foodVotes, effectiveIsFood: decision })
          }
          const [yes, no] = [count(true), count(false)]
          const decision = expected(yes, no)
          if (decision !== previous) told.push({ id, decision, previous, yes, no })
        }
        const after = yield* read(id)
        const foodVotes = { yes: count(true), no: count(false), decision: expected(count(true), count(false)) }
        assert.deepStrictEqual(after, { ...before, foodVotes, effectiveIsFood: foodVotes.decision })
        assert.deepStrictEqual(yield* decisions(id), told)
        assert.deepStrictEqual(yield* entries(id), written)
      }
    }))

  it.effect("counts right where many vote at once, and one house says both", () =>
    Effect.gen(function*() {
      const { id } = yield* product()
      const torn = someone()
      const votes = [
        ...Array.from({ length: 7 }, () => [someone(), true] as const),
        ...Array.from({ length: 6 }, (_, n) => [torn, n % 2 === 0] as const)
      ]
      yield* Effect.forEach(votes, ([houseId, isFood]) => cast(id, houseId, isFood), { concurrency: "unbounded" })
      const client = yield* clientOf()
      const { data, pagination } = yield* client.foodVotes.list({ params: { id }, query: {} })
      assert.strictEqual(pagination.total, 8)
      const yes = data.filter(({ isFood }) => isFood).length
      assert.deepStrictEqual((yield* read(id)).foodVotes, { yes, no: 8 - yes, decision: true })
      // Whose turn comes when is open; each event goes on from the one before, and the last one tells what is read.
      const told = yield* decisions(id)
      for (const [n, { decision, no, previous, yes }] of told.entries()) {
        assert.strictEqual(decision, expected(yes, no))
        assert.notStrictEqual(decision, previous)
        assert.strictEqual(previous, told[n - 1]?.decision ?? null)
      }
      assert.strictEqual(told.at(-1)?.decision, true)
    }))

  it.effect("what a person has set counts more than votes, and a discarded product has none to be given", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { id } = yield* product({ isFood: false })
      yield* Effect.forEach([1, 2, 3], () => cast(id, someone(), true))
      const voted = yield* read(id)
      assert.deepStrictEqual([voted.effectiveIsFood, voted.foodVotes.decision, voted.version], [false, true, 1])
      const patched = yield* client.products.update({
        query: {},
        params: { id },
        headers: {},
        payload: { isFood: null }
      })
      assert.isTrue(patched.body.data.effectiveIsFood)
      yield* client.products.discard({ query: {}, params: { id }, headers: {} })
      const houseId = someone()
      const tags = yield* Effect.all([
        Effect.flip(cast(id, houseId, true)),
        Effect.flip(withdraw(id, houseId)),
        Effect.flip(client.foodVotes.list({ params: { id }, query: {} }))
      ])
      assert.deepStrictEqual(tags.map(({ _tag }) => _tag), ["ProductNotFound", "ProductNotFound", "ProductNotFound"])
      yield* client.products.restore({ query: {}, params: { id }, headers: {} })
      assert.deepStrictEqual((yield* read(id)).foodVotes, { yes: 3, no: 0, decision: true })
    }))

  it.effect("lists the votes, newest first, by house and by what they say", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { id } = yield* product()
      const houses = [someone(), someone(), someone()] as const
      yield* Effect.forEach(houses, (houseId) => cast(id, houseId, true))
      yield* cast(id, houses[0], false)
      const list = (query: Parameters<typeof client.foodVotes.list>[0]["query"]) =>
        Effect.map(client.foodVotes.list({ params: { id }, query }), ({ data }) => data.map(({ houseId }) => houseId))
      assert.deepStrictEqual((yield* list({}))[0], houses[0])
      assert.sameMembers(yield* list({ isFood: [true] }), [houses[1], houses[2]])
      assert.deepStrictEqual(yield* list({ houseId: [houses[1]] }), [houses[1]])
      const { pagination } = yield* client.foodVotes.list({ params: { id }, query: { limit: 2 } })
      assert.isNotNull(pagination.nextCursor)
      const rest = yield* list({ limit: 2, cursor: pagination.nextCursor })
      assert.strictEqual(rest.length, 1)
    }))
})
