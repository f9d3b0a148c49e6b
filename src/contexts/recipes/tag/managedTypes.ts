import type { Actor } from "../../../kernel/Actors.ts"
import { manages } from "../access/visibility.ts"
import { type TagType, tagTypes } from "../contract/TagResource.ts"

/** The types of which a caller manages all things. */
export const managedTypes = (actor: Actor): ReadonlyArray<TagType> =>
  tagTypes.filter((type) => manages(actor, `manage_${type}s`))
