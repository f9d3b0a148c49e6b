import { argon2Sync } from "node:crypto"
import { readlinkSync } from "node:fs"
import { constants, setPriority } from "node:os"
import { parentPort } from "node:worker_threads"
import type { Hashing } from "./HashThreads.ts"

/** Linux gives each thread a priority of its own; elsewhere this one stays as it is. */
const giveWay = () => {
  try {
    setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), constants.priority.PRIORITY_LOW)
  } catch {
    // Hashes are made all the same.
  }
}

giveWay()
parentPort?.on("message", ({ cost, password, salt, tagLength }: Hashing) => {
  parentPort?.postMessage(argon2Sync("argon2id", { message: password, nonce: salt, tagLength, ...cost }), [])
})
