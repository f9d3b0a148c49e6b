import { Context, Metric } from "effect"

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Labels<L extends string> = Readonly<Record<L, string>>

/** A metric with labels: a series for each combination of their values, made when it is first met. */
const labelled = <const L extends string, S>(metric: Metric.Metric<number, S>, ...labels: ReadonlyArray<L>) => {
  const series = new Map<string, Metric.Metric<number, S>>()
  return (values: Labels<L>, input: number): void => {
    const key = labels.map((label) => values[label]).join("\u0000")
    const known = series.get(key) ?? Metric.withAttributes(metric, values)
    series.set(key, known)
    known.updateUnsafe(input, Context.empty())
  }
}

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })
const histogram = (name: string, description: string) => Metric.histogram(name, { description, boundaries: seconds })
const gauge = (name: string, description: string) => {
  const metric = Metric.gauge(name, { description })
  return (value: number) => metric.updateUnsafe(value, Context.empty())
}

/** Everything that `/metrics` tells, in the units that the names end with. */
export const metrics = {
  httpRequests: labelled(
    counter("cardapio_http_requests_total", "Answers by method, route and status"),
    "method",
    "route",
    "status"
  ),
  httpSeconds: labelled(
    histogram("cardapio_http_request_duration_seconds", "From the request's headers to its answer"),
    "method",
    "route"
  ),
  httpRunning: gauge("cardapio_http_requests_running", "Requests under way"),
  commandSeconds: labelled(
    histogram("cardapio_command_duration_seconds", "Commands from their transaction's begin to its end"),
    "command",
    "outcome"
  ),
  eventsPublished: labelled(counter("cardapio_events_published_total", "Events stored with their change"), "tag"),
  deliverySeconds: labelled(
    histogram("cardapio_event_delivery_duration_seconds", "Deliveries of events to their handlers"),
    "subscription",
    "outcome"
  ),
  jobRuns: labelled(counter("cardapio_job_runs_total", "Background jobs that were due and ran"), "job", "outcome"),
  webhookFailures: labelled(
    counter("cardapio_webhook_failures_total", "Webhooks that Typeform could not be told of"),
    "error"
  ),
  queuePending: gauge("cardapio_event_queue_pending", "Deliveries that wait or run"),
  queueLag: gauge("cardapio_event_queue_lag_seconds", "How long the oldest delivery that is due has waited"),
  deadLetters: gauge("cardapio_event_dead_letters", "Deliveries that failed for the last time"),
  databaseUp: gauge("cardapio_database_up", "1 where the database answers, else 0"),
  poolConnections: labelled(
    Metric.gauge("cardapio_database_connections", { description: "Open connections by pool" }),
    "pool"
  ),
  poolRunning: gauge("cardapio_database_transactions_running", "Transactions of commands under way"),
  poolWaiting: gauge("cardapio_database_transactions_waiting", "Commands that wait for a connection"),
  residentMemory: gauge("process_resident_memory_bytes", "Resident memory"),
  heapUsed: gauge("nodejs_heap_size_used_bytes", "Heap in use"),
  cpuSeconds: labelled(counter("process_cpu_seconds_total", "CPU time, user and system")),
  startTime: gauge("process_start_time_seconds", "When the process started, since the Unix epoch"),
  eventLoopLag: gauge(
    "nodejs_eventloop_lag_p99_seconds",
    "99th percentile of the event loop's delay since the last scrape"
  ),
  eventLoopUtilization: gauge(
    "nodejs_eventloop_utilization_ratio",
    "Share of time the event loop was busy since the last scrape"
  )
}
