import { realNames } from "./realNames.ts"

/** A food of a made-up catalogue. `source` is the key of one of the sources that are seeded. */
export interface MadeUpFood {
  readonly name: string
  readonly alias: string | undefined
  /** Of the brands that the catalogue has, by its place among them. */
  readonly brand: number | undefined
  readonly source: "manual" | "taco" | "usda-sr28" | "ciqual"
  readonly barcoded: boolean
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
const numbersOf = (seed: number) => {
  let state = seed
  return () => {
    state = Math.trunc(state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const picker = (seed: number) => {
  const next = numbersOf(seed)
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    chance: (share: number) => next() < share,
    pick: <A>(items: ReadonlyArray<A>, otherwise: A): A => items[below(items.length)] ?? otherwise
  }
}

/** Names for where there are no tables of foods. */
const plain = "Arroz Feijão Batata Frango Queijo Leite Pão Bolo Cenoura Tomate Milho Peixe".split(" ").flatMap((food) =>
  "cru cozido assado frito integral desnatado com sal, sem pele, em pó, de casa".split(" ").map((way) =>
    `${food}, ${way}`
  )
)

const partsOf = (names: ReadonlyArray<string>) => names.map((name) => name.split(/,\s*/))

/** Brands, and any number of foods whose names are put together from those of real ones, the same for the same seed. */
export const recombined = (folder: string, count: number, seed: number) => {
  const { brands, ciqual, fdc, sr28, taco } = realNames(folder)
  const pools: ReadonlyArray<{
    readonly source: MadeUpFood["source"]
    readonly names: ReadonlyArray<ReadonlyArray<string>>
    readonly share: number
  }> = [
    { source: "usda-sr28", names: partsOf([...sr28, ...fdc]), share: 0.6 },
    { source: "taco", names: partsOf(taco), share: 0.5 },
    { source: "ciqual", names: partsOf(ciqual), share: 1 }
  ]
  const fallback = { source: "manual", names: partsOf(plain), share: 1 } as const
  const filled = pools.filter(({ names }) => names.length > 0)
  const makers = [...new Set(brands)].slice(0, 500)
  const { below, chance, pick } = picker(seed)
  const nameOf = (names: ReadonlyArray<ReadonlyArray<string>>) => {
    const head = pick(names, [])
    const tail = pick(names, [])
    const parts = [
      ...head.slice(0, Math.ceil(head.length / 2)),
      ...tail.slice(Math.max(1, Math.ceil(tail.length / 2))),
      ...chance(0.4) ? [pick(pick(names, []), "")] : []
    ]
    return [...new Set(parts)].filter((part) => part !== "").join(", ").slice(0, 400).trim()
  }
  const foods = function*(): Generator<MadeUpFood> {
    for (let n = 0; n < count; n++) {
      const { names, source } = filled.find(({ share }) => chance(share)) ?? filled[0] ?? fallback
      yield {
        name: nameOf(names) || "Arroz",
        alias: chance(0.1) ? nameOf(pick(filled, fallback).names) || undefined : undefined,
        brand: makers.length > 0 && chance(0.2) ? below(makers.length) : undefined,
        source: chance(0.05) ? "manual" : source,
        barcoded: chance(0.2)
      }
    }
  }
  return { brands: makers, foods }
}
