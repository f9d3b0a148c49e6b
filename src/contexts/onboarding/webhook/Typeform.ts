import {
  Clock,
  Context,
  Data,
  Duration,
  Effect,
  Exit,
  Layer,
  Option,
  Redacted,
  Ref,
  Result,
  Schema,
  Stream
} from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { CircuitBreaker, RateLimiter } from "effect/persistence"
import { SharedRateLimiter } from "../../../kernel/RateLimitStore.ts"
import { Settings } from "../../../kernel/Settings.ts"
import type { CheckedForm } from "../contract/FormCommands.ts"
import { fieldsIn } from "../response/normalise.ts"
import { TypeformPace } from "../TypeformPace.ts"

/** Why Typeform did not do what it was asked; `wait` is how long it, or we, ask for patience. */
export class TypeformFault extends Data.TaggedError("TypeformFault")<{
  /** `limited`: our own limit of requests; `open`: it failed too often, and is left alone. */
  readonly why: "unauthorized" | "refused" | "missing" | "busy" | "unavailable" | "limited" | "open"
  readonly wait?: Duration.Duration
}> {}

export interface LiveWebhook {
  readonly url: string
  readonly enabled: boolean
}

/** What a webhook of ours is called at Typeform. */
const tag = "cardapio"
const patience = Duration.seconds(8)
const maxBytes = 5 * 1024 * 1024

/** A turn that came later than this after it was asked for may no longer be far enough from the next one. */
const punctual = Duration.millis(150)

const jsonOf = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Json))

const isObject = (value: Schema.Json | undefined): value is Schema.JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Seconds, or an instant (RFC 9110 10.2.3). */
const waitOf = (header: string | undefined, now: number): Duration.Duration | undefined => {
  if (header === undefined) return undefined
  if (/^\d{1,6}$/.test(header)) return Duration.seconds(Number(header))
  const instant = Date.parse(header)
  return Number.isNaN(instant) ? undefined : Duration.millis(Math.max(0, instant - now))
}

interface Answer {
  readonly status: number
  readonly body: Schema.Json
}

/**
 * Typeform's API, as far as it is used: at most two requests a second of all processes together; five failures in a row and it is
 * left alone for a minute; a refused token, and it is left alone for ten.
 */
