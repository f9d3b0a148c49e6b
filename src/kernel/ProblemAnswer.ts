import { HttpServerResponse, ProblemDetails } from "effect/http"

const securityHeaders = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin"
}

const contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"
/** The keys of an issuer that is away are asked for every 30 s. */
const retryAfterSeconds = (code: unknown) => code === "issuer_unavailable" ? "30" : "1"

const headersOf = (status: number, code: unknown): Record<string, string> => {
  if (status === 401) {
    return { "www-authenticate": code === "credential_missing" ? "Bearer" : "Bearer error=\"invalid_token\"" }
  }
  return status === 503 ? { "retry-after": retryAfterSeconds(code) } : {}
}

/** The headers of a problem that no middleware sees. */
export const headersOfProblem = (status: number, code: string) => ({
  ...securityHeaders,
  "content-security-policy": contentSecurityPolicy,
  "cache-control": "no-store",
  "content-type": ProblemDetails.contentType,
  ...headersOf(status, code)
})

/** The members of a problem in the order of RFC 9457, with our code behind them and the faults last. */
export const inOrder = (problem: Record<string, unknown>): Record<string, unknown> => {
  const { code, detail, errors, status, title, type, ...rest } = problem
  return { type, title, status, code, detail, ...rest, errors }
}

/** The answer as it leaves: a problem gets its `instance` and `correlationId`, everything its headers. */
export const answered = (
  response: HttpServerResponse.HttpServerResponse,
  url: string,
  correlationId: string,
  budget: Readonly<Record<string, string>>
): HttpServerResponse.HttpServerResponse => {
  const headers = {
    ...securityHeaders,
    "content-security-policy": response.headers["content-security-policy"] ?? contentSecurityPolicy,
    "cache-control": response.headers["cache-control"] ?? "no-store",
    "x-correlation-id": correlationId,
    ...budget
  }
  const isProblem = response.headers["content-type"] === ProblemDetails.contentType
  if (!isProblem || response.body._tag !== "Uint8Array") return HttpServerResponse.setHeaders(response, headers)
  const problem: Record<string, unknown> = JSON.parse(new TextDecoder().decode(response.body.body))
  const instance = url.split(/[?#]/, 1)[0]
  return HttpServerResponse.jsonUnsafe(inOrder({ ...problem, instance, correlationId }), {
    status: response.status,
    contentType: ProblemDetails.contentType,
    headers: { ...response.headers, ...headers, ...headersOf(response.status, problem["code"]) }
  })
}
