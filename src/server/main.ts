import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"

// Halves the time that a start takes to load its modules, from the second start on.
enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/cardapio", import.meta.url)))
const { serve } = await import("./serve.ts")
serve()
