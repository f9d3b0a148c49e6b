import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { applicationRole } from "./applicationRole.ts"
import { faultIn, run } from "./Command.ts"
import { writeSecret } from "./KeeperFile.ts"
import * as LockFile from "./LockFile.ts"
import { logFile } from "./Log.ts"
import { giveTo, type Place } from "./Place.ts"
import { codeOf, lineOf, Refusal } from "./Refusal.ts"

/** A data directory that is fit to start. */
export interface Cluster {
  readonly created: boolean
  readonly password: string
}

const elsewhere = "or set DATA_DIR to another folder"

/** The line about a data directory that PostgreSQL finds at fault. */
export const doesNotStart = (place: Place, fault: string): Refusal =>
  new Refusal(
    `PostgreSQL does not start on ${place.directory} (${fault}; its log is ${logFile(place.dataDir)}): `
      + "cure that or restore the folder from a backup, or set DATA_DIR to another one"
  )

const passwordFile = (dataDir: string): string => join(dataDir, "postgres.password")

const readPassword = (dataDir: string): string | undefined => {
  const path = passwordFile(dataDir)
  const text = existsSync(path) ? readFileSync(path, "utf8").trim() : ""
  return /^[\w-]{32,}$/.test(text) ? text : undefined
}

const keepPassword = (dataDir: string, password: string): void => {
  const draft = `${passwordFile(dataDir)}.tmp`
  writeSecret(draft, dataDir, `${password}\n`)
  renameSync(draft, passwordFile(dataDir))
}

const newPassword = (): string => randomBytes(32).toString("base64url")

const runFrom = async (place: Place, program: string, args: ReadonlyArray<string>, input?: string): Promise<void> => {
  const { code, output } = await run(join(place.native, "bin", program), args, place.user, input).catch(
    (error: unknown) => {
      throw new Refusal(`PostgreSQL's programs do not run on this system (${lineOf(error)}): set DATABASE_URL`)
    }
  )
  if (code !== 0) throw new Error(`${program}: ${faultIn(output)}`)
}

/** Runs statements on a data directory whose server is stopped. */
const single = (place: Place, directory: string, fsync: boolean, statements: ReadonlyArray<string>): Promise<void> =>
  runFrom(
    place,
    "postgres",
    ["--single", "-D", directory, "-c", "exit_on_error=on", "-c", `fsync=${fsync ? "on" : "off"}`, "postgres"],
    statements.map((statement) => `${statement}\n`).join("")
  )

const passwordStatement = (password: string): string => `ALTER ROLE cardapio PASSWORD '${password}'`

/** The same for the application's role, which is made after the owner's. */
const applicationStatement = (password: string): string =>
  `DO $$ BEGIN ALTER ROLE ${applicationRole} PASSWORD '${password}'; EXCEPTION WHEN undefined_object THEN END $$`

const cureOf = (fault: string): string => {
  if (/no space left/i.test(fault)) return `free some space, ${elsewhere}`
  return /could not look up effective user/.test(fault)
    ? "start as root or as a user that has a line in /etc/passwd, or set DATABASE_URL"
    : `cure that, ${elsewhere}`
}

/** Fills a folder beside the final one and renames it: whoever is killed on the way leaves nothing half-made. */
const create = async (place: Place, fsync: boolean): Promise<Cluster> => {
  const maker = { ...place, user: place.maker }
  const parent = dirname(place.directory)
  const draft = join(parent, `postgres.new-${randomBytes(6).toString("hex")}`)
  const password = readPassword(place.dataDir) ?? newPassword()
  try {
    keepPassword(place.dataDir, password)
    mkdirSync(draft, { mode: 0o700 })
    giveTo(draft, maker.user)
    await runFrom(maker, "initdb", [
      "-D",
      draft,
      "--username=cardapio",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--text-search-config=simple",
      "--auth-local=reject",
      "--auth-host=scram-sha-256",
      "--no-sync",
      "--no-instructions"
    ])
    await single(maker, draft, false, ["CREATE DATABASE cardapio", passwordStatement(password)])
    if (fsync) await runFrom(maker, "initdb", ["--sync-only", "-D", draft])
    if (place.user?.uid !== place.maker?.uid) giveTo(draft, place.user)
    renameSync(draft, place.directory)
    return { created: true, password }
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (error instanceof Refusal) throw error
    const line = lineOf(error)
    throw new Refusal(
      `PostgreSQL's data could not be made in ${place.directory} (${line}): ${cureOf(line)}`
    )
  }
}

const removeLeftovers = (place: Place): void => {
  const parent = dirname(place.directory)
  for (const name of readdirSync(parent)) {
    if (name.startsWith("postgres.new-")) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

const checkVersion = (directory: string, version: string): void => {
  const file = join(directory, "PG_VERSION")
  if (!existsSync(file)) {
    throw new Refusal(
      `${directory} is not empty, but no PostgreSQL data directory (it has no PG_VERSION): restore it from a backup, ${elsewhere}`
    )
  }
  const found = readFileSync(file, "utf8").trim()
  const needed = version.split(".", 1)[0]
  if (found !== needed) {
    throw new Refusal(
      `${directory} was made by PostgreSQL ${found}, and this program needs ${needed}: dump it with PostgreSQL ${found} `
        + `and restore it into an empty DATA_DIR, ${elsewhere}`
    )
  }
}

const isEmpty = (directory: string): boolean => {
  try {
    return readdirSync(directory).length === 0
  } catch (error) {
    if (codeOf(error) === "ENOENT") return true
    if (codeOf(error) !== "ENOTDIR") throw error
    throw new Refusal(`${directory} is a file, and PostgreSQL's data belongs there: move it away, ${elsewhere}`)
  }
}

/** Makes the data directory, or checks the one that is there; nothing of another hand is ever deleted. */
export const open = async (
  place: Place,
  version: string,
  settings: Readonly<Record<string, string>>
): Promise<Cluster> => {
  const fsync = settings["fsync"] !== "off"
  removeLeftovers(place)
  if (isEmpty(place.directory)) return create(place, fsync)
  checkVersion(place.directory, version)
  if (statSync(place.directory).uid === 0) giveTo(place.directory, place.user)
  await LockFile.clear(place.directory)
  const password = readPassword(place.dataDir)
  if (password !== undefined) return { created: false, password }
  const fresh = newPassword()
  await single(place, place.directory, fsync, [passwordStatement(fresh), applicationStatement(fresh)]).catch(
    (error: unknown) => {
      throw error instanceof Refusal ? error : doesNotStart(place, lineOf(error))
    }
  )
  keepPassword(place.dataDir, fresh)
  return { created: false, password: fresh }
}
