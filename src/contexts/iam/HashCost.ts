import { Context } from "effect"

/** What argon2id takes for a hash. */
export interface Cost {
  /** In KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** What a hash costs: 64 MiB, 3 passes, 4 lanes. */
export const HashCost = Context.Reference<Cost>("cardapio/contexts/iam/HashCost", {
  defaultValue: () => ({ memory: 65_536, passes: 3, parallelism: 4 })
})
