import { type ByteSize, Cause, Context, Effect, Layer, Schema, type SchemaIssue, type Types } from "effect"
import { HttpServerRequest, HttpServerResponse, ProblemDetails } from "effect/http"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiError from "effect/http-api/HttpApiError"
import { BodyLimit } from "./contract/BodyLimit.ts"
import type { ProblemPage } from "./contract/Problem.ts"
import { InternalError, InvalidRequest, MalformedRequest } from "./contract/Problems.ts"
import { RequestProblems } from "./contract/RequestProblems.ts"
import { problemOfCause } from "./defects.ts"
import { faultsOf, sharedCode } from "./faults.ts"
import { oversized } from "./oversized.ts"

const slots = { Params: "parameter", Query: "parameter", Headers: "header", Payload: "pointer" } as const

const declaredPage = (endpoint: HttpApiEndpoint.Top, code: string): ProblemPage | undefined =>
  Array.from(endpoint.error)
    .map((schema) => Schema.resolveAnnotations(schema)?.problemPage)
    .find((page) => page?.code === code)

const isNoJson = (issue: SchemaIssue.Issue) =>
  issue._tag === "InvalidValue" || ("input" in issue && issue.input === undefined)

type Answer = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  InternalError | InvalidRequest | MalformedRequest
>

const schemaProblem = (error: HttpApiError.HttpApiSchemaError, endpoint: HttpApiEndpoint.Top): Answer => {
  const { cause: { issue }, kind } = error
  if (kind === "Body" || kind === "ResponseHeaders") {
    return Effect.logError("an answer does not fit its schema", Cause.fail(error.cause)).pipe(
      Effect.andThen(Effect.fail(new InternalError({})))
    )
  }
  if (kind === "Payload" && isNoJson(issue)) {
    return Effect.fail(new MalformedRequest({ detail: "The body is not JSON." }))
  }
  const errors = faultsOf(issue, slots[kind])
  const page = declaredPage(endpoint, sharedCode(errors) ?? "")
  if (page === undefined) return Effect.fail(new InvalidRequest({ errors }))
  const { cause: detail, code, status, title } = page
  return Effect.succeed(ProblemDetails.toResponse({ type: `/problems/${code}`, status, title, code, detail, errors }))
}

type Handled = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  Types.unhandled | InvalidRequest | MalformedRequest | ReturnType<typeof problemOfCause>
>

/** A defect of ours with its cause; the database's absence in a line; the caller's faults not at all. */
const told = (problem: ReturnType<typeof problemOfCause>, cause: Cause.Cause<unknown>) =>
  problem.status === 500
    ? Effect.logError("a defect", cause)
    : problem.status > 500
    ? Effect.logWarning(`${problem.title}: ${Cause.pretty(cause).split("\n", 1).join("")}`)
    : Effect.void

const defectProblem = (cause: Cause.Cause<Effect.Error<Handled>>, bodyLimit: ByteSize.ByteSize): Handled => {
  const defect = cause.reasons.find(Cause.isDieReason)?.defect
  if (defect === undefined || HttpServerResponse.isHttpServerResponse(defect)) return Effect.failCause(cause)
  const problem = problemOfCause(cause, bodyLimit)
  return Effect.andThen(told(problem, cause), Effect.fail(problem))
}

/** An endpoint without a query schema takes no parameters at all; nothing else would say so. */
const unknownParameters = (endpoint: HttpApiEndpoint.Top) =>
  endpoint.query === undefined
    ? Effect.flatMap(HttpServerRequest.ParsedSearchParams, (parameters) => {
      const errors = Object.keys(parameters).slice(0, 100).map((parameter) => ({
        parameter,
        detail: "is not known here; there are no parameters"
      }))
      return errors.length === 0 ? Effect.void : Effect.fail(new InvalidRequest({ errors }))
    })
    : Effect.void

/** Bodies of up to so many bytes cost little, whatever is in them. */
const smallBody = 65_536

/** Refuses what would keep a decoder busy for minutes. */
const oversizedBody = (endpoint: HttpApiEndpoint.Top) =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    const payload = endpoint.payload.get("application/json")
    const isSmall = Number(request.headers["content-length"]) <= smallBody
    if (payload?.encoding._tag !== "Json" || isSmall) return Effect.void
    const [schema] = payload.schemas
    return request.json.pipe(
      Effect.map((body) => oversized(schema.ast, body)),
      // What is no JSON is told by the decoder.
      Effect.catch(() => Effect.succeed([])),
      Effect.flatMap((errors) => errors.length === 0 ? Effect.void : Effect.fail(new InvalidRequest({ errors })))
    )
  })

/** Turns faults of the request and defects into the problems that every endpoint declares. */
export const RequestProblemsLayer = Layer.succeed(
  RequestProblems,
  (httpEffect, { endpoint }) =>
    unknownParameters(endpoint).pipe(
      Effect.andThen(oversizedBody(endpoint)),
      Effect.andThen(httpEffect),
      Effect.catch((error): Handled =>
        HttpApiError.HttpApiSchemaError.is(error) ? schemaProblem(error, endpoint) : Effect.fail(error)
      ),
      Effect.catchCause((cause) => defectProblem(cause, Context.get(endpoint.annotations, BodyLimit)))
    )
)
