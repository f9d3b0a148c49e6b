import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schedule } from "effect"
import { HttpClient } from "effect/http"
import { readFileSync } from "node:fs"
import { ProductCreated } from "../../src/contexts/products/contract/ProductEvents.ts"
import { on } from "../../src/kernel/EventWorkers.ts"
import { Reactions, Workers } from "../../src/server/Infrastructure.ts"
import { clientOf, TestServer } from "../support/TestServer.ts"

const reactions = Layer.succeed(Reactions, [on(ProductCreated, "test/OnProductCreated", () => Effect.void)])

const Served = Workers.pipe(Layer.provideMerge(TestServer()), Layer.provide(reactions))

const scraped = Effect.flatMap(HttpClient.get("/metrics"), (answer) => answer.text)

/** The value of a series, by the text before it. */
const valueOf = (page: string, series: string) => {
  const line = page.split("\n").find((each) => each.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

const named = (file: string) => {
  const text = readFileSync(new URL(`../../scripts/observability/${file}`, import.meta.url), "utf8")
  return new Set(
    [...text.matchAll(/\b(?:cardapio|process|nodejs)_[a-z0-9_]+/g)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/, "")
    )
  )
}

const delivered =
  "cardapio_event_delivery_duration_seconds_count{subscription=\"test/OnProductCreated\",outcome=\"done\"}"

layer(Served, { excludeTestServices: true })("metrics", (it) => {
  it.effect("count what is done, and all that dashboard and alerts name exist", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const created = "cardapio_command_duration_seconds_count{command=\"products/CreateProduct\",outcome=\"ok\"}"
      const refused = "cardapio_command_duration_seconds_count{command=\"products/CreateProduct\",outcome=\"refused\"}"
      const answers = "cardapio_http_requests_total{method=\"POST\",route=\"/v1/products\",status=\"201\"}"
      const before = yield* scraped
      const payload = { name: "Arroz", sourceRef: "metrics" }
      yield* client.products.create({ headers: {}, query: {}, payload })
      yield* Effect.flip(client.products.create({ headers: {}, query: {}, payload }))
      const after = yield* Effect.repeat(scraped, {
        until: (page) =>
          valueOf(page, delivered) > valueOf(before, delivered) && page.includes("cardapio_job_runs_total"),
        schedule: Schedule.spaced("50 millis")
      }).pipe(Effect.timeout("10 seconds"))
      for (const series of [created, refused, answers]) {
        assert.strictEqual(valueOf(after, series) - valueOf(before, series), 1, series)
      }
      assert.strictEqual(valueOf(after, "cardapio_database_up"), 1)
      assert.isAbove(valueOf(after, "process_resident_memory_bytes"), 1e7)
      const told = new Set([...after.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name))
      for (const file of ["grafana-dashboard.json", "prometheus-alerts.yml"]) {
        const names = named(file)
        assert.isAbove(names.size, 5)
        for (const name of names) assert.isTrue(told.has(name), `${file} names ${name}`)
      }
      assert.deepStrictEqual([...told].filter((name) => !named("grafana-dashboard.json").has(name ?? "")), [])
    }))
})
