import { describe, expect, it } from "@effect/vitest"
import { Effect, type Redacted } from "effect"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { command } from "../support/Commands.ts"
import { checkout } from "../support/compileCache.ts"
import { addUser, cli, type Ended, onDatabase, query } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"
import { freshDatabase } from "../support/TestDatabase.ts"
import { abbrev, food, foods, line, write, writeSideTables } from "../support/UsdaFiles.ts"

const administrator = "admin@example.org"
const reader = "reader@example.org"

const importing = Effect.gen(function*() {
  const { url } = yield* freshDatabase()
  yield* addUser(url, administrator)
  const folder = yield* temporaryFolder
  const words = ["products", "import", "--format", "usda-sr28", "--as"]
  const runAs = (email: string, ...args: ReadonlyArray<string>) => command([...words, email, ...args], onDatabase(url))
  const run = (...args: ReadonlyArray<string>) => runAs(administrator, ...args)
  const process = (args: ReadonlyArray<string>, stdin?: Uint8Array) =>
    cli([...words, administrator, ...args], onDatabase(url), stdin)
  return { folder, process, run, runAs, url }
})

const stored = (url: Redacted.Redacted<string>) =>
  query<{ source_ref: string; version: number; name: string }>(
    url,
    "SELECT source_ref, version, name FROM products ORDER BY source_ref"
  )

/** What others were told of imports, in order: the tag, how many products, and what changed of the first. */
const told = (url: Redacted.Redacted<string>) =>
  query<{ tag: string; count: number; changed: unknown }>(
    url,
    `SELECT tag, jsonb_array_length(payload->'items') AS count, payload->'items'->0->'changedFields' AS changed
    FROM events ORDER BY id`
  )

const totals = (text: string): unknown => JSON.parse(text)

const expectRefusal = (ended: Ended, ...parts: ReadonlyArray<RegExp | string>) => {
  expect({ code: ended.code, stdout: ended.stdout, said: ended.stderr }).toEqual({
    code: 1,
    stdout: "",
    said: expect.stringMatching(/^cardapio: [^\n]+\n$/)
  })
  for (const part of parts) expect(ended.stderr).toMatch(part)
}

