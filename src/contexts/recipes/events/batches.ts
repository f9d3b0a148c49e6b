import { Array as Arr } from "effect"
import { batchSize } from "../contract/RecipesEvents.ts"

/** Things in batches, as events tell of them. */
export const batches = <A>(ids: ReadonlyArray<A>) => Arr.chunksOf(ids, batchSize).map(Arr.map((id) => ({ id })))
