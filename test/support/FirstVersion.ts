import { Effect } from "effect"
import * as MigratorFileSystem from "effect/sql/MigratorFileSystem"
import { fileURLToPath } from "node:url"
import { migrate } from "../../src/kernel/Migrations.ts"
import { query } from "./Programs.ts"
import { freshDatabase } from "./TestDatabase.ts"

const migrations = MigratorFileSystem.fromFileSystem(fileURLToPath(new URL("../../src/migrations", import.meta.url)))

const newest = 3

/** A database as the first version left it: its administrator, and a food. */
export const firstVersionDatabase = Effect.gen(function*() {
  const { url } = yield* freshDatabase("template0")
  yield* migrate(url, { migrations: Effect.map(migrations, (all) => all.filter(([id]) => id <= newest)) })
  yield* query(
    url,
    `WITH added AS (
       INSERT INTO users (id, email, name) VALUES (uuidv7(), 'admin@localhost', 'Administrator') RETURNING id
     )
     INSERT INTO role_assignments (user_id, role_id)
     SELECT added.id, roles.id FROM added, roles WHERE built_in AND roles.name IN ('administrator', 'user')`
  )
  yield* query(
    url,
    `INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, barcode, nutrients, created_by)
     SELECT uuidv7(), 'Pão de queijo', 'pao de queijo', 'pt', (SELECT id FROM classifications WHERE key = 'manual'), 'p1',
       '7891000100103', '{"energyKcal": 363}', id
     FROM users`
  )
  return url
})
