import { join } from "node:path"

/** Where the programs lie, and from where an operator calls them. */
export const checkout = join(import.meta.dirname, "..", "..")

/** What they were compiled to, as `npm start` keeps it. */
export const compileCache = join(checkout, "node_modules", ".cache", "cardapio")
