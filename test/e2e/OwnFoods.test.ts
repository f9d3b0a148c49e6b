import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { command } from "../support/Commands.ts"
import { addUser, cli, onDatabase, query } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"
import { freshDatabase } from "../support/TestDatabase.ts"
import { write } from "../support/UsdaFiles.ts"

const administrator = "admin@example.org"
const reader = "reader@example.org"

const good = (n: number) =>
  JSON.stringify({ sourceRef: `${n}`, name: `Prato ${n}`, category: "Pratos", nutrients: { protein: n } })

const parsed = (text: string): unknown => JSON.parse(text)
const parsedLines = (text: string) => text.trimEnd().split("\n").map(parsed)

describe.concurrent("a user's own foods", () => {
  it.live(
    "are imported but for what is broken, told of, exported, and imported elsewhere",
    () =>
      Effect.gen(function*() {
        const [here, there] = [yield* freshDatabase(), yield* freshDatabase()]
        yield* Effect.all([addUser(here.url, administrator), addUser(there.url, administrator)])
        yield* addUser(here.url, reader, { roles: ["user"] })
        const at = ({ url }: typeof here, words: ReadonlyArray<string>) =>
          command(["products", ...words], onDatabase(url))
        const as = ["--as", administrator]
        const folder = yield* temporaryFolder
        const broken = ["{\"name\": \"Arroz\",}", "{}", "null", "{\"sourceRef\":\"9\",\"name\":\"…\"}"]
        const path = write(
          folder,
          "foods.ndjson.gz",
          [good(1), ...broken, good(2), good(3)].map((line) => `${line}\n`).join("")
        )
        const rejects = join(folder, "rejects.ndjson")
        const imported = yield* at(here, [
          "import",
          "--format",
          "ndjson",
          path,
          "--rejects",
          rejects,
          "--strict",
          ...as
        ])
        expect(imported).toMatchObject({ code: 2, stderr: "" })
        expect(imported.stdout).toBe(
          "read 7: created 3, updated 0, unchanged 0, merged 0, rejected 4\nrejected: malformed 2, missing_name 2\n"
        )
        const told = parsedLines(readFileSync(rejects, "utf8"))
        expect(told.map((each) => Object.keys(Object(each)).join(" "))).toEqual(
          broken.map(() => "record line sourceRef reason detail raw")
        )
        expect(told).toMatchObject(broken.map((raw, index) => ({ record: index + 2, line: index + 2, raw })))

        const list = yield* at(here, ["imports", ...as])
        expect(list).toMatchObject({ code: 0, stderr: "1 of 1\n" })
        expect(list.stdout).toMatch(
          /^\S+\t\S+Z\tfinished\tndjson\tread 7, created 3, rejected 4\tTest\t\/\S+foods\.ndjson\.gz\n$/
        )
        const id = list.stdout.split("\t")[0] ?? ""
        const shown = yield* at(here, ["imports", "show", id, ...as])
        expect(shown.stdout).toContain("state     finished\n")
        expect(shown.stdout).toContain("rejected: malformed 2, missing_name 2\n")
        const json = yield* at(here, ["imports", "show", id, "--json", ...as])
        expect(parsed(json.stdout)).toMatchObject({ id, startedBy: { name: "Test" }, report: { read: 7, created: 3 } })
        const refused = yield* at(here, ["imports", "--as", reader])
        expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("manage_products")])

        const output = join(folder, "out.ndjson")
        const exported = yield* at(here, ["export", "category=PRATOS", "--output", output, ...as])
        expect(exported).toMatchObject({ code: 0, stdout: "", stderr: "3 products\n" })
        expect(existsSync(`${output}.part`)).toBe(false)
        const piped = yield* at(here, ["export", ...as])
        expect(piped.stdout).toBe(readFileSync(output, "utf8"))
        expect(parsedLines(piped.stdout)[0]).toMatchObject({ source: "manual", sourceRef: "1", category: "Pratos" })
        const back = yield* cli(
          ["products", "import", "--format", "ndjson", "-", ...as],
          onDatabase(there.url),
          piped.stdout
        )
        expect(back).toMatchObject({ code: 0, stderr: "" })
        expect(back.stdout).toMatch(/^read 3: created 3,/)
        expect(yield* query(there.url, "SELECT name FROM products ORDER BY name")).toHaveLength(3)
        const misused = yield* at(there, ["import", "--format", "off", "--earlier-names", path, ...as])
        expect([misused.code, misused.stderr]).toEqual([1, "cardapio: --earlier-names is for --format ndjson\n"])
      }),
    60_000
  )
})
