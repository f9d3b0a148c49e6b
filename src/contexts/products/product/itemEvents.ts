import { Array as Arr } from "effect"
import type { Event } from "../../../kernel/contract/Event.ts"
import { itemsAtMost } from "../contract/ProductEvents.ts"

/** As many events as it takes to tell of all items. */
export const itemEvents = <A>(
  items: ReadonlyArray<A>,
  event: (items: Arr.NonEmptyReadonlyArray<A>) => Event
): ReadonlyArray<Event> => Arr.chunksOf(items, itemsAtMost).map(event)
