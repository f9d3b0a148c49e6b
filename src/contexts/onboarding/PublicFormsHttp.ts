import { Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { InvalidRequest, RateLimited } from "../../kernel/contract/Problems.ts"
import { faultsOf } from "../../kernel/faults.ts"
import { RateLimit } from "../../kernel/RateLimit.ts"
import type { FormField } from "./contract/FormField.ts"
import { FormDisabled, FormNotFound } from "./contract/FormProblems.ts"
import { ResponseId } from "./contract/FormResponse.ts"
import { OnboardingApi } from "./contract/OnboardingApi.ts"
import { Submission } from "./contract/PublicFormsApi.ts"
import { Onboarding } from "./Onboarding.ts"
import { filledIn, valueOf } from "./page/filledIn.ts"
import { formPage, refusalPage, thanksPage, untouched } from "./page/page.ts"
import { type Filling, refused } from "./page/PublicForms.ts"
import { style } from "./page/style.ts"

const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const html = (body: string, status = 200) =>
  HttpServerResponse.text(body, {
    status,
    contentType: "text/html; charset=utf-8",
    headers: { "content-security-policy": policy, vary: "accept" }
  })

const mediaTypes = (accept: string) =>
  accept.split(",").map((range) => (range.split(";", 1)[0] ?? "").trim().toLowerCase())

/** Whether a page is wanted rather than JSON: whoever names neither gets the page. */
const wantsPage = ({ headers }: HttpServerRequest.HttpServerRequest) => {
  const types = mediaTypes(headers["accept"] ?? "")
  const page = types.indexOf("text/html")
  const json = types.findIndex((type) => type === "application/json" || type === "application/problem+json")
  return json === -1 || (page !== -1 && page < json)
}

const isBrowser = ({ headers }: HttpServerRequest.HttpServerRequest) =>
  mediaTypes(headers["accept"] ?? "").includes("text/html")

const languageOf = ({ headers }: HttpServerRequest.HttpServerRequest) =>
  /^\s*en\b/i.test(headers["accept-language"] ?? "") ? "en" : "pt-BR"

/** A browser gets a page, whatever there is not. */
const refusing = (request: HttpServerRequest.HttpServerRequest) => <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.catchIf(
    self,
    (error): error is E & (FormNotFound | FormDisabled | RateLimited) =>
      isBrowser(request) &&
      (error instanceof FormNotFound || error instanceof FormDisabled || error instanceof RateLimited),
    (error) => {
      const why = error instanceof FormNotFound ? "unknown" : error instanceof FormDisabled ? "paused" : "tooMany"
      return Effect.succeed(html(refusalPage(languageOf(request), why), error.status))
    }
  )

const decode = Schema.decodeUnknownEffect(Submission, { errors: "all", onExcessProperty: "error", reportInput: true })

export const PublicFormsHttp = HttpApiBuilder.group(
  OnboardingApi,
  "publicForms",
  Effect.fn(function*(handlers) {
    const onboarding = yield* Onboarding
    const rates = yield* RateLimit

    const submission = Effect.fnUntraced(function*(request: HttpServerRequest.HttpServerRequest) {
      const body = yield* Effect.orDie(request.json)
      const { answers, consent, token } = yield* Effect.mapError(
        decode(body),
        ({ issue }) => new InvalidRequest({ errors: faultsOf(issue, "pointer") })
      )
      const byRef = new Map<string, unknown>(Object.entries(answers))
      const filling: Filling = {
        token,
        given: () => (ref) => byRef.get(ref),
        refs: [...byRef.keys()],
        isConsenting: consent === true,
        isTrapped: false
      }
      return filling
    })

    const submittedAsJson = Effect.fnUntraced(
      function*(slug: string, request: HttpServerRequest.HttpServerRequest) {
        const outcome = yield* onboarding.read(slug, yield* submission(request))
        if (outcome._tag === "Faulty") return yield* refused(outcome.faults, outcome.notice)
        const responseId = outcome._tag === "Trapped"
          ? ResponseId.make(SecureRandom.uuidV7Unsafe())
          : (yield* onboarding.executeAsSystem(outcome.command)).responseId
        return HttpServerResponse.jsonUnsafe({ data: { responseId } }, { status: 201 })
      }
    )

    const submittedAsPage = Effect.fnUntraced(
      function*(slug: string, request: HttpServerRequest.HttpServerRequest) {
        const filled = filledIn(new URLSearchParams(yield* Effect.orDie(request.text)))
        const given = (fields: ReadonlyArray<FormField>) => valueOf(fields, filled.values)
        const outcome = yield* onboarding.read(slug, { ...filled, given, refs: [] })
        if (outcome._tag === "Faulty") {
          const { faults, notice, page } = outcome
          const shown = { given: filled.values, faults, ...notice === undefined ? {} : { notice } }
          return html(formPage(page.form, page.fields, page.token, shown), 422)
        }
        if (outcome._tag === "Accepted") yield* onboarding.executeAsSystem(outcome.command)
        return HttpServerResponse.empty({ status: 303, headers: { location: `/forms/${slug}/thanks` } })
      }
    )

    return handlers
      .handleRaw("style", () =>
        Effect.succeed(
          HttpServerResponse.text(style, {
            contentType: "text/css; charset=utf-8",
            headers: { "cache-control": "public, max-age=3600" }
          })
        ))
      .handleRaw("show", ({ params: { slug }, request }) =>
        Effect.gen(function*() {
          yield* rates.consume(undefined)
          const { fields, form, token } = yield* onboarding.open(slug)
          if (wantsPage(request)) return html(formPage(form, fields, token, untouched))
          const { consentText, description, language, title } = form
          const data = { title, description, language, fields, consentText, token }
          return HttpServerResponse.jsonUnsafe({ data }, { headers: { vary: "accept" } })
        }).pipe(refusing(request)))
      .handleRaw("thanks", ({ params: { slug }, request }) =>
        Effect.gen(function*() {
          yield* rates.consume(undefined)
          const { form } = yield* onboarding.open(slug)
          return html(thanksPage(form))
        }).pipe(refusing(request)))
      .handleRaw("submit", ({ params: { slug }, request }) =>
        Effect.gen(function*() {
          yield* rates.consume(undefined)
          const type = (request.headers["content-type"] ?? "application/json").split(";", 1).join("").trim()
            .toLowerCase()
          if (type === "application/json") return yield* submittedAsJson(slug, request)
          if (type === "application/x-www-form-urlencoded") return yield* submittedAsPage(slug, request)
          return HttpServerResponse.empty({ status: 415 })
        }).pipe(refusing(request)))
  })
).pipe(Layer.provide(Onboarding.layer))
