import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { nutrientCodes } from "../../src/contexts/products/contract/Nutrients.ts"
import { addUser, launch, onDatabase, until } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"
import { freshDatabase } from "../support/TestDatabase.ts"
import { write } from "../support/UsdaFiles.ts"

const food = (n: number) =>
  JSON.stringify({
    sourceRef: `${n}`,
    name: `Prato ${n}`,
    nutrients: Object.fromEntries(
      nutrientCodes.slice(0, 40).map((code, k) => [code, (n * 7919 + k * 104_729) % 9973 / 333])
    )
  })

/** Most memory that a process has had so far, MB; nothing once it is gone. */
const peakOf = (pid: number) => {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

describe("the memory of an import", () => {
  it.live.skipIf(process.platform !== "linux")(
    "stays below 200 MB whatever the size of the file (skipped off Linux)",
    () =>
      Effect.gen(function*() {
        const { url } = yield* freshDatabase()
        yield* addUser(url, "admin@example.org")
        const lines = Array.from({ length: 10_000 }, (_, index) => `${food(index)}\n`)
        const path = write(yield* temporaryFolder, "foods.ndjson", lines.join(""))
        const words = ["products", "import", "--format", "ndjson", "--as", "admin@example.org", path]
        const program = yield* launch("scripts/cli.ts", words, onDatabase(url))
        let peak = 0
        yield* until(() => {
          peak = peakOf(program.pid) ?? peak
          return program.isOver()
        }, 110_000)
        expect((yield* program.ended).stdout).toMatch(/^read 10,000: created 10,000,/)
        expect(peak).toBeGreaterThan(50)
        expect(peak).toBeLessThan(200)
      }),
    120_000
  )
})
