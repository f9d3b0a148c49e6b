import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { edited } from "../../../scripts/bench/edited.ts"
import { picker } from "../../../scripts/bench/recombinedFoods.ts"
import { SearchReference } from "../../../scripts/bench/SearchReference.ts"
import { productId } from "../../../scripts/bench/seedCatalogue.ts"
import { hasRealNames, insertFoods, real, unlessRealNames } from "../../support/Foods.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

/** How many names are tried: `FIXED_NAMES=1000` tries the whole set. */
const count = Number(process.env["FIXED_NAMES"] ?? 25)

const timeout = 60_000 + 500 * count

const names = [...new Set([...real.taco, ...real.sr28.filter((_, index) => index % 6 === 0)])]

const some = (seed: number) => {
  const dice = picker(seed)
  return { dice, chosen: Array.from({ length: count }, () => dice.pick(names, "")) }
}

const sameToAll = [
  (name: string) => name.toUpperCase(),
  (name: string) => name.normalize("NFD").replace(/\p{M}/gu, ""),
  (name: string) => name.replaceAll(/,(?!\d)/g, " "),
  (name: string) => name.replaceAll(" ", "  ")
]

const short = (name: string) => [...name].length <= 200

layer(TestServer(), { excludeTestServices: true })(`foods of the tables${unlessRealNames}`, (it) => {
  const first = Effect.fnUntraced(function*(q: string) {
    const client = yield* clientOf()
    return (yield* client.products.list({ query: { q, limit: 10 } })).data
  })

  it.effect.skipIf(!hasRealNames)(
    "are among the first ten for 95 in 100 names with a mistake",
    () =>
      Effect.gen(function*() {
        yield* insertFoods(names.map((name, place) => ({ name, id: productId(place + 1) })))
        const { chosen, dice } = some(1)
        let found = 0
        for (const name of chosen) {
          const hits = yield* first([...edited(name, dice)].slice(0, 200).join(""))
          if (hits.some((hit) => hit.name === name)) found++
        }
        assert.isAtLeast(found / count, 0.95)
      }),
    timeout
  )

  it.effect.skipIf(!hasRealNames)(
    "come first for their names, however these are written",
    () =>
      Effect.gen(function*() {
        const { chosen, dice } = some(2)
        for (const name of chosen.filter(short)) {
          const change = dice.pick(sameToAll, String)
          const [[one], [other]] = yield* Effect.all([first(name), first(change(name))])
          assert.strictEqual(other?.id, one?.id, change(name))
        }
      }),
    timeout
  )

  it.effect.skipIf(!hasRealNames)(
    "are found and ranked as by a plain reference that looks at all of them",
    () =>
      Effect.gen(function*() {
        const client = yield* clientOf()
        const known = names.map((name) => ({ name, aliases: [], brand: "", sourceRank: 10, barcoded: false }))
        const reference = new SearchReference(known)
        const { chosen, dice } = some(3)
        const unlike: Array<string> = []
        for (const name of chosen.filter(short)) {
          const words = edited(name, dice).split(" ").slice(0, 1 + dice.below(4)).join(" ")
          const hits = (yield* first(words)).map((hit) => hit.name)
          const near = (yield* client.products.similar({ query: { name: words, limit: 10 } })).data.map((hit) =>
            hit.name
          )
          const best = reference.search(words).slice(0, 10).map((place) => names[place])
          const nearest = reference.similar(words, 10).map((place) => names[place])
          if (hits.join("\n") !== best.join("\n")) unlike.push(`found for ${words}`)
          if (near.join("\n") !== nearest.join("\n")) unlike.push(`similar to ${words}`)
        }
        assert.deepStrictEqual(unlike, [])
      }),
    timeout
  )
})
