import { Cause, Context, Effect, identity, type Layer, Option, References } from "effect"
import {
  HttpIncomingMessage,
  HttpMiddleware,
  HttpRouter,
  HttpServerError,
  HttpServerRequest,
  HttpServerRespondable,
  HttpServerResponse
} from "effect/http"
import type * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import {
  InternalError,
  MalformedRequest,
  MethodNotAllowed,
  NotAcceptable,
  RouteUnknown,
  UnsupportedMediaType
} from "./contract/Problems.ts"
import { correlationIdOf } from "./CorrelationId.ts"
import { crossOrigin } from "./CrossOrigin.ts"
import { problemOfCause } from "./defects.ts"
import { isWatched, makeRoutes, type Route, type Routes } from "./EdgeRoutes.ts"
import { metrics } from "./Metrics.ts"
import { Origin, truncatedAddress } from "./Origin.ts"
import { answered } from "./ProblemAnswer.ts"
import { type Budget, CurrentBudget, RateLimit } from "./RateLimit.ts"
import { Settings } from "./Settings.ts"

const isWellFormed = (url: string) => {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

/** Whether `Accept` lets through what an endpoint answers: JSON, a problem, or the media type that it produces. */
const accepts = (accept: string, produced: string) =>
  accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.toLowerCase().split(";").map((part) => part.trim())
    const refused = parameters.some((parameter) => /^q=0(?:\.0{1,3})?$/.test(parameter))
    const isProduced = type === produced || type === produced.replace(/\/.*$/, "/*")
    return !refused && (isProduced || /^(?:\*\/\*|application\/(?:\*|json|problem\+json))$/.test(type))
  })

const respond = HttpServerRespondable.toResponse

const unknownRoute = (request: HttpServerRequest.HttpServerRequest, routes: Routes) => {
  const allowed = routes.allowed(request.url)
  if (allowed.length === 0) return respond(new RouteUnknown({}))
  const allow = { allow: allowed.join(", ") }
  return request.method === "OPTIONS"
    ? Effect.succeed(HttpServerResponse.empty({ status: 204, headers: allow }))
    : respond(new MethodNotAllowed({ detail: `Allowed: ${allow.allow}.` })).pipe(
      Effect.map(HttpServerResponse.setHeaders(allow))
    )
}

const ofCause =
  (request: HttpServerRequest.HttpServerRequest, routes: Routes, route: Route | undefined) =>
  <E>(cause: Cause.Cause<E>) => {
    const error = cause.reasons.find(Cause.isFailReason)?.error ?? cause.reasons.find(Cause.isDieReason)?.defect
    if (error === undefined) return Effect.failCause(cause)
    if (HttpServerResponse.isHttpServerResponse(error)) return Effect.succeed(error)
    if (HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound") {
      return unknownRoute(request, routes)
    }
    const problem = problemOfCause(cause, route?.bodyLimit)
    const log = problem instanceof InternalError ? Effect.logError("a defect", cause) : Effect.void
    return Effect.andThen(log, respond(problem))
  }

/** The request with a body that must be valid UTF-8: the platform would put U+FFFD for what is not. */
const strict = (request: HttpServerRequest.HttpServerRequest): HttpServerRequest.HttpServerRequest =>
  Object.create(request, {
    text: {
      get: () =>
        Effect.flatMap(request.arrayBuffer, (body) =>
          Effect.try({
            try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body),
            catch: (cause) =>
              new HttpServerError.HttpServerError({
                reason: new HttpServerError.RequestParseError({ request, reason: "Parse", cause })
              })
          }))
    }
  })

