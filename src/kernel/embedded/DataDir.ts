import { accessSync, chmodSync, constants, mkdirSync, realpathSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { codeOf, lineOf, Refusal } from "./Refusal.ts"

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "it is a file",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file",
  EROFS: "it lies on a read-only file system"
}

/** The line about a folder that we fail to write to. */
export const unusable = (path: string, cause: unknown): Refusal => {
  if (cause instanceof Refusal) return cause
  const reason = reasons[codeOf(cause)] ?? lineOf(cause)
  return new Refusal(`DATA_DIR ${path} cannot be used (${reason}): set it to a folder that we may write to`)
}

/** Others must get through the folders that we make, whatever our umask; those that were there stay as they are. */
const openUp = (first: string, last: string): void => {
  for (let folder = last; folder.length >= first.length; folder = dirname(folder)) chmodSync(folder, 0o755)
}

/** Makes the folder when it is missing, and returns its real path once we may write there. */
export const prepare = (dataDir: string): string => {
  const path = resolve(dataDir)
  try {
    const first = mkdirSync(path, { recursive: true })
    if (first !== undefined) openUp(first, path)
    accessSync(path, constants.W_OK | constants.X_OK)
    return realpathSync(path)
  } catch (error) {
    throw unusable(path, error)
  }
}
