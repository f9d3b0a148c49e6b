import { expect, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { killServers } from "../../scripts/proof/kill.ts"
import { broken } from "../../scripts/proof/Proven.ts"
import { trialOn } from "../../scripts/proof/Trial.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const seed = process.env["PROOF_SEED"] ?? Date.now() % 1_000_000

it.live(
  "loses nothing that was acknowledged, and acts once on each event, when servers are killed 30 times",
  () =>
    Effect.gen(function*() {
      const trial = yield* trialOn((yield* freshDatabase()).url, 3)
      const options = { count: 30, servers: 2, clients: 6, lapseMillis: 1000, servesMillis: 100 }
      const proven = yield* Random.withSeed(killServers(trial, options), seed)
      expect(broken(proven), `PROOF_SEED=${seed} ${JSON.stringify(proven.counters)}`).toEqual([])
    }),
  120_000
)
