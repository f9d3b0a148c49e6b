import { ByteSize, Cause, Effect, type Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import {
  FindMyWay,
  HttpIncomingMessage,
  HttpRouter,
  HttpServerError,
  HttpServerRequest,
  HttpServerRespondable,
  HttpServerResponse
} from "effect/http"
import { HttpApi, type HttpApiGroup } from "effect/http-api"
import {
  InternalError,
  MalformedRequest,
  MethodNotAllowed,
  NotAcceptable,
  RouteUnknown,
  UnsupportedMediaType
} from "./contract/Problems.ts"
import { problemOfDefect } from "./defects.ts"
import { Origin, truncatedAddress } from "./Origin.ts"
import { answered } from "./ProblemAnswer.ts"

/** How paths are read everywhere: to the letter. */
export const routerConfig = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, caseSensitive: true }

const bodyLimit = ByteSize.mebibytes(1)
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const
const correlationPattern = /^[A-Za-z0-9._-]{8,64}$/

const isWellFormed = (url: string) => {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

/** Whether `Accept` lets JSON or a problem through. */
const acceptsJson = (accept: string) =>
  accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.toLowerCase().split(";").map((part) => part.trim())
    const refused = parameters.some((parameter) => /^q=0(?:\.0{1,3})?$/.test(parameter))
    return !refused && /^(?:\*\/\*|application\/(?:\*|json|problem\+json))$/.test(type)
  })

const routerPath = (path: string): FindMyWay.PathInput => `/${path.replace(/^\//, "")}`

interface Route {
  readonly path: string
  readonly isApi: boolean
}

/** Which methods an address takes, as the API and the other routes declare them. */
const makeRoutes = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  others: ReadonlyArray<string>
) => {
  const router = FindMyWay.make<Route>(routerConfig)
  const add = (method: string, path: string, isApi: boolean) => router.on(method, routerPath(path), { path, isApi })
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => add(endpoint.method, endpoint.path, true)
  })
  for (const route of others) add("GET", route, false)
  const find = (method: string, url: string) => router.find(method === "HEAD" ? "GET" : method, url)?.handler
  return {
    find,
    /** Those of the address itself: `/products/nutrients` is no `/products/:id`. */
    allowed: (url: string): ReadonlyArray<string> => {
      const found = methods.flatMap((method) => {
        const path = find(method, url)?.path
        return path === undefined ? [] : [{ method, path }]
      })
      const itself = found.find(({ path }) => !path.includes(":"))?.path
      const own = found.filter(({ path }) => itself === undefined || path === itself).map(({ method }) => method)
      if (own.length === 0) return []
      return [...own, ...own.includes("GET") ? ["HEAD"] : [], "OPTIONS"]
    }
  }
}

type Routes = ReturnType<typeof makeRoutes>

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

/** Whether another method's address is the one meant: PATCH of `/products/nutrients` is not that of `/products/:id`. */
const isElsewhere = ({ method, url }: HttpServerRequest.HttpServerRequest, routes: Routes) =>
  routes.find(method, url)?.path.includes(":") === true && !routes.allowed(url).includes(method)

const ofCause = (request: HttpServerRequest.HttpServerRequest, routes: Routes) => <E>(cause: Cause.Cause<E>) => {
  const error = cause.reasons.find(Cause.isFailReason)?.error ?? cause.reasons.find(Cause.isDieReason)?.defect
  if (error === undefined) return Effect.failCause(cause)
  if (HttpServerResponse.isHttpServerResponse(error)) return Effect.succeed(error)
  if (HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound") {
    return unknownRoute(request, routes)
  }
  const problem = problemOfDefect(error)
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

const addressOf = (request: HttpServerRequest.HttpServerRequest) =>
  Option.getOrNull(Option.map(request.remoteAddress, (address) => truncatedAddress(String(address))))

/** Refuses what no endpoint could answer well. */
const refused = (request: HttpServerRequest.HttpServerRequest, routes: Routes) => {
  if (!isWellFormed(request.url)) return new MalformedRequest({ detail: "The address has a broken percent escape." })
  if (/^[^?#]+\/(?:[?#]|$)/.test(request.url)) {
    return new RouteUnknown({ detail: "Paths have no slash at their end." })
  }
  const { accept, authorization, "content-encoding": encoding, "content-type": type } = request.headers
  if (authorization?.includes(",") === true) return new MalformedRequest({ detail: "Send one credential, not two." })
  if (!/^(?:identity)?$/i.test(encoding ?? "") || !/^(?!.*charset)|charset="?utf-8"?\s*(?:;|$)/i.test(type ?? "")) {
    return new UnsupportedMediaType({ detail: "Bodies are read as plain UTF-8." })
  }
  return accept !== undefined && !acceptsJson(accept) && routes.find(request.method, request.url)?.isApi === true
    ? new NotAcceptable({ detail: `application/json is not among: ${accept}` })
    : undefined
}

/**
 * The outermost layer of every answer: correlation id, body limit, problems for whatever no endpoint answered (400, 404, 405,
 * 406, 413, 415, 500, 503), security headers.
 */
export const edge = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  others: ReadonlyArray<string>
): Layer.Layer<never, never, HttpRouter.HttpRouter> => {
  const routes = makeRoutes(api, others)
  return HttpRouter.middleware((httpEffect) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const given = request.headers["x-correlation-id"]
      const correlationId = given !== undefined && correlationPattern.test(given) ? given : SecureRandom.uuidV7Unsafe()
      const refusal = refused(request, routes)
      const answer = refusal === undefined
        ? isElsewhere(request, routes) ? unknownRoute(request, routes) : httpEffect
        : respond(refusal)
      return answer.pipe(
        Effect.catchCause(ofCause(request, routes)),
        Effect.flatMap((response) =>
          response.status === 415 && response.headers["content-type"] !== "application/problem+json"
            ? respond(new UnsupportedMediaType({}))
            : Effect.succeed(response)
        ),
        Effect.provideService(HttpServerRequest.HttpServerRequest, strict(request)),
        Effect.provideService(HttpIncomingMessage.MaxBodySize, bodyLimit),
        Effect.provideService(Origin, { correlationId, address: addressOf(request) }),
        Effect.annotateLogs({ correlationId }),
        Effect.map((response) => answered(response, request.url, correlationId))
      )
    }), { global: true })
}
