import { flushCompileCache } from "node:module"
import { importQuickly } from "../../src/kernel/importQuickly.ts"

importQuickly()

const { serveTrial } = await import("./serveTrial.ts")

// A process that is killed would keep nothing for the next one.
flushCompileCache()

serveTrial()
