import { importQuickly } from "../src/kernel/importQuickly.ts"
import { keepHeapSmall } from "./smallHeap.ts"

if (process.argv[2] === "products" && process.argv[3] === "import") keepHeapSmall()
importQuickly()

const { runCommandLine } = await import("./commandLine.ts")

runCommandLine()
