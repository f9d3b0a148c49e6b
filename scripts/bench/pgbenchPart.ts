import { Console, Effect } from "effect"
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { administratorToken, freshDatabase, statement } from "./BenchDatabase.ts"
import { BenchFailed } from "./BenchFailed.ts"
import { type Spread, spreadOf } from "./Figures.ts"
import * as statements from "./peers/productStatements.ts"
import { catalogueSize, seedCatalogue } from "./seedCatalogue.ts"
import { poolSize, resultFolder } from "./Server.ts"
import type { Settings } from "./Settings.ts"
import type { Work } from "./works.ts"

export type PgbenchResult = Readonly<Record<Work["name"], Spread>>

const installed = () => {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  return [...versions.map((version) => join(debian, version, "bin", "pgbench")), "pgbench"].find((program) =>
    spawnSync(program, ["--version"]).status === 0
  )
}

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`

/** With a space after each colon: `:name` would be a variable. */
const quotedJson = (value: unknown) => quoted(JSON.stringify(value, null, 1))

/** A statement with expressions in the place of its parameters. */
const filled = (text: string, values: ReadonlyArray<string>) =>
  text.replace(/\$(\d+)/g, (_, place: string) => values[Number(place) - 1] ?? "NULL").replace(/\s+/g, " ").trim()

const matching =
  `${statements.visible} AND p.folded_name LIKE like_pattern('arroz') AND (p.nutrients->>'protein')::float8 >= 10`

const listed = (where: string, keys: string, order: string) => [
  statements.page(keys, where, order, "21", "0"),
  statements.total(where)
]

const rightsOf = (userId: string) =>
  filled(statements.rights, [quoted(userId), `(SELECT id FROM sessions WHERE user_id = ${quoted(userId)} LIMIT 1)`])

const created = (userId: string) => {
  const record: Partial<Record<keyof typeof statements.written, string>> = {
    id: "uuidv7()",
    name: "'Arroz integral cozido ' || :n",
    normalised_name: "'arroz integral cozido ' || :n",
    language: "'pt-BR'",
    aliases: quotedJson([{ language: "en", name: "Brown rice, cooked", kind: "translation" }]),
    source_id: "(SELECT id FROM classifications WHERE key = 'manual')",
    source_ref: "uuidv7()::text",
    is_food: "true",
    nutrient_basis: "'per100g'",
    nutrients: quotedJson({ energyKcal: 124, energyKj: 518.816, water: 70.1, protein: 2.6, totalFat: 1 }),
    nutrient_marks: quotedJson({ energyKj: "derived" }),
    edible_yield: "0.95",
    conservation_days: "5",
    portions: quotedJson([{ name: "colher de sopa", grams: 25 }]),
    allergens: "'{}'",
    manual_fields: "'{name,nutrients,portions}'",
    created_by: quoted(userId)
  }
  const values = new Map(Object.entries(record))
  return [
    "BEGIN",
    rightsOf(userId),
    filled(statements.referables, ["'{}'"]),
    filled(statements.insertProduct, Object.keys(statements.written).map((name) => values.get(name) ?? "NULL")),
    filled(statements.insertEvent, ["uuidv7()", "'products/ProductCreated'", "'{}'", quoted(userId), "'bench'"]),
    filled(statements.insertAudit, [
      "uuidv7()",
      quoted(userId),
      "uuidv7()",
      "1",
      "'{name}'",
      "'bench'",
      "'127.0.0.0/24'"
    ]),
    "COMMIT"
  ]
}

const scriptsOf = (userId: string): Readonly<Record<Work["name"], ReadonlyArray<string>>> => {
  const rights = rightsOf(userId)
  const id = "('01980000-0000-7000-9000-' || lpad(to_hex((:n)::int), 12, '0'))::uuid"
  return {
    get: [rights, filled(statements.byId, [id])],
    list: [
      rights,
      ...listed(statements.visible, "p.updated_at AS key_0, p.id AS key_1", "p.updated_at DESC, p.id DESC")
    ],
    filter: [rights, ...listed(matching, "p.name AS key_0, p.id AS key_1", "p.name, p.id")],
    create: created(userId)
  }
}

const run = (program: string, url: string, file: string, seconds: number) =>
  Effect.callback<number, BenchFailed>((resume) => {
    const clients = ["--client", `${poolSize}`, "--jobs", "1", "--time", `${seconds}`]
    const child = spawn(program, ["--no-vacuum", "--protocol", "prepared", ...clients, "--file", file, url])
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
    child.on("close", async () => {
      const perSecond = /^tps = ([\d.]+)/m.exec(await stdout)?.[1]
      resume(
        perSecond === undefined
          ? Effect.fail(new BenchFailed({ message: `pgbench failed: ${await stderr}` }))
          : Effect.succeed(Number(perSecond))
      )
    })
    return Effect.sync(() => child.kill())
  })

/** The same statements sent by pgbench: what PostgreSQL could do for servers that cost nothing. */
export const pgbenchPart = Effect.fnUntraced(function*({ rounds, seconds }: Settings) {
  const program = installed()
  if (program === undefined) {
    yield* Console.error("pgbench: skipped, it is neither on the PATH nor under /usr/lib/postgresql/*/bin")
    return undefined
  }
  const { environment, url } = yield* freshDatabase("pgbench")
  yield* administratorToken(environment)
  yield* seedCatalogue(url)
  const [user] = yield* statement<{ id: string }>(url, "SELECT id FROM users")
  const measure = Effect.fnUntraced(function*(name: Work["name"]) {
    const file = join(resultFolder, `pgbench-${name}.sql`)
    const lines = scriptsOf(user?.id ?? "")[name].map((each) => `${filled(each, [])};`)
    yield* Effect.promise(() => mkdir(resultFolder, { recursive: true }))
    yield* Effect.promise(() => writeFile(file, [`\\set n random(1, ${catalogueSize})`, ...lines, ""].join("\n")))
    const figures: Array<number> = []
    for (let round = 0; round < rounds; round++) figures.push(yield* run(program, url, file, seconds))
    const spread = spreadOf(figures)
    yield* Console.error(`  pgbench ${name}: ${Math.round(spread.median)}/s`)
    return spread
  })
  const result: PgbenchResult = {
    get: yield* measure("get"),
    list: yield* measure("list"),
    filter: yield* measure("filter"),
    create: yield* measure("create")
  }
  return result
}, Effect.scoped)