/** Refuses what no endpoint could answer well. */
const refused = (request: HttpServerRequest.HttpServerRequest, route: Route | undefined) => {
  if (!isWellFormed(request.url)) return new MalformedRequest({ detail: "The address has a broken percent escape." })
  if (/^[^?#]+\/(?:[?#]|$)/.test(request.url)) {
    return new RouteUnknown({ detail: "Paths have no slash at their end." })
  }
  const { accept, authorization, "content-encoding": encoding, "content-type": type, "x-api-key": key } =
    request.headers
  const isTwice = authorization?.includes(",") === true || key?.includes(",") === true
  if (isTwice || (authorization !== undefined && key !== undefined)) {
    return new MalformedRequest({ detail: "Send one credential, not two." })
  }
  if (!/^(?:identity)?$/i.test(encoding ?? "") || !/^(?!.*charset)|charset="?utf-8"?\s*(?:;|$)/i.test(type ?? "")) {
    return new UnsupportedMediaType({ detail: "Bodies are read as plain UTF-8." })
  }
  return accept !== undefined && route?.isApi === true && !accepts(accept, route.produces)
    ? new NotAcceptable({ detail: `${route.produces} is not among: ${accept}` })
    : undefined
}

/** Counts each answer, and tells of it in one line without the query, which may name persons. */
const observed = ({ method, url }: HttpServerRequest.HttpServerRequest, route: Route | undefined) => {
  const begin = performance.now()
  return <E, R>(answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.tap(answer, ({ status }) => {
      const millis = performance.now() - begin
      const labels = { method, route: route?.path ?? "none" }
      metrics.httpRequests({ ...labels, status: String(status) }, 1)
      metrics.httpSeconds(labels, millis / 1000)
      const path = url.split("?", 1).join("")
      const line = Effect.annotateLogs({ method, path, status, millis: Math.round(millis * 100) / 100 })
      return line(isWatched(url) ? Effect.logDebug("answered") : Effect.logInfo("answered"))
    })
}

/** The span of a request tells its route, and all of its spans the correlation id. */
const traced =
  (route: Route | undefined, correlationId: string) =>
  <E, R>(answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.andThen(
      Effect.annotateCurrentSpan({ correlationId, "http.route": route?.path ?? "none" }),
      Effect.annotateSpans(answer, { correlationId })
    )

/**
 * The outermost layer of every answer: correlation id, body limit, problems for whatever no endpoint answered (400,
 * 404, 405, 406, 413, 415, 429, 500, 503), security headers.
 */
export const edge = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  others: ReadonlyArray<string>
): Layer.Layer<never, never, HttpRouter.HttpRouter | RateLimit | Settings> => {
  const routes = makeRoutes(api, others)
  return HttpRouter.middleware(
    Effect.gen(function*() {
      const { corsOrigins, trustedProxies } = yield* Settings
      const rates = yield* RateLimit
      const shared = crossOrigin(corsOrigins)
      const tracing = yield* References.TracerEnabled

      const answerTo = <E, R>(
        request: HttpServerRequest.HttpServerRequest,
        route: Route | undefined,
        httpEffect: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
      ) => {
        const refusal = refused(request, route)
        if (refusal !== undefined) return respond(refusal)
        // PATCH of `/products/nutrients` is not that of `/products/:id`.
        const isElsewhere = route !== undefined && routes.isElsewhere(request.method, request.url, route)
        const answer = isElsewhere ? unknownRoute(request, routes) : httpEffect
        // An endpoint of the API knows its caller, and asks by itself.
        return route?.isApi === true || isWatched(request.url)
          ? answer
          : Effect.matchEffect(rates.consume(undefined), { onFailure: respond, onSuccess: () => answer })
      }

      return (httpEffect) =>
        Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
          const correlationId = correlationIdOf(request.headers["x-correlation-id"])
          const route = routes.find(request.method, request.url)
          const address = Option.getOrElse(request.remoteAddress, () => "")
          const budget: Budget = { address, headers: {} }
          return shared(request, answerTo(request, route, httpEffect)).pipe(
            Effect.catchCause(ofCause(request, routes, route)),
            Effect.flatMap((response) =>
              response.status === 415 && response.headers["content-type"] !== "application/problem+json"
                ? respond(new UnsupportedMediaType({}))
                : Effect.succeed(response)
            ),
            Effect.provideContext(
              Context.make(HttpServerRequest.HttpServerRequest, strict(request)).pipe(
                Context.add(HttpIncomingMessage.MaxBodySize, route?.bodyLimit),
                Context.add(Origin, { correlationId, address: address === "" ? null : truncatedAddress(address) }),
                Context.add(CurrentBudget, budget)
              )
            ),
            Effect.map((response) => answered(response, request.url, correlationId, budget.headers)),
            observed(request, route),
            tracing ? traced(route, correlationId) : identity,
            Effect.annotateLogs({ correlationId })
          )
        }).pipe(HttpMiddleware.xForwardedHeaders({ trustedProxies }))
    }),
    { global: true }
  )
}
