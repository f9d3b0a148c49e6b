import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { Page } from "../../src/kernel/contract/Pagination.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { columnsOf } from "../../src/kernel/Filters.ts"
import { list } from "../../src/kernel/Listing.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

const TestLayer = CommandDatabase.pipe(Layer.provide(TestLocation), Layer.provideMerge(testSettings()))

const columns = {
  id: { expression: "id", type: "integer", nullable: false },
  name: { expression: "name", type: "text", nullable: true }
} as const

layer(TestLayer, { excludeTestServices: true })("a list", (it) => {
  it.effect("sorts text by one collation, whatever that of the database, page by page, what is unknown last", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE people (id integer, name text COLLATE "C")`
      const names = ["Zé", "ana", "Álvaro", null, "Bia", "álvaro", "Ana", null, "Érica"]
      yield* sql`INSERT INTO people SELECT ordinality, name FROM unnest(${names}::text[]) WITH ORDINALITY AS n(name, ordinality)`
      const read = Effect.fnUntraced(function*(descending: boolean) {
        const found: Array<string | null> = []
        let cursor: string | null = ""
        while (cursor !== null) {
          const page: Page<{ readonly name: string | null }> = yield* list<{ readonly name: string | null }>(sql, {
            query: { limit: 2, sort: [{ field: "name", descending }], ...cursor === "" ? {} : { cursor } },
            select: sql`name`,
            from: sql`people`,
            filters: columnsOf(columns),
            sortable: columnsOf(columns),
            defaultSort: { field: "name", descending: false },
            id: columns.id
          })
          found.push(...page.data.map(({ name }) => name))
          cursor = page.pagination.nextCursor
        }
        return found
      })
      const known = ["álvaro", "Álvaro", "ana", "Ana", "Bia", "Érica", "Zé"]
      assert.deepStrictEqual(yield* read(false), [...known, null, null])
      assert.deepStrictEqual(yield* read(true), [...known.toReversed(), null, null])
    }))

  it.effect("finds names in that order by their index", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const plan = yield* sql.withTransaction(Effect.andThen(
        sql`SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_sort']) AS name`,
        sql`EXPLAIN SELECT id FROM products WHERE NOT discarded ORDER BY name COLLATE text_order, id LIMIT 51`
      ))
      assert.include(JSON.stringify(plan), "products_named")
      assert.notInclude(JSON.stringify(plan), "Sort Key")
    }))
})
