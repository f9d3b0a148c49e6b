import { createHash, randomBytes } from "node:crypto"
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync
} from "node:fs"
import { cp } from "node:fs/promises"
import { dirname, join } from "node:path"
import { codeOf, Refusal } from "./Refusal.ts"

export const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

export const isFilled = (path: string): boolean => existsSync(path) && readdirSync(path).length > 0

/** Our folder in /var/tmp for one path of this machine; it is used only when nobody else can have prepared it. */
const shelter = (path: string): string => {
  const folder = `/var/tmp/cardapio-${createHash("sha256").update(path).digest("hex").slice(0, 16)}`
  try {
    mkdirSync(folder, { mode: 0o755 })
    chmodSync(folder, 0o755)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
  }
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Refusal(`${folder} is not a folder of ours (another user made it, or may write to it): remove it`)
  }
  return folder
}

/** A copy of PostgreSQL's programs that every user can reach. */
export const copiedPrograms = async (native: string, version: string): Promise<string> => {
  const folder = shelter(native)
  const copy = join(folder, `native-${version}`)
  if (existsSync(copy)) return copy
  for (const name of readdirSync(folder)) {
    const old = join(folder, name)
    if (name.startsWith("native.new-") && statSync(old).mtimeMs < Date.now() - 600_000) rmSync(old, { recursive: true })
  }
  const draft = join(folder, `native.new-${randomBytes(6).toString("hex")}`)
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  openUp(draft)
  try {
    renameSync(draft, copy)
  } catch (error) {
    rmSync(draft, { recursive: true })
    if (!existsSync(copy)) throw error
  }
  return copy
}

/** Everyone may read the copy, whatever the umask of the checkout was. */
const openUp = (path: string): void => {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return
  chmodSync(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644)
  if (found.isDirectory()) { for (const name of readdirSync(path)) openUp(join(path, name)) }
}

/** Where the data goes when PostgreSQL's user cannot reach DATA_DIR. */
export const shelteredData = (dataDir: string): string => join(shelter(dataDir), "postgres")

const pattern = /^\/var\/tmp\/cardapio-[0-9a-f]{16}\/postgres$/

/** Where a link in DATA_DIR leads to; that place is never left for an empty one without a word. */
export const followed = (link: string): string => {
  const target = readlinkSync(link)
  if (!isFilled(link)) {
    throw new Refusal(
      `the data that ${link} leads to is gone (${target}): bring it back, or remove the link to start with an empty database`
    )
  }
  const folder = lstatSync(dirname(target))
  if (pattern.test(target) && (!folder.isDirectory() || folder.uid !== process.getuid?.())) {
    throw new Refusal(`${dirname(target)} is not a folder of ours: set DATA_DIR to another folder`)
  }
  return realpathSync(link)
}

/** Leaves a link in DATA_DIR once the data lies elsewhere, so that it is found again when DATA_DIR moves or opens up. */
export const leaveLink = (dataDir: string, directory: string): void => {
  const own = join(dataDir, "postgres")
  if (!pattern.test(directory) || isLink(own)) return
  if (existsSync(own)) rmdirSync(own)
  symlinkSync(directory, own)
}
