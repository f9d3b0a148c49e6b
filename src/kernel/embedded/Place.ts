import { existsSync, lchownSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { run, type User } from "./Command.ts"
import { codeOf, Refusal } from "./Refusal.ts"
import * as Shelter from "./Shelter.ts"

/** Where PostgreSQL's data and programs lie, and as whom it runs. */
export interface Place {
  readonly dataDir: string
  readonly directory: string
  readonly native: string
  /** `undefined`: as whoever runs us. */
  readonly user: User | undefined
  /** As whom initdb runs, which demands that its user has a name. */
  readonly maker: User | undefined
  readonly notes: ReadonlyArray<string>
}

/** The uid that nobody logs in as, the same on every system. */
const nobody: User = { uid: 65_534, gid: 65_534 }

const owner = (path: string): User | undefined => {
  try {
    const { uid, gid } = statSync(path)
    return { uid, gid }
  } catch {
    return undefined
  }
}

const reaches = async (user: User, test: string, path: string): Promise<boolean> => {
  const { code } = await run("/bin/sh", ["-c", test, "sh", path], user).catch((error: unknown) => {
    throw new Refusal(
      `PostgreSQL refuses to run as root, and this system does not let us run it as uid ${user.uid} (${
        codeOf(error)
      }): `
        + "start as an ordinary user, or set DATABASE_URL"
    )
  })
  return code === 0
}

/** Gives a folder and all that lies in it to the user PostgreSQL runs as. */
export const giveTo = (path: string, user: User | undefined): void => {
  if (user === undefined) return
  lchownSync(path, user.uid, user.gid)
  if (lstatSync(path).isDirectory()) { for (const name of readdirSync(path)) giveTo(join(path, name), user) }
}

const userOf = (dataDir: string, directory: string): User => {
  const candidates = [owner(directory), owner(dataDir)]
  return candidates.find((candidate) => candidate !== undefined && candidate.uid !== 0) ?? nobody
}

/** A volume may belong to a number that has no name here: then another user makes the data, and hands it over. */
const makerFor = (user: User): User => {
  const lines = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8").split("\n") : []
  const named = lines.flatMap((line) => {
    const [, uid, gid] = /^[^#:][^:]*:[^:]*:(\d+):(\d+):/.exec(line) ?? []
    return uid === undefined || uid === "0" ? [] : [{ uid: Number(uid), gid: Number(gid) }]
  })
  const hasName = ({ uid }: User) => named.some((other) => other.uid === uid)
  return [user, nobody].find(hasName) ?? named[0] ?? user
}

/** Only root has no choice but to run PostgreSQL as somebody else. */
const chooseForRoot = async (dataDir: string, own: string, native: string, version: string): Promise<Place> => {
  const user = userOf(dataDir, own)
  const maker = makerFor(user)
  const notes = [`PostgreSQL runs as uid ${user.uid}, since it refuses to run as root`]
  const runs = "test -x \"$1/bin/postgres\" && test -r \"$1/share/postgresql/postgres.bki\""
  const runsHere = await reaches(user, runs, native) && (maker.uid === user.uid || await reaches(maker, runs, native))
  const programs = runsHere ? native : await Shelter.copiedPrograms(native, version)
  if (!runsHere) {
    notes.push(`PostgreSQL's programs were copied to ${programs}, since uid ${user.uid} cannot reach ${native}`)
  }
  const link = Shelter.isLink(own)
  const reachable = await reaches(user, "cd \"$1\"", dataDir)
  if (!link && !reachable && Shelter.isFilled(own)) {
    throw new Refusal(
      `${own} holds data that uid ${user.uid} cannot reach, since a folder above it is closed: `
        + "open that folder (chmod o+x), or start as the user it belongs to"
    )
  }
  const elsewhere = link ? Shelter.followed(own) : reachable ? undefined : Shelter.shelteredData(dataDir)
  if (elsewhere !== undefined) {
    notes.push(
      `PostgreSQL's data is kept in ${elsewhere}, since uid ${user.uid} cannot reach ${dataDir}; `
        + "where old files in /var/tmp are removed, set DATA_DIR to a folder that it can reach"
    )
  }
  return { dataDir, directory: elsewhere ?? own, native: programs, user, maker, notes }
}

/** Decides where PostgreSQL runs, and as whom. */
export const choose = async (dataDir: string, native: string, version: string): Promise<Place> => {
  const own = join(dataDir, "postgres")
  const self = process.getuid?.()
  if (self === 0) return chooseForRoot(dataDir, own, native, version)
  const holder = owner(own)
  if (holder !== undefined && self !== undefined && holder.uid !== self) {
    throw new Refusal(
      `${own} belongs to uid ${holder.uid}, and we are uid ${self}: start as that user, or set DATA_DIR to another folder`
    )
  }
  const directory = Shelter.isLink(own) ? Shelter.followed(own) : own
  return { dataDir, directory, native, user: undefined, maker: undefined, notes: [] }
}
