import { Effect } from "effect"
import { once } from "node:events"
import { createWriteStream } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { nutrientCodes } from "../../src/contexts/products/contract/Nutrients.ts"

const codes = nutrientCodes.slice(0, 40)

/** The n-th food: 40 values of two decimals, the same each time. */
const food = (n: number) => ({
  sourceRef: `bench-${n}`,
  name: `Arroz integral cozido ${n}`,
  language: "pt-BR",
  brand: `Marca ${n % 200}`,
  category: `Categoria ${n % 50}`,
  nutrients: Object.fromEntries(
    codes.map((code, k) => [code, Math.round((n * 7919 + k * 104_729) % 9973 * 0.3) / 100])
  ),
  portions: [{ name: "colher de sopa", grams: 25 }]
})

/** A file of so many made-up foods as NDJSON, removed when the scope closes. */
export const generatedFoods = (count: number) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => mkdtemp(join(tmpdir(), "cardapio-foods-"))),
      (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
    ),
    (folder) => join(folder, "foods.ndjson")
  ).pipe(Effect.tap((path) =>
    Effect.promise(async () => {
      const file = createWriteStream(path)
      for (let n = 1; n <= count; n++) {
        if (!file.write(`${JSON.stringify(food(n))}\n`)) await once(file, "drain")
      }
      file.end()
      await once(file, "close")
    })
  ))
