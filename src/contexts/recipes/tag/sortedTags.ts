import type { Tag } from "../contract/Tags.ts"

/** As they are answered: by key and value. */
export const sortedTags = (tags: ReadonlyArray<Tag>): ReadonlyArray<Tag> =>
  tags.toSorted((a, b) => a.key.localeCompare(b.key, "und") || a.value.localeCompare(b.value, "und"))
