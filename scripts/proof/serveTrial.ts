import { Duration, Layer, Schedule } from "effect"
import { Socket } from "node:net"
import { onboardingSubscribers } from "../../src/contexts/onboarding/OnboardingSubscribers.ts"
import { WorkerTimes } from "../../src/kernel/EventWorkers.ts"
import { Reactions } from "../../src/server/Infrastructure.ts"
import { serve } from "../../src/server/serve.ts"
import { leaveEffects } from "./leaveEffects.ts"

const pause = Duration.millis(Number(process.env["PROOF_HANDLER_MILLIS"] ?? 0))
const lapse = Number(process.env["PROOF_LAPSE_MILLIS"] ?? 0)

const shortTimes = Layer.succeed(WorkerTimes, {
  pollInterval: "20 millis",
  lockExpiration: Duration.millis(lapse),
  lockRefreshInterval: Duration.millis(lapse / 4),
  retrySchedule: Schedule.spaced("1 second"),
  maxAttempts: 20
})

/** The server with its reactions to forms, and one that leaves a row for each product it is told of; PROOF_… say how slow it is, and how soon claims lapse. */
export const serveTrial = () => {
  // No trial leaves a server behind, however it ends.
  if (process.stdin instanceof Socket) process.stdin.resume().on("end", () => process.exit(1)).unref()

  serve(
    Layer.merge(
      Layer.succeed(Reactions, [...leaveEffects(pause), ...onboardingSubscribers]),
      lapse > 0 ? shortTimes : Layer.empty
    )
  )
}
