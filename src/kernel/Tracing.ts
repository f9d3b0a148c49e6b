import { Effect, Layer, Redacted, References } from "effect"
import { FetchHttpClient } from "effect/http"
import { OtlpSerialization, OtlpTracer } from "effect/observability"
import { Settings } from "./Settings.ts"

/** Sends spans to the collector that is configured; without one, no span is made. */
export const Tracing = Layer.unwrap(
  Effect.map(Settings, ({ otlpEndpoint, otlpHeaders, serviceName }) =>
    otlpEndpoint === undefined
      ? Layer.succeed(References.TracerEnabled, false)
      : OtlpTracer.layer({
        url: `${otlpEndpoint.replace(/\/$/, "")}/v1/traces`,
        resource: { serviceName },
        headers: otlpHeaders === undefined ? {} : Redacted.value(otlpHeaders)
      }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(FetchHttpClient.layer)))
)