export class Typeform extends Context.Service<Typeform, {
  readonly isConfigured: boolean
  form(id: string): Effect.Effect<CheckedForm, TypeformFault>
  webhook(id: string): Effect.Effect<LiveWebhook | null, TypeformFault>
  putWebhook(id: string, webhook: LiveWebhook & { readonly secret: string }): Effect.Effect<void, TypeformFault>
  /** Nothing to delete is done, too. */
  deleteWebhook(id: string): Effect.Effect<void, TypeformFault>
}>()("cardapio/contexts/onboarding/webhook/Typeform") {
  static readonly layerNoDeps = Layer.effect(
    Typeform,
    Effect.gen(function*() {
      const { eventTimeout, publicUrl, typeformBaseUrl, typeformToken } = yield* Settings
      const { apart, rest, restRefused } = yield* TypeformPace
      const client = yield* HttpClient.HttpClient
      const limiter = yield* RateLimiter.RateLimiter
      const breaker = yield* CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(5),
        openDuration: rest
      })
      const refusedUntil = yield* Ref.make(0)
      const pace = { key: "typeform", algorithm: "token-bucket", limit: 1, window: apart } as const

      const asked = Effect.fnUntraced(
        function*(request: HttpClientRequest.HttpClientRequest) {
          const unavailable = new TypeformFault({ why: "unavailable" })
          const response = yield* Effect.mapError(client.execute(request), () => unavailable)
          // A body that is not there would be a failure.
          const chunks = response.status === 204 ? [] : yield* response.stream.pipe(
            Stream.mapError(() => unavailable),
            Stream.limitBytes(maxBytes, () => Stream.fail(unavailable)),
            Stream.runCollect
          )
          const wait = waitOf(response.headers["retry-after"], yield* Clock.currentTimeMillis)
          const { status } = response
          const patient = wait === undefined ? {} : { wait }
          if (status === 429) return yield* new TypeformFault({ why: "busy", ...patient })
          if (status >= 500) return yield* new TypeformFault({ why: "unavailable", ...patient })
          if (status === 401 || status === 403) {
            const until = (yield* Clock.currentTimeMillis) + Duration.toMillis(restRefused)
            yield* Ref.set(refusedUntil, until)
            return yield* new TypeformFault({ why: "unauthorized" })
          }
          if (status === 404) return yield* new TypeformFault({ why: "missing" })
          if (status >= 300) return yield* new TypeformFault({ why: "refused" })
          const body = jsonOf(Buffer.concat(chunks).toString("utf8"))
          const answer: Answer = { status, body: Result.getOrElse(body, () => null) }
          return answer
        },
        Effect.timeoutOrElse({
          // A reaction that asks has to end well before its own time does.
          duration: Duration.min(patience, Duration.times(eventTimeout, 0.8)),
          orElse: () => Effect.fail(new TypeformFault({ why: "unavailable" }))
        })
      )

      /** Five of these in a row open the circuit; that Typeform answered at all closes it. */
      const classified = (exit: Exit.Exit<Answer, TypeformFault>) => {
        const fault = Option.getOrUndefined(Exit.findErrorOption(exit))
        if (Exit.isSuccess(exit)) return CircuitBreaker.success
        if (fault?.why === "unavailable") return CircuitBreaker.failure()
        return fault === undefined || fault.why === "limited" ? CircuitBreaker.ignored : CircuitBreaker.success
      }

      const call = Effect.fnUntraced(
        function*(method: "GET" | "PUT" | "DELETE", path: string, body?: Schema.JsonObject) {
          const left = (yield* Ref.get(refusedUntil)) - (yield* Clock.currentTimeMillis)
          if (left > 0) return yield* new TypeformFault({ why: "open", wait: Duration.millis(left) })
          const token = typeformToken === undefined ? "" : Redacted.value(typeformToken)
          const request = HttpClientRequest.make(method)(`${typeformBaseUrl.replace(/\/$/, "")}${path}`).pipe(
            HttpClientRequest.bearerToken(token),
            HttpClientRequest.setHeader("accept", "application/json"),
            body === undefined ? (self) => self : HttpClientRequest.bodyJsonUnsafe(body)
          )
          const paced = Effect.timed(limiter.consume(pace)).pipe(
            Effect.repeat({ while: ([waited]) => Duration.isGreaterThan(waited, punctual) }),
            Effect.mapError(({ reason }) =>
              new TypeformFault({
                why: "limited",
                wait: reason._tag === "RateLimitExceeded" ? reason.retryAfter : Duration.seconds(1)
              })
            )
          )
          return yield* Effect.andThen(paced, asked(request)).pipe(
            breaker.execute({ key: "typeform", classify: classified }),
            Effect.catchTag("CircuitBreakerError", ({ reason }) =>
              Effect.fail(
                new TypeformFault({
                  why: "open",
                  wait: reason._tag === "CircuitOpen" ? reason.retryAfter : Duration.seconds(1)
                })
              ))
          )
        }
      )

      const webhookPath = (id: string) => `/forms/${encodeURIComponent(id)}/webhooks/${tag}`

      return Typeform.of({
        isConfigured: typeformToken !== undefined && publicUrl !== undefined,
        form: Effect.fn("Typeform.form")(function*(id) {
          const { body } = yield* call("GET", `/forms/${encodeURIComponent(id)}`)
          const { fields, title } = isObject(body) ? body : {}
          return {
            title: typeof title === "string" ? title : "",
            fields: fieldsIn(fields).map((field) => ({
              ref: field.ref,
              type: field.type,
              title: field.title.slice(0, 500)
            }))
          }
        }),
        webhook: Effect.fn("Typeform.webhook")(function*(id) {
          const { body } = yield* call("GET", webhookPath(id)).pipe(
            Effect.catchIf(({ why }) => why === "missing", () => Effect.succeed({ status: 404, body: null }))
          )
          return isObject(body) ? { url: String(body["url"] ?? ""), enabled: body["enabled"] === true } : null
        }),
        putWebhook: (id, { enabled, secret, url }) =>
          Effect.asVoid(call("PUT", webhookPath(id), { url, enabled, secret, verify_ssl: true })).pipe(
            Effect.withSpan("Typeform.putWebhook")
          ),
        deleteWebhook: (id) =>
          Effect.asVoid(call("DELETE", webhookPath(id))).pipe(
            Effect.catchIf(({ why }) => why === "missing", () => Effect.void),
            Effect.withSpan("Typeform.deleteWebhook")
          )
      })
    })
  )

  /** Over the pool of commands, whose transactions never wait for a connection of those that ask it. */
  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([
      SharedRateLimiter,
      CircuitBreaker.layerStoreMemory(),
      Layer.fresh(FetchHttpClient.layer).pipe(
        Layer.provide(Layer.succeed(FetchHttpClient.RequestInit)({ redirect: "manual" }))
      )
    ])
  )
}
