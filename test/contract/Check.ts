import { faults, isObject, type JsonObject } from "./Conformance.ts"
import type { Operation } from "./Document.ts"
import type { Answer } from "./Http.ts"
import type { Attempt } from "./Requests.ts"

const tables = "products|classifications|users|roles|role_\\w+|signing_keys|import_runs|identities|pg_\\w+"

/** What no answer may hold: stacks, paths of this machine, SQL of ours. */
const leaks: ReadonlyArray<readonly [name: string, marker: RegExp]> = [
  ["a stack", /(?:\n|\\n)\s{2,}at |\bat [\w.<>]+ \((?:file:|\/)/],
  [
    "a path",
    new RegExp(`node_modules|file:///|${process.cwd().replaceAll(".", "\\.")}|\\bsrc/(?:kernel|contexts|server)/`)
  ],
  ["SQL", new RegExp(`\\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN)\\s[^"]*\\b(?:${tables})\\b`)],
  [
    "an engine's error",
    /\b(?:SqlError|PgClient|SchemaError|TypeError|RangeError|ParseError|relation \\?"|syntax error at)/
  ]
]

/** The same marker in the request makes it an echo and no leak. */
const leaked = (body: string, sent: string) =>
  leaks.flatMap(([name, marker]) => marker.test(body) && !marker.test(sent) ? [`leaks ${name}`] : [])

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const located = (fault: unknown) =>
  isObject(fault) && ["pointer", "parameter", "header"].some((place) => typeof fault[place] === "string")

const ofErrors = ({ errors }: JsonObject) =>
  !Array.isArray(errors) || errors.length === 0
    ? ["a 422 has no errors"]
    : !errors.every(located)
    ? ["an entry of errors leads nowhere"]
    : errors.some((fault) => isObject(fault) && fault["detail"] === "is not valid")
    ? ["an entry of errors does not say what would do"]
    : []

const ofProblem = (answer: Answer, body: unknown): ReadonlyArray<string> => {
  // A page, where a browser would get one.
  if (answer.headers["content-type"]?.startsWith("text/html") === true) return []
  if (answer.headers["content-type"] !== "application/problem+json") {
    return [`${answer.status} is no problem: ${answer.headers["content-type"]}`]
  }
  if (!isObject(body)) return ["a problem is no JSON object"]
  const missing = ["type", "title", "code", "detail", "correlationId", "instance"].filter((name) =>
    typeof body[name] !== "string"
  )
  return [
    ...missing.map((name) => `a problem has no ${name}`),
    ...body["status"] === answer.status ? [] : ["a problem's status is not that of the answer"],
    ...body["type"] === `/problems/${String(body["code"])}` ? [] : ["a problem's type is not that of its code"],
    ...body["correlationId"] === answer.headers["x-correlation-id"] ? [] : ["two correlation ids in one answer"],
    ...answer.status === 422 ? ofErrors(body) : []
  ]
}

const secure = {
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^DENY$/,
  "referrer-policy": /^no-referrer$/,
  "content-security-policy": /default-src 'none'/
}

/** What may be kept is documented to be. */
const ofCache = ({ responses }: Operation, { headers, status }: Answer) =>
  responses[String(status)]?.headers?.["cache-control"] === undefined && headers["cache-control"] !== "no-store"
    ? [`cache-control: ${headers["cache-control"]}`]
    : []

/** The version of what an answer holds stands in its ETag; a dry run has made nothing that has one. */
const ofTag = ({ responses }: Operation, { headers, status }: Answer, body: unknown): ReadonlyArray<string> => {
  if (responses[String(status)]?.headers?.["etag"] === undefined || !isObject(body)) return []
  const version = isObject(body["data"]) ? body["data"]["version"] : undefined
  const expected = body["dryRun"] === true ? undefined : `"${String(version)}"`
  return headers.etag === expected ? [] : [`ETag ${headers.etag} of what has ${expected}`]
}

const ofHeaders = ({ headers, status }: Answer): ReadonlyArray<string> => [
  ...headers["x-correlation-id"] === undefined ? ["no x-correlation-id"] : [],
  ...Object.entries(secure).flatMap(([name, value]) => value.test(String(headers[name])) ? [] : [`no ${name}`]),
  ...status === 401 && headers["www-authenticate"] === undefined ? ["401 without WWW-Authenticate"] : [],
  ...status === 405 && headers.allow === undefined ? ["405 without Allow"] : []
]

const ofDocument = (operation: Operation, answer: Answer, body: unknown): ReadonlyArray<string> => {
  const documented = operation.responses[String(answer.status)]
  if (documented === undefined) return [`status ${answer.status} is not documented`]
  const missing = Object.entries(documented.headers ?? {}).flatMap(([name, { required }]) =>
    required && answer.headers[name] === undefined ? [`no header ${name}`] : []
  )
  if (documented.content === undefined) {
    return answer.body === ""
      ? missing
      : [...missing, "a body that is not documented"]
  }
  const whole = answer.headers["content-type"] ?? "no media type"
  const mediaType = whole.split(";", 1)[0] ?? whole
  const content = documented.content[whole] ?? documented.content[mediaType]
  return content === undefined
    ? [...missing, `${answer.status} with ${mediaType} is not documented`]
    : [
      ...missing,
      ...faults(content.schema, mediaType.endsWith("json") ? body : answer.body).slice(0, 3).map((fault) =>
        `body off its schema: ${fault}`
      )
    ]
}

/** Whatever an answer does that it must not; nothing where it is right. */
export const check = (operation: Operation, attempt: Attempt, answer: Answer): ReadonlyArray<string> => {
  const { elsewhere, expected, sent } = attempt
  const body = parsed(answer.body)
  const isHead = sent.method === "HEAD"
  return [
    ...answer.status >= 500 ? [`${attempt.tries}: status ${answer.status}`] : [],
    ...ofHeaders(answer),
    ...elsewhere ? [] : ofCache(operation, answer),
    ...elsewhere || isHead ? [] : ofTag(operation, answer, body),
    ...leaked(answer.body, `${sent.target} ${JSON.stringify(sent.headers)} ${sent.body?.toString("utf8") ?? ""}`),
    ...elsewhere || isHead ? [] : ofDocument(operation, answer, body),
    ...answer.status >= 400 && !isHead ? ofProblem(answer, body) : [],
    ...expected === "refusal" && answer.status < 400
      ? [`${attempt.tries}: ${answer.status} where it had to be refused`]
      : []
  ]
}
