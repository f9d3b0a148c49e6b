import { Console, Effect } from "effect"
import { freshDatabase } from "./BenchDatabase.ts"
import { type Spread, spreadOf } from "./Figures.ts"
import { runScript } from "./runScript.ts"
import { poolSize } from "./Server.ts"
import type { Settings } from "./Settings.ts"

export interface EventsResult {
  /** Events in a round: 10 to a transaction when they are published. */
  readonly events: number
  /** Events per second. */
  readonly published: Spread
  readonly delivered: Spread
}

/** Events through the bus of one process: publishing a backlog, and delivering it to one subscription that writes a row. */
export const eventsPart = Effect.fnUntraced(function*({ rounds }: Settings) {
  const runs: Array<{ readonly events: number; readonly published: number; readonly delivered: number }> = []
  for (let round = 0; round < rounds; round++) {
    const { environment } = yield* freshDatabase(`events_${round}`)
    const run = yield* runScript<(typeof runs)[number]>("events-run.ts", {
      ...environment,
      DATABASE_POOL_SIZE: `${poolSize}`
    })
    runs.push(run)
    yield* Console.error(`  events ${round + 1}/${rounds}: ${Math.round(run.delivered)}/s delivered`)
  }
  const result: EventsResult = {
    events: runs[0]?.events ?? 0,
    published: spreadOf(runs.map(({ published }) => published)),
    delivered: spreadOf(runs.map(({ delivered }) => delivered))
  }
  return result
}, Effect.scoped)
