import { flushCompileCache } from "node:module"
import { importQuickly } from "../kernel/importQuickly.ts"

importQuickly()

const { serve } = await import("./serve.ts")

// A process that is killed would keep nothing for the next one.
flushCompileCache()

serve()
