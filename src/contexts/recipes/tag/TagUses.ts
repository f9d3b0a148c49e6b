import { SecureRandom } from "effect/crypto"
import type { SqlClient } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { TagType } from "../contract/TagResource.ts"
import type { Tag } from "../contract/Tags.ts"

interface Tagged {
  readonly id: string
  readonly authorId: UserId
  readonly tags: ReadonlyArray<Tag>
}

/** Lets each item carry these tags of its author, and no others; tags that are missing are made. One statement for any number. */
export const setTags = (sql: SqlClient.SqlClient, type: TagType, items: ReadonlyArray<Tagged>) => {
  const wanted = items.flatMap(({ authorId, id, tags }) =>
    tags.map(({ key, value }) => ({ item: id, author: authorId, id: SecureRandom.uuidV7Unsafe(), key, value }))
  )
  // The conflicting row is written as it was, so that RETURNING gives its id also where another transaction has just made it.
  return sql`
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(${
    JSON.stringify(wanted)
  }::jsonb) AS w(item uuid, author uuid, id uuid, key text, value text)
    ),
    found AS (
      INSERT INTO tags AS t (id, author_id, type, key, value)
      SELECT DISTINCT ON (author, key, value) id, author, ${type}, key, value FROM wanted ORDER BY author, key, value
      ON CONFLICT (author_id, type, key, value) DO UPDATE SET key = excluded.key RETURNING id, author_id, key, value
    ),
    carried AS (
      SELECT w.item, f.id FROM wanted w JOIN found f ON f.author_id = w.author AND f.key = w.key AND f.value = w.value
    ),
    kept AS (INSERT INTO tag_uses (item_id, tag_id) SELECT item, id FROM carried ON CONFLICT DO NOTHING)
    DELETE FROM tag_uses u WHERE u.item_id = ANY(${items.map(({ id }) => id)}::uuid[])
      AND NOT EXISTS (SELECT FROM carried c WHERE c.item = u.item_id AND c.id = u.tag_id)`
}
