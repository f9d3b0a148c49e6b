import type { CredentialsResult } from "./credentialsPart.ts"
import type { EventsResult } from "./eventsPart.ts"
import type { WorkResult } from "./httpPart.ts"
import type { ImportResult } from "./importPart.ts"
import type { MemoryResult } from "./memoryPart.ts"
import type { MenusResult } from "./menusPart.ts"
import type { PgbenchResult } from "./pgbenchPart.ts"
import type { RecipesResult } from "./recipesPart.ts"
import type { SearchResult } from "./searchPart.ts"
import type { WebhooksResult } from "./webhooksPart.ts"

/** What the parts of a run found; nothing where a part was left out. */
export interface Results {
  readonly http: ReadonlyArray<WorkResult> | undefined
  readonly events: EventsResult | undefined
  readonly imported: ReadonlyArray<ImportResult> | undefined
  readonly pgbench: PgbenchResult | undefined
  readonly memory: MemoryResult | undefined
  readonly search: SearchResult | undefined
  readonly recipes: RecipesResult | undefined
  readonly menus: MenusResult | undefined
  readonly webhooks: WebhooksResult | undefined
  readonly credentials: CredentialsResult | undefined
}
