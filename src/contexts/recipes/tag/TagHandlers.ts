import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { TagChanged } from "../contract/RecipesEvents.ts"
import type { TagCommand } from "../contract/TagCommands.ts"
import { TagExists, type TagId, TagNotFound } from "../contract/TagResource.ts"
import { managedTypes } from "./managedTypes.ts"
import { tagColumns, type TagRow, toTag } from "./TagRow.ts"

const changeOf = ({ id, version }: TagRow, versionAfter: number, changedFields: ReadonlyArray<string>) => ({
  target: { type: "tag", id },
  versionBefore: version,
  versionAfter,
  changedFields
})

export const tagHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const isOwn = (actor: Actor, { authorId, type }: TagRow) =>
    authorId === actor.userId || managedTypes(actor).includes(type)

  /** Held in the order of their ids. */
  const held = (ids: ReadonlyArray<TagId>) =>
    sql<TagRow>`
      SELECT ${sql.literal(tagColumns)} FROM tags t WHERE t.id = ANY(${[...ids]}::uuid[]) ORDER BY t.id FOR UPDATE OF t`

  const checked = Effect.fnUntraced(function*(
    rows: ReadonlyArray<TagRow>,
    id: TagId,
    actor: Actor,
    ifMatch: string | undefined
  ) {
    const row = rows.find((each) => each.id === id)
    if (row === undefined || !isOwn(actor, row)) return yield* new TagNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  const told = ({ authorId, id, type }: TagRow, change: Omit<TagChanged, "_tag" | "id" | "authorId" | "type">) =>
    eventOf(TagChanged, new TagChanged({ id, authorId, type, ...change }))

  const handlers: Handlers<TagCommand> = {
    "recipes/RenameTag": Effect.fnUntraced(function*({ id, ifMatch, patch }, actor) {
      const row = yield* checked(yield* held([id]), id, actor, ifMatch)
      const { key, value } = { ...row, ...patch }
      if (key === row.key && value === row.value) return { answer: toTag(row) }
      const [renamed] = yield* sql<TagRow>`
        WITH t AS (
          UPDATE tags SET key = ${key}, value = ${value}, version = version + 1, updated_at = now()
          WHERE id = ${id} AND version = ${row.version} AND NOT EXISTS (
            SELECT FROM tags o WHERE o.author_id = tags.author_id AND o.type = tags.type AND o.key = ${key} AND o.value = ${value}
          ) RETURNING *
        )
        SELECT ${sql.literal(tagColumns)} FROM t`.pipe(
        Effect.catchIf((error) => error.reason._tag === "UniqueViolation", () => Effect.fail(new VersionConflict({})))
      )
      if (renamed === undefined) {
        const [other] = yield* sql<{ id: string }>`
          SELECT id FROM tags WHERE author_id = ${row.authorId} AND type = ${row.type} AND key = ${key} AND value = ${value}`
        return yield* other === undefined ? new VersionConflict({}) : new TagExists({ tagId: other.id })
      }
      return {
        answer: toTag(renamed),
        change: changeOf(row, renamed.version, ["key", "value"]),
        events: [told(row, { change: "renamed" })]
      }
    }),

    "recipes/MergeTags": Effect.fnUntraced(function*({ id, ifMatch, into }, actor) {
      const rows = yield* held([id, into])
      const row = yield* checked(rows, id, actor, ifMatch)
      const target = yield* checked(rows, into, actor, undefined)
      if (id === into) return { answer: toTag(row) }
      if (target.authorId !== row.authorId || target.type !== row.type) return yield* new TagNotFound({})
      yield* sql`
        INSERT INTO tag_uses (item_id, tag_id) SELECT item_id, ${into}::uuid FROM tag_uses WHERE tag_id = ${id}
        ON CONFLICT DO NOTHING`
      yield* sql`DELETE FROM tag_uses WHERE tag_id = ${id}`
      yield* sql`DELETE FROM tags WHERE id = ${id}`
      const [merged = target] = yield* held([into])
      return {
        answer: toTag(merged),
        change: changeOf(row, row.version, ["mergedInto"]),
        events: [told(row, { change: "merged", mergedInto: into })]
      }
    }),

    "recipes/DeleteTag": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* checked(yield* held([id]), id, actor, ifMatch)
      yield* sql`DELETE FROM tag_uses WHERE tag_id = ${id}`
      yield* sql`DELETE FROM tags WHERE id = ${id}`
      return {
        answer: undefined,
        change: changeOf(row, row.version, ["deleted"]),
        events: [told(row, { change: "deleted" })]
      }
    })
  }
  return handlers
})
