import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor, requirePermission, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type {
  CursorMismatch,
  InvalidRequest,
  PageTooDeep,
  PermissionMissing
} from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { UserLookup } from "../../iam/contract/UserLookup.ts"
import type { importRunFilters, ImportRunQuery, ImportRunSummary } from "../contract/ImportRuns.ts"

interface Row extends Omit<ImportRunSummary, "startedBy" | "startedAt" | "updatedAt"> {
  readonly startedBy: UserId | null
  readonly startedAt: Date
  readonly updatedAt: Date
}

const columns: Record<keyof typeof importRunFilters, Column> = {
  id: { expression: "r.id", type: "uuid", nullable: false },
  format: { expression: "r.format", type: "text", nullable: false },
  path: { expression: "r.path", type: "text", nullable: false, folded: ["fold(r.path)"] },
  state: { expression: "r.state", type: "text", nullable: false },
  startedAt: { expression: "r.started_at", type: "timestamptz", nullable: false }
}

const column = columnsOf(columns)

/** What is known of imports; for those who may import. */
export class ImportRunQueries extends Context.Service<ImportRunQueries, {
  runs(
    query: ImportRunQuery
  ): Effect.Effect<
    Page<ImportRunSummary>,
    Unauthenticated | PermissionMissing | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
}>()("cardapio/contexts/products/import/ImportRunQueries") {
  static readonly layer: Layer.Layer<ImportRunQueries, never, Reads | Actors | UserLookup> = Layer.effect(
    ImportRunQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const users = yield* UserLookup
      const actor = yield* readingActor

      const answered = Effect.fnUntraced(function*(rows: ReadonlyArray<Row>) {
        const starters = rows.flatMap(({ startedBy }) => startedBy === null ? [] : [startedBy])
        const names = yield* users.names([...new Set(starters)])
        return rows.map(({ startedAt, startedBy, updatedAt, ...row }): ImportRunSummary => ({
          ...row,
          startedBy: startedBy === null ? null : { id: startedBy, name: names.get(startedBy) ?? null },
          startedAt: DateTime.makeUnsafe(startedAt),
          updatedAt: DateTime.makeUnsafe(updatedAt)
        }))
      })

      return ImportRunQueries.of({
        runs: Effect.fn("ImportRunQueries.runs")(function*(query) {
          yield* requirePermission(yield* actor, "products", "manage_products")
          const page = yield* list<Row>(sql, {
            query,
            select: sql`r.id, r.format, r.path, r.state, r.started_by, r.started_at, r.updated_at, r.report,
              jsonb_build_object('offset', r.checkpoint_offset, 'sha256', r.checkpoint_sha256) AS checkpoint`,
            from: sql`import_runs r`,
            filters: column,
            sortable: column,
            defaultSort: { field: "startedAt", descending: true },
            id: columns.id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: yield* answered(page.data) }
        })
      })
    })
  )
}
