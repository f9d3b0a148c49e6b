import { Effect } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import { Reads } from "../kernel/Database.ts"
import { metrics } from "../kernel/Metrics.ts"
import { queueState } from "../kernel/queueState.ts"

const limit = "2 seconds"

/** What is asked of the process itself, since the last time it was asked. */
const processGauges = Effect.gen(function*() {
  const delay = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const histogram = monitorEventLoopDelay({ resolution: 20 })
      histogram.enable()
      return histogram
    }),
    (histogram) => Effect.sync(() => histogram.disable())
  )
  metrics.startTime(performance.timeOrigin / 1000)
  let spent: NodeJS.CpuUsage | undefined
  let utilization = performance.eventLoopUtilization()
  return Effect.sync(() => {
    const { system, user } = process.cpuUsage(spent)
    spent = process.cpuUsage()
    const { heapUsed, rss } = process.memoryUsage()
    metrics.residentMemory(rss)
    metrics.heapUsed(heapUsed)
    metrics.cpuSeconds({}, (system + user) / 1e6)
    metrics.eventLoopLag(delay.count === 0 ? 0 : delay.percentile(99) / 1e9)
    delay.reset()
    const now = performance.eventLoopUtilization()
    metrics.eventLoopUtilization(performance.eventLoopUtilization(now, utilization).utilization)
    utilization = now
  })
})

const databaseGauges = Effect.flatMap(Reads, queueState).pipe(
  Effect.timeout(limit),
  Effect.matchCause({
    onFailure: () => metrics.databaseUp(0),
    onSuccess: ({ dead, lagSeconds, pending }) => {
      metrics.databaseUp(1)
      metrics.deadLetters(dead)
      metrics.queueLag(lagSeconds)
      metrics.queuePending(pending)
    }
  })
)

/** `/metrics`: what Prometheus scrapes. */
export const MetricsPage = HttpRouter.use((router) =>
  Effect.gen(function*() {
    const ofProcess = yield* processGauges
    const context = yield* Effect.context<Reads>()
    const page = Effect.all([ofProcess, Effect.provideContext(databaseGauges, context)]).pipe(
      Effect.andThen(PrometheusMetrics.format()),
      Effect.map((text) => HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" }))
    )
    yield* router.add("GET", "/metrics", page)
  })
)
