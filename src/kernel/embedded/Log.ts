import { copyFileSync, fchownSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs"
import { join } from "node:path"

/** The log of a data directory: PostgreSQL's lines and the keeper's. */
export const logFile = (dataDir: string): string => join(dataDir, "postgres.log")

/** Opens the log to be a keeper's standard error; it belongs to the owner of the folder, also when root opens it. */
export const openLog = (dataDir: string): number => {
  const descriptor = openSync(logFile(dataDir), "a", 0o600)
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(dataDir)
    if (uid !== 0) fchownSync(descriptor, uid, gid)
  }
  return descriptor
}

const standardError = 2

/** The keeper's own lines; a full disk must not end it. */
export const log = (line: string): void => {
  try {
    writeSync(standardError, `${new Date().toISOString()} [${process.pid}] KEEPER:  ${line}\n`)
  } catch {
    // There is nowhere left to say it.
  }
}

export const logSize = (): number => fstatSync(standardError).size

/** Keeps one older log once this one has 8 MB; PostgreSQL appends, so that it goes on at the beginning. */
export const trimLog = (dataDir: string): void => {
  try {
    if (logSize() < 8 * 1024 * 1024) return
    copyFileSync(logFile(dataDir), `${logFile(dataDir)}.1`)
    ftruncateSync(standardError)
  } catch (error) {
    log(`the log could not be shortened: ${String(error)}`)
  }
}
