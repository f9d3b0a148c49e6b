import { DateTime, Duration, Effect } from "effect"
import { NotRestorable } from "../contract/RecipeProblems.ts"

/** How long what was discarded can be restored; then it is purged. */
const restorableFor = Duration.days(90)

export const requireRestorable = Effect.fnUntraced(function*(discardedAt: Date) {
  const now = yield* DateTime.now
  const age = DateTime.toEpochMillis(now) - discardedAt.getTime()
  if (age > Duration.toMillis(restorableFor)) return yield* new NotRestorable({})
})
