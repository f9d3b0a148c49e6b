import { keepHeapSmall } from "./smallHeap.ts"

if (process.argv[2] === "products" && process.argv[3] === "import") keepHeapSmall()

await import("./commandLine.ts")