describe.concurrent("products import", () => {
  it.live("creates what is new, changes what has changed, and leaves the rest alone", () =>
    Effect.gen(function*() {
      const { folder, run, url } = yield* importing
      const path = write(folder, "abbrev.csv", abbrev(foods(12)))
      expect(yield* run(path)).toEqual({
        code: 0,
        signal: null,
        stdout: "read 12: created 12, updated 0, unchanged 0, merged 0, rejected 0\n",
        stderr: ""
      })
      const before = yield* stored(url)
      expect(before).toHaveLength(12)
      expect(before[0]).toEqual({ source_ref: "00001", version: 1, name: "FOOD,NO 1,\"MADE UP\"" })

      const again = yield* run(path, "--json")
      expect(totals(again.stdout)).toMatchObject({ read: 12, created: 0, updated: 0, unchanged: 12, merged: 0 })
      expect(yield* stored(url)).toEqual(before)

      write(folder, "abbrev.csv", abbrev([food(1, { Protein: "2" }), ...foods(11, 2)]))
      const changed = yield* run(path, "--json")
      expect(totals(changed.stdout)).toMatchObject({ read: 12, created: 0, updated: 1, unchanged: 11 })
      expect((yield* stored(url)).map(({ version }) => version)).toEqual([2, ...Array.from({ length: 11 }, () => 1)])
      expect(yield* told(url)).toEqual([
        { tag: "products/ProductCreated", count: 12, changed: null },
        { tag: "products/ProductChanged", count: 1, changed: ["nutrients"] }
      ])
    }))

  it.live("refuses a source that it cannot read with one line that names it, and keeps nothing", () =>
    Effect.gen(function*() {
      const { folder, run, url } = yield* importing
      const bare = join(folder, "bare")
      mkdirSync(bare)
      write(bare, "abbrev.csv.gz", abbrev(foods(1)))
      write(bare, "weight.csv", "")
      const noise = write(folder, "noise.csv", "")
      const runs = yield* Effect.all([
        run(join(folder, "no-such-file.csv")),
        run(noise),
        run(bare),
        run(process.execPath),
        run(write(folder, "lacking.csv", abbrev([]).replace("Energ_Kcal", "Kcal")))
      ], { concurrency: 3 })
      const [absent, empty, lacking, binary, renamed] = runs
      expectRefusal(absent, /no-such-file\.csv/, /no such file/)
      expectRefusal(empty, /noise\.csv/, /empty/)
      expectRefusal(lacking, /food_des\.csv, fd_group\.csv \(/, /^(?!.*weight)/)
      expectRefusal(binary, process.execPath, /no header/)
      expectRefusal(renamed, /lacking\.csv/, /the header has no Energ_Kcal\n/)
      expect(yield* stored(url)).toEqual([])
    }))

  it.live("of a folder takes the side tables too, and is refused to who may not", () =>
    Effect.gen(function*() {
      const { folder, run, runAs, url } = yield* importing
      yield* addUser(url, reader, { roles: ["user"] })
      write(folder, "ABBREV.csv.gz", abbrev(foods(3)))
      writeSideTables(folder)
      expectRefusal(yield* runAs(reader, folder), /manage_products/)
      expect(yield* stored(url)).toEqual([])
      expect((yield* run(folder)).stdout).toMatch(/^read 3: created 3,/)
      expect((yield* stored(url))[0]?.name).toBe("Food, the first")
    }))

  it.live("keeps nothing of a dry run, and reads stdin", () =>
    Effect.gen(function*() {
      const { folder, process, run, url } = yield* importing
      const path = write(folder, "abbrev.csv.gz", abbrev(foods(12)))
      const tried = yield* run(path, "--dry-run", "--batch", "5")
      expect(tried).toMatchObject({ code: 0, stderr: "dry run: nothing was kept\n" })
      expect(tried.stdout).toMatch(/^read 12: created 12,/)
      expect(yield* stored(url)).toEqual([])
      expect(yield* query(url, "SELECT 1 FROM import_runs")).toEqual([])

      const piped = yield* process(["-"], readFileSync(path))
      expect(piped).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^read 12: created 12,/) })
    }))

  it.live("writes what it rejects to a file, and exits with 2 where that is to be strict", () =>
    Effect.gen(function*() {
      const { folder, process, run, url } = yield* importing
      const lines = [
        food(1),
        line({ Shrt_Desc: "NO NUMBER" }),
        food(3, { Shrt_Desc: "…" }),
        "00004,\"BROKEN\" QUOTE",
        food(5, { Energ_Kcal: "many" })
      ]
      const path = write(folder, "abbrev.csv", abbrev(lines))
      const rejects = join(folder, "rejects.ndjson")
      const warnings = join(folder, "warnings.ndjson")
      const files = ["--rejects", rejects, "--warnings", warnings]
      const { code, stderr, stdout } = yield* process([path, ...files, "--strict", "--batch", "2"])
      expect({ code, stderr }).toEqual({ code: 2, stderr: "" })
      expect(stdout).toBe(
        "read 5: created 2, updated 0, unchanged 0, merged 0, rejected 3\n"
          + "rejected: missing_ref 1, missing_name 1, malformed 1\nwarnings: value_unreadable 1\n"
      )
      const written: ReadonlyArray<unknown> = readFileSync(rejects, "utf8").trimEnd().split("\n").map((each) =>
        JSON.parse(each)
      )
      expect(written).toEqual([
        { record: 2, line: 3, sourceRef: null, reason: "missing_ref", detail: expect.any(String), raw: lines[1] },
        { record: 3, line: 4, sourceRef: "00003", reason: "missing_name", detail: expect.any(String), raw: lines[2] },
        { record: 4, line: 5, sourceRef: null, reason: "malformed", detail: expect.any(String), raw: lines[3] }
      ])
      const told: unknown = JSON.parse(readFileSync(warnings, "utf8"))
      const what = { code: "value_unreadable", field: "nutrients.energyKcal", detail: "Energ_Kcal is \"many\"" }
      expect(told).toEqual({ record: 5, line: 6, sourceRef: "00005", ...what })
      expect((yield* stored(url)).map(({ source_ref }) => source_ref)).toEqual(["00001", "00005"])
      const lenient = yield* run(path)
      expect(lenient.code).toBe(0)
      expect(lenient.stderr).toMatch(/^line 3: missing_ref: .*\nline 4: missing_name: .*\nline 5: malformed: .*\n$/)
    }))

  it.live("tells of the first rejects where there is no file for them, and how many more there are", () =>
    Effect.gen(function*() {
      const { folder, run } = yield* importing
      const nameless = Array.from({ length: 7 }, (_, n) => food(n + 1, { Shrt_Desc: "…" }))
      const ended = yield* run(write(folder, "abbrev.csv", abbrev(nameless)), "--batch", "3")
      expect(ended.stderr.split("\n")).toEqual([
        ...[2, 3, 4, 5, 6].map((line) => expect.stringMatching(new RegExp(`^line ${line}: missing_name: `))),
        "and 2 more: --rejects PATH writes all of them to a file",
        ""
      ])
    }))

  it.live("counts a record that comes twice in a dry run as it would otherwise", () =>
    Effect.gen(function*() {
      const { folder, run } = yield* importing
      const path = write(folder, "abbrev.csv", abbrev([...foods(2), food(1, { Protein: "2" })]))
      const tried = yield* run(path, "--batch", "2", "--dry-run")
      const done = yield* run(path, "--batch", "2")
      expect(done.stdout).toMatch(/^read 3: created 2, updated 0, unchanged 0, merged 1,/)
      expect(tried.stdout).toBe(done.stdout)
    }))

  it.live("does not write its rejects over its source", () =>
    Effect.gen(function*() {
      const { folder, process } = yield* importing
      const path = write(folder, "abbrev.csv", abbrev(foods(2)))
      const before = readFileSync(path, "utf8")
      const ended = yield* process([path, "--rejects", path])
      expect(readFileSync(path, "utf8")).toBe(before)
      expectRefusal(ended, /--rejects/)
    }))

  const tables = join(checkout, "..", "shared", "data", "usda-sr28")
  it.live.skipIf(!existsSync(tables))(
    "takes the real USDA SR28 (skipped where ../shared/data is not there)",
    () =>
      Effect.gen(function*() {
        const { run, url } = yield* importing
        const first = yield* run(tables)
        expect(first).toMatchObject({ code: 0, stderr: "" })
        expect(first.stdout).toMatch(/^read 6,179: created 6,179, updated 0, unchanged 0, merged 0, rejected 0\n/)
        const again = yield* run(tables, "--json")
        expect(totals(again.stdout)).toMatchObject({
          read: 6179,
          created: 0,
          updated: 0,
          unchanged: 6179,
          rejected: {}
        })
        const [row] = yield* query(
          url,
          "SELECT count(*)::integer AS count, count(DISTINCT source_ref)::integer AS refs, max(version) AS version FROM products"
        )
        expect(row).toEqual({ count: 6179, refs: 6179, version: 1 })
      }),
    60_000
  )
})
