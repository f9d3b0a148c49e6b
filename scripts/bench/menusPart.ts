import { Effect } from "effect"
import { freshDatabase } from "./BenchDatabase.ts"
import { runScript } from "./runScript.ts"

/** 95th percentiles of 200 runs, ms; `written` is the longest of ten. */
export interface MenusResult {
  /** A menu of 4 weeks with everything in it. */
  readonly view: number
  /** The same without what is in it. */
  readonly shown: number
  /** The shopping list of ten such menus. */
  readonly list: number
  /** Until all 140 slots of a menu are replaced. */
  readonly written: number
}

/** Menus of 140 slots, 60 meals, 180 recipes and 300 foods. */
export const menusPart = Effect.gen(function*() {
  const { environment } = yield* freshDatabase("menus")
  return yield* runScript<MenusResult>("menus-run.ts", environment)
}).pipe(Effect.scoped)
