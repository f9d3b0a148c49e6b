import { DateTime } from "effect"
import type { TagResource } from "../contract/TagResource.ts"

export interface TagRow extends Omit<TagResource, "createdAt" | "updatedAt"> {
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** How many live things carry the tag `t`. */
export const usageCount = `(
  SELECT count(*)::integer FROM tag_uses u WHERE u.tag_id = t.id AND (
    EXISTS (SELECT FROM recipes r WHERE r.id = u.item_id AND r.discarded_at IS NULL)
    OR EXISTS (SELECT FROM meals m WHERE m.id = u.item_id AND m.discarded_at IS NULL)
    OR EXISTS (SELECT FROM menus n WHERE n.id = u.item_id AND n.discarded_at IS NULL)
    OR EXISTS (SELECT FROM clients c WHERE c.id = u.item_id AND c.discarded_at IS NULL)))`

export const tagColumns =
  `t.id, t.version, t.author_id, t.type, t.key, t.value, t.created_at, t.updated_at, ${usageCount} AS usage_count`

export const toTag = ({ createdAt, updatedAt, ...row }: TagRow): TagResource => ({
  ...row,
  createdAt: DateTime.makeUnsafe(createdAt),
  updatedAt: DateTime.makeUnsafe(updatedAt)
})
