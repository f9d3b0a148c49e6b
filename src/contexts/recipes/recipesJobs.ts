import { Effect } from "effect"
import type { Job } from "../../kernel/Scheduler.ts"

const atMost = 1000

const expired = "discarded_at < now() - interval '90 days'"

/** What goes of each table, in this order; menus go with their clients. */
const tables = [
  ["menus", `${expired} OR client_id IN (SELECT id FROM clients WHERE ${expired})`],
  ["clients", expired],
  ["meals", expired],
  ["recipes", expired]
] as const

/** What was discarded 90 days ago, and what its tags were, goes for good. */
const purge: Job = {
  name: "recipes/Purge",
  every: "1 hour",
  run: (sql) =>
    Effect.gen(function*() {
      const purged = tables.map(([table, isExpired]) =>
        sql`
          WITH gone AS (
            DELETE FROM ${sql(table)} WHERE id = ANY(ARRAY(
              SELECT id FROM ${sql(table)} WHERE ${sql.literal(isExpired)} LIMIT ${atMost}))
            RETURNING id
          ), untagged AS (DELETE FROM tag_uses WHERE item_id IN (SELECT id FROM gone))
          SELECT id FROM gone`
      )
      const rows = yield* Effect.all(purged)
      return rows.some(({ length }) => length === atMost)
    })
}

/** What is to be done now and then for what this context keeps. */
export const recipesJobs: ReadonlyArray<Job> = [purge]
