import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { oversized } from "../../src/kernel/oversized.ts"

const Item = Schema.Struct({
  name: Schema.String,
  tags: Schema.optionalKey(Schema.Array(Schema.String).check(Schema.isMaxLength(3, { message: "must be at most 3" }))),
  weight: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.Struct({ value: Schema.Finite })]))
})
const { ast } = Schema.Struct({
  items: Schema.Array(Item).check(Schema.isBetweenLength(1, 5, { message: "must be 1 to 5" })),
  others: Schema.optionalKey(Schema.Record(Schema.String, Schema.Finite))
})

const unknownMembers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1]))
const numbers = (count: number) => Array.from({ length: count }, () => 1)

describe("oversized", () => {
  it("leaves what is not large to the decoder, right or wrong", () => {
    const bodies = [
      { items: [{ name: "x", tags: ["a", "b", "c"], weight: { value: 1 } }] },
      { items: [{}, null, 1, { tags: 7, weight: [] }], extra: 1 },
      { items: {} },
      {},
      null,
      "text",
      [1, 2, 3],
      { items: [{ name: "x", weight: { value: 1, ...unknownMembers(9_000) } }] },
      { items: [{ name: "x" }], others: unknownMembers(20_000) }
    ]
    expect(bodies.map((body) => oversized(ast, body))).toEqual(bodies.map(() => []))
  })

  it("counts a list whatever it holds", () => {
    expect(oversized(ast, { items: numbers(6) })).toEqual([{ pointer: "/items", detail: "must be 1 to 5" }])
    expect(oversized(ast, { items: [] })).toEqual([{ pointer: "/items", detail: "must be 1 to 5" }])
    expect(oversized(ast, { items: [{}, { tags: numbers(4) }, { tags: [{}, {}, {}, {}] }] })).toEqual([
      { pointer: "/items/1/tags", detail: "must be at most 3" },
      { pointer: "/items/2/tags", detail: "must be at most 3" }
    ])
  })

  it("tells the first hundred of very many unknown members, wherever they are", () => {
    const spread = { items: [{ "a/b": 1, ...unknownMembers(5_000) }, { weight: unknownMembers(5_100) }] }
    const faults = oversized(ast, spread)
    expect(faults).toHaveLength(100)
    expect(faults[0]).toEqual({ pointer: "/items/0/a~1b", detail: "is not known here" })
  })

  it("takes milliseconds for what would keep a decoder busy for minutes", () => {
    const many = Array.from({ length: 1_000_000 }, () => ({}))
    const begin = performance.now()
    expect(oversized(ast, { items: many })).toHaveLength(1)
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})
