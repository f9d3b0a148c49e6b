import { describe, expect, it } from "@effect/vitest"
import { Effect, type Redacted } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { command } from "../support/Commands.ts"
import { databaseDoor } from "../support/DatabaseDoor.ts"
import { addUser, launch, onDatabase, query, until } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"
import { freshDatabase } from "../support/TestDatabase.ts"
import { abbrev, food, foods, line, write } from "../support/UsdaFiles.ts"

const administrator = "admin@example.org"
const words = ["products", "import", "--format", "usda-sr28", "--as", administrator, "--json"]

const importing = Effect.gen(function*() {
  const { url } = yield* freshDatabase()
  yield* addUser(url, administrator)
  const folder = yield* temporaryFolder
  const run = (...args: ReadonlyArray<string>) => command([...words, ...args], onDatabase(url))
  return { folder, run, url }
})

const stored = (url: Redacted.Redacted<string>) =>
  query<{ count: number; refs: number; version: number }>(
    url,
    `SELECT count(*)::integer AS count, count(DISTINCT source_ref)::integer AS refs, coalesce(max(version), 0) AS version
     FROM products`
  ).pipe(Effect.map(([row]) => row ?? { count: 0, refs: 0, version: 0 }))

const parsed = (text: string): unknown => JSON.parse(text)

/** Numbers that do not compress well, so that a cut in the middle of the file is one in the middle of the records. */
const unlike = (n: number) => food(n, { Shrt_Desc: `FOOD ${Math.imul(n, 2_654_435_761) >>> 0}` })
const manyFoods = (count: number) => Array.from({ length: count }, (_, index) => unlike(index + 1))

describe.concurrent("an import that stops half-way", () => {
  it.live("because the gzip data was cut keeps what was complete, and --resume goes on after it", () =>
    Effect.gen(function*() {
      const { folder, run, url } = yield* importing
      const rows = [...manyFoods(300), line({ Shrt_Desc: "NO NUMBER" }), ...manyFoods(500).slice(300)]
      const path = write(folder, "abbrev.csv.gz", abbrev(rows))
      const whole = readFileSync(path)
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2)))
      const cut = yield* run(path, "--batch", "50")
      expect({ code: cut.code, stdout: cut.stdout }).toEqual({ code: 1, stdout: "" })
      const { count: kept } = yield* stored(url)
      expect(kept).toBeGreaterThan(50)
      expect(kept).toBeLessThan(450)
      expect(cut.stderr).toMatch(new RegExp(`^${kept} records were kept; --resume`, "m"))
      expect(cut.stderr).toMatch(/abbrev\.csv\.gz: the gzip data ends too early/)

      writeFileSync(path, whole)
      const resumed = yield* run(path, "--batch", "50", "--resume")
      expect(resumed.code).toBe(0)
      expect(resumed.stderr).toMatch(new RegExp(`^resumed after ${kept} records`, "m"))
      expect(parsed(resumed.stdout)).toMatchObject({
        read: 501,
        created: 500,
        updated: 0,
        unchanged: 0,
        merged: 0,
        rejected: { missing_ref: 1 }
      })
      expect(yield* stored(url)).toEqual({ count: 500, refs: 500, version: 1 })
    }))

  it.live("is not gone on with where the file has changed before that place", () =>
    Effect.gen(function*() {
      const { folder, run, url } = yield* importing
      const path = write(folder, "abbrev.csv.gz", abbrev(manyFoods(400)))
      const whole = readFileSync(path)
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2)))
      yield* run(path)
      const before = yield* stored(url)
      expect(before.count).toBeGreaterThan(0)
      write(folder, "abbrev.csv.gz", abbrev([food(1, { Shrt_Desc: "ANOTHER FOOD" }), ...manyFoods(400).slice(1)]))
      const refused = yield* run(path, "--resume")
      expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: "" })
      expect(refused.stderr).toMatch(/^\{[^\n]*"detail":"[^"\n]*abbrev\.csv\.gz: the file has changed[^\n]*\}\n$/)
      expect(yield* stored(url)).toEqual(before)
    }))

  it.live("because it was killed has every record exactly once after --resume", () =>
    Effect.gen(function*() {
      const { folder, run, url } = yield* importing
      const path = write(folder, "abbrev.csv", abbrev(foods(8000)))
      const program = yield* launch("scripts/cli.ts", [...words, path, "--batch", "100"], onDatabase(url))
      yield* until(async () => program.isOver() || (await Effect.runPromise(stored(url))).count > 500)
      yield* program.signal("SIGKILL")
      expect((yield* program.ended).signal).toBe("SIGKILL")
      const resumed = yield* run(path, "--resume")
      expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^resumed after [\d,]+ records$/m) })
      expect(parsed(resumed.stdout)).toMatchObject({ read: 8000, created: 8000, updated: 0, unchanged: 0, merged: 0 })
      expect(yield* stored(url)).toEqual({ count: 8000, refs: 8000, version: 1 })
    }))

  it.live("because the database went away says so in a line, with what was kept", () =>
    Effect.gen(function*() {
      const { folder, run, url } = yield* importing
      const door = yield* databaseDoor(url)
      const path = write(folder, "abbrev.csv", abbrev(foods(8000)))
      const program = yield* launch("scripts/cli.ts", [...words, path, "--batch", "100"], onDatabase(door.url))
      yield* until(async () => program.isOver() || (await Effect.runPromise(stored(url))).count > 500)
      yield* door.shut
      const { code, stderr, stdout } = yield* program.ended
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
      expect(stderr).toMatch(
        /^[\d,]+ records were kept; --resume goes on after them\n\{"type":"[^"]*","title":"[^"]*","status":503,"code":"database_unavailable",[^\n]*\}\n$/
      )
      const resumed = yield* run(path, "--resume")
      expect(parsed(resumed.stdout)).toMatchObject({ read: 8000, created: 8000 })
      expect(yield* stored(url)).toEqual({ count: 8000, refs: 8000, version: 1 })
    }))
})
