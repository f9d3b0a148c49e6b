import { SecureRandom } from "effect/crypto"
import type { SqlClient } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { Tag } from "../contract/Tags.ts"

/** Lets an item carry these tags of its author, and no others; tags that are missing are made. */
export const setTags = (
  sql: SqlClient.SqlClient,
  item: { readonly id: string; readonly authorId: UserId; readonly type: "recipe" | "meal" | "menu" | "client" },
  tags: ReadonlyArray<Tag>
) => {
  const wanted = tags.map(({ key, value }) => ({ id: SecureRandom.uuidV7Unsafe(), key, value }))
  // The conflicting row is written as it was, so that RETURNING gives its id also where another transaction has just made it.
  return sql`
    WITH wanted AS (SELECT * FROM jsonb_to_recordset(${
    JSON.stringify(wanted)
  }::jsonb) AS w(id uuid, key text, value text)),
    found AS (
      INSERT INTO tags AS t (id, author_id, type, key, value)
      SELECT id, ${item.authorId}::uuid, ${item.type}, key, value FROM wanted ORDER BY key, value
      ON CONFLICT (author_id, type, key, value) DO UPDATE SET key = excluded.key RETURNING id
    ),
    kept AS (
      INSERT INTO tag_uses (item_id, tag_id) SELECT ${item.id}::uuid, id FROM found ON CONFLICT DO NOTHING
    )
    DELETE FROM tag_uses WHERE item_id = ${item.id} AND tag_id NOT IN (SELECT id FROM found)`
}
