import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Ledger } from "./Ledger.ts"
import { until } from "./until.ts"

/** How products are called that are created without a key. */
export const withoutKey = "without a key"

/** Waits until no delivery is outstanding; how many still are at the deadline. */
export const settled = Effect.fnUntraced(function*(deadlineMillis: number) {
  const sql = yield* SqlClient.SqlClient
  const pending = Effect.map(
    sql<{ count: number }>`SELECT count(*)::integer AS count FROM effect_queue WHERE state = 'pending'`,
    ([row]) => row?.count ?? -1
  ).pipe(Effect.orElseSucceed(() => -1))
  yield* until(Effect.map(pending, (count) => count === 0), deadlineMillis, "50 millis")
  return yield* pending
})

/** What deliveries left behind: dead letters, and events that had no effect, or more than one. */
export const effectTally = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<Record<string, number>>`
    WITH told AS (
      SELECT e.id AS event_id, (item->>'id')::uuid AS product_id
      FROM events e, jsonb_array_elements(e.payload->'items') AS item WHERE e.tag LIKE 'products/Product%'
    ), counted AS (
      SELECT told.event_id, count(f.event_id) AS effects
      FROM told LEFT JOIN proof_effects f USING (event_id, product_id) GROUP BY told.event_id, product_id
    )
    SELECT
      (SELECT count(*)::integer FROM told) AS events,
      (SELECT count(*)::integer FROM proof_effects) AS effects,
      (SELECT count(*)::integer FROM counted WHERE effects = 0) AS "lostEffects",
      (SELECT count(*)::integer FROM counted WHERE effects > 1) AS "doubleEffects",
      (SELECT count(*)::integer FROM proof_effects f
        WHERE NOT EXISTS (SELECT FROM told WHERE told.event_id = f.event_id AND told.product_id = f.product_id))
        AS "effectsOfNothing",
      (SELECT count(*)::integer FROM effect_queue WHERE state = 'failed') AS "deadLetters",
      (SELECT count(*)::integer FROM effect_queue WHERE attempts > 1) AS "deliveredAgain",
      (SELECT coalesce(ceil(extract(epoch FROM max(f.at - e.published_at)) * 1000), 0)::integer
        FROM proof_effects f JOIN events e ON e.id = f.event_id) AS "longestDeliveryMillis"`
  return row ?? {}
})

/**
 * Products and imports of which a command kept a part only: of each there are as many versions as audit entries, events, queue
 * elements and, where the creation had a key, kept answers.
 */
const halfApplied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ count: number }>`
    WITH parts (subject, part, times) AS (
      SELECT id::text, 'version', version FROM products
      UNION ALL
      SELECT target_id, 'audit', 1 FROM audit_log WHERE target_type = 'product' AND outcome = 'ok'
      UNION ALL
      SELECT item->>'id', 'event', 1 FROM events, jsonb_array_elements(payload->'items') AS item
      WHERE tag LIKE 'products/Product%'
      UNION ALL
      SELECT item->>'id', 'queue', 1 FROM effect_queue, jsonb_array_elements(element::jsonb->'payload'->'items') AS item
      UNION ALL
      SELECT split_part(headers->>'location', '/', 4), 'answer', 1 FROM idempotency_keys
      UNION ALL
      SELECT id::text, 'answer', version - CASE WHEN name LIKE ${`${withoutKey}%`} OR import_run_id IS NOT NULL THEN 0 ELSE 1 END
      FROM products
    ), imported AS (
      SELECT r.id::text AS subject, unnest('{version,event,queue,answer}'::text[]) AS part, 1 AS times
      FROM import_runs r JOIN products p ON p.import_run_id = r.id GROUP BY r.id
      UNION ALL
      SELECT target_id, 'audit', 1 FROM audit_log WHERE target_type = 'import' AND outcome = 'ok'
      UNION ALL
      SELECT p.id::text, 'audit', 1 FROM audit_log a JOIN products p ON p.import_run_id::text = a.target_id
    ), counted AS (
      SELECT subject, part, sum(times) AS times FROM (TABLE parts UNION ALL TABLE imported) AS every GROUP BY subject, part
    )
    SELECT count(*)::integer AS count FROM (
      SELECT subject FROM counted GROUP BY subject HAVING count(*) <> 5 OR min(times) <> max(times)
    ) AS broken`
  return row?.count ?? -1
})

/** What the commands of a trial left behind, against what its clients were told. */
export const commandTally = Effect.fnUntraced(function*({ acknowledged, changed }: Ledger) {
  const sql = yield* SqlClient.SqlClient
  const keys = [...acknowledged.keys()]
  const ids = [...acknowledged.values()]
  const [row] = yield* sql<{ lost: number; doubled: number; products: number }>`
    SELECT
      (SELECT count(*)::integer FROM products) AS products,
      (SELECT count(*)::integer FROM unnest(${keys}::text[], ${ids}::uuid[]) AS told (key, id)
        WHERE NOT EXISTS (SELECT FROM products WHERE products.id = told.id AND products.name = told.key)) AS lost,
      (SELECT count(*)::integer FROM (SELECT name FROM products GROUP BY name HAVING count(*) > 1) AS twice) AS doubled`
  return {
    products: row?.products ?? -1,
    lost: row?.lost ?? -1,
    halfApplied: yield* halfApplied,
    keysWithTwoProducts: (row?.doubled ?? 0) + changed.size
  }
})

/** How many answers had another status than these. */
export const statusesBut = (counters: Readonly<Record<string, number>>, allowed: ReadonlyArray<number>) =>
  Object.entries(counters).reduce((sum, [name, count]) => {
    const [, status] = /^status(\d+)$/.exec(name) ?? []
    return status === undefined || allowed.includes(Number(status)) ? sum : sum + count
  }, 0)

/** All that must be nought after any trial. */
export const noLoss = {
  lost: { is: 0 },
  halfApplied: { is: 0 },
  keysWithTwoProducts: { is: 0 },
  lostEffects: { is: 0 },
  doubleEffects: { is: 0 },
  effectsOfNothing: { is: 0 },
  deadLetters: { is: 0 },
  stuck: { is: 0 }
} as const
