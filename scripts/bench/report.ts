import { Console, Effect } from "effect"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { availableParallelism, cpus } from "node:os"
import { join } from "node:path"
import { chart } from "./chart.ts"
import type { Results } from "./Results.ts"
import { catalogueSize } from "./seedCatalogue.ts"
import { poolSize, resultFolder } from "./Server.ts"
import type { Settings } from "./Settings.ts"
import { table } from "./table.ts"

const packages = ["effect", "@effect/platform-node", "@effect/sql-pg", "jose", "fastify", "pg", "postgres"]

const versionOf = async (name: string): Promise<readonly [string, string]> => {
  const file = join(import.meta.dirname, "..", "..", "node_modules", name, "package.json")
  const { version }: { readonly version: string } = JSON.parse(await readFile(file, "utf8"))
  return [name, version]
}

interface Circumstances extends Settings {
  readonly postgres: string
  readonly embedded: boolean
}

/** The table on stdout; JSON and chart in files. */
export const report = Effect.fnUntraced(
  function*({ embedded, postgres, ...settings }: Circumstances, results: Results) {
    const versions = yield* Effect.promise(async () => Object.fromEntries(await Promise.all(packages.map(versionOf))))
    const at = new Date().toISOString()
    const machine = { processors: availableParallelism(), model: cpus()[0]?.model ?? "", platform: process.platform }
    const document = {
      at,
      machine,
      versions: { node: process.versions.node, postgres, ...versions },
      settings: { ...settings, poolSize, catalogueSize, database: embedded ? "embedded" : "DATABASE_URL" },
      results
    }
    const base = join(resultFolder, at.replace(/[:.]/g, "-"))
    const subtitle = `Node ${process.versions.node}, PostgreSQL ${postgres}, ${machine.processors} processors, `
      + `${settings.connections} connections`
    yield* Effect.promise(async () => {
      await mkdir(resultFolder, { recursive: true })
      await writeFile(`${base}.json`, `${JSON.stringify(document, null, 2)}\n`)
      if (results.http !== undefined) await writeFile(`${base}.svg`, chart(results.http, subtitle))
    })
    yield* Console.log(table(results))
    yield* Console.error(`\n${base}.json${results.http === undefined ? "" : ` and ${base}.svg`}`)
  }
)
