import { setTimeout as sleep } from "node:timers/promises"
import { knock } from "./KeeperConnection.ts"
import * as KeeperFile from "./KeeperFile.ts"
import { commandLine } from "./ProcessTable.ts"
import { Refusal } from "./Refusal.ts"

const isReachable = (keeper: KeeperFile.KeeperFile): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = { program: "", pid: process.pid, role: "probe", port: 0, again: false } as const
    knock(keeper, probe, ({ type }) =>
      resolve(type !== "gone" && (type !== "silent" || commandLine(keeper.pid).includes("keeper.ts"))))
  })

/**
 * A keeper in another container has another network and other process numbers: all that shows it from here is that it
 * renews its file every second. Two PostgreSQL servers on one folder would destroy the data.
 */
const refuseForeign = async (dataDir: string, keeper: KeeperFile.KeeperFile): Promise<void> => {
  if (keeper.host === "" || keeper.host === KeeperFile.thisHost()) return
  const before = KeeperFile.renewedAt(dataDir, keeper.generation)
  const deadline = Date.now() + 3 * KeeperFile.renewal
  while (Date.now() < deadline) {
    await sleep(50)
    const now = KeeperFile.renewedAt(dataDir, keeper.generation)
    if (now === undefined) return
    if (now !== before) {
      throw new Refusal(
        `${dataDir} is in use by a program in another container or on another machine (${keeper.host}): `
          + "run this one there too (docker exec), or set DATA_DIR to another folder"
      )
    }
  }
}

const anyLives = async (dataDir: string, keepers: ReadonlyArray<KeeperFile.KeeperFile>): Promise<boolean> => {
  for (const keeper of keepers) {
    if (await isReachable(keeper)) return true
    await refuseForeign(dataDir, keeper)
  }
  return false
}

/** Makes this process the keeper unless another one lives; the files of keepers that were killed go. */
export const claim = async (
  dataDir: string,
  keeper: Pick<KeeperFile.KeeperFile, "port" | "token">
): Promise<KeeperFile.KeeperFile | undefined> => {
  const others = KeeperFile.list(dataDir)
  if (await anyLives(dataDir, others)) return undefined
  const generation = (others[0]?.generation ?? 0) + 1
  const mine = { ...keeper, generation, pid: process.pid, host: KeeperFile.thisHost() }
  if (!KeeperFile.create(dataDir, mine)) return undefined
  // Others may have come and gone since we looked, and one come to stay.
  const newcomers = KeeperFile.list(dataDir).filter((other) =>
    other.generation !== generation && others.every((known) => known.generation !== other.generation)
  )
  if (await anyLives(dataDir, newcomers)) {
    KeeperFile.remove(dataDir, mine)
    return undefined
  }
  for (const other of others) KeeperFile.remove(dataDir, other)
  return mine
}
