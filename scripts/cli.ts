import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"

// Halves the time that a command takes to load its modules, from the second one on.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/cardapio", import.meta.url)))
await import("./commands.ts")
