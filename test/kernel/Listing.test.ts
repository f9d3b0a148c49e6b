import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { Page } from "../../src/kernel/contract/Pagination.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { columnsOf } from "../../src/kernel/Filters.ts"
import { list, type ListOptions } from "../../src/kernel/Listing.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

const TestLayer = CommandDatabase.pipe(Layer.provide(TestLocation), Layer.provideMerge(testSettings()))

const columns = {
  id: { expression: "id", type: "integer", nullable: false },
  name: { expression: "name", type: "text", nullable: true }
} as const

interface Person {
  readonly name: string | null
}

const names = ["Zé", "ana", "Álvaro", null, "Bia", "álvaro", "Ana", null, "Érica"]

const People = Layer.effectDiscard(SqlClient.SqlClient.use((sql) =>
  Effect.andThen(
    sql`CREATE TABLE people (id integer, name text COLLATE "C")`,
    sql`INSERT INTO people SELECT ordinality, name FROM unnest(${names}::text[]) WITH ORDINALITY AS n(name, ordinality)`
  )
))

const people = (sql: SqlClient.SqlClient, query: ListOptions["query"] & { readonly "id[gte]"?: number }) =>
  list<Person>(sql, {
    query,
    select: sql`name`,
    from: sql`people`,
    filters: columnsOf({ id: columns.id }),
    sortable: columnsOf(columns),
    defaultSort: { field: "name", descending: false },
    id: columns.id
  })

layer(People.pipe(Layer.provideMerge(TestLayer)), { excludeTestServices: true })("a list", (it) => {
  it.effect("sorts text by one collation, whatever that of the database, page by page, what is unknown last", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const read = Effect.fnUntraced(function*(descending: boolean, filter: { readonly "id[gte]"?: number }) {
        const found: Array<string | null> = []
        let cursor: string | null = ""
        while (cursor !== null) {
          const page: Page<Person> = yield* people(sql, {
            ...filter,
            limit: 2,
            sort: [{ field: "name", descending }],
            ...cursor === "" ? {} : { cursor }
          })
          found.push(...page.data.map(({ name }) => name))
          cursor = page.pagination.nextCursor
        }
        return found
      })
      const known = ["álvaro", "Álvaro", "ana", "Ana", "Bia", "Érica", "Zé"]
      for (const filter of [{}, { "id[gte]": 1 }]) {
        assert.deepStrictEqual(yield* read(false, filter), [...known, null, null])
        assert.deepStrictEqual(yield* read(true, filter), [...known.toReversed(), null, null])
      }
    }))

  it.effect("tells the true total on each page, and beyond the last one", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (const [filter, total] of [[{}, 9], [{ "id[gte]": 3 }, 7], [{ "id[gte]": 10 }, 0]] as const) {
        for (const page of [1, 2, 6]) {
          const { data, pagination } = yield* people(sql, { ...filter, page, limit: 5 })
          assert.deepStrictEqual(pagination, {
            page,
            limit: 5,
            total,
            pages: Math.ceil(total / 5),
            nextCursor: pagination.nextCursor
          })
          const left = Math.max(0, total - (page - 1) * 5)
          assert.strictEqual(data.length, Math.min(5, left))
          assert.strictEqual(pagination.nextCursor !== null, left > 5)
        }
      }
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
