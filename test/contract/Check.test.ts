import { assert, describe, it } from "@effect/vitest"
import { check } from "./Check.ts"
import { operations } from "./Document.ts"
import type { Answer } from "./Http.ts"
import type { Attempt } from "./Requests.ts"

type Violation = readonly [what: string, found: RegExp, answer: Partial<Answer>, tried?: Partial<Attempt>]

describe("the check of answers", () => {
  const operation = operations.find(({ operationId }) => operationId === "getProduct")
  const sent = { method: "GET", target: "/v1/products/x", headers: {} }
  const attempt: Attempt = { sent, tries: "", expected: "any", elsewhere: false }
  const headers = {
    "content-type": "application/problem+json",
    "x-correlation-id": "c",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY"
  }
  const problem = {
    type: "/problems/product_not_found",
    title: "There is no such product",
    status: 404,
    code: "product_not_found",
    detail: "No product has that id, or it was discarded.",
    instance: "/v1/products/x",
    correlationId: "c"
  }
  const answer: Answer = { status: 404, headers, body: JSON.stringify(problem) }
  const invalid = {
    ...problem,
    type: "/problems/invalid_request",
    title: "The request is well formed but breaks the schema",
    status: 422,
    code: "invalid_request"
  }
  const noticed = (changed: Partial<Answer>, tried: Partial<Attempt> = {}) =>
    operation === undefined ? [] : check(operation, { ...attempt, ...tried }, { ...answer, ...changed })
  const saying = (detail: string) => ({ body: JSON.stringify({ ...problem, detail }) })

  it("finds nothing wrong with a right answer", () => {
    assert.deepStrictEqual(noticed({}), [])
    const errors = [{ parameter: "id", detail: "must be a UUID" }]
    assert.deepStrictEqual(noticed({ status: 422, body: JSON.stringify({ ...invalid, errors }) }), [])
  })

  const violations: ReadonlyArray<Violation> = [
    ["a failure", /: status 503$/, { status: 503 }],
    ["a status that is not documented", /^status 409 is not documented$/, { status: 409 }],
    ["an undocumented media type", /404 with text\/html is not/, {
      headers: { ...headers, "content-type": "text/html" }
    }],
    ["an extra member", /off its schema: \/extra is not/, { body: JSON.stringify({ ...problem, extra: 1 }) }],
    ["a wrong type", /off its schema: \/detail is number/, { body: JSON.stringify({ ...problem, detail: 1 }) }],
    ["a code of another status", /off its schema: \/code is not in/, {
      body: JSON.stringify({ ...problem, code: "x" })
    }],
    ["a body that is no JSON", /a problem is no JSON/, { body: "Not found" }],
    ["a problem without instance", /has no instance/, { body: JSON.stringify({ ...problem, instance: undefined }) }],
    ["another status inside", /status is not that/, { body: JSON.stringify({ ...problem, status: 400 }) }],
    ["a stack", /leaks a stack/, saying("Error: x\n    at read (file:///srv/app.js:1:1)")],
    ["a path", /leaks a path/, saying(`cannot read ${process.cwd()}/package.json`)],
    ["a package's path", /leaks a path/, saying("node_modules/effect")],
    ["SQL", /leaks SQL/, saying("SELECT p.id FROM products p WHERE")],
    ["an engine's error", /leaks an engine's error/, saying("SqlError: x")],
    ["no correlation id", /no x-correlation-id/, { headers: { "content-type": "application/problem+json" } }],
    ["a 401 without a challenge", /401 without/, { status: 401 }],
    ["a 405 without Allow", /405 without/, { status: 405 }, { elsewhere: true }],
    ["a 422 without errors", /has no errors/, { status: 422, body: JSON.stringify({ ...invalid, errors: [] }) }],
    ["an error that leads nowhere", /leads nowhere/, {
      status: 422,
      body: JSON.stringify({ ...invalid, errors: [{ detail: "x" }] })
    }],
    ["an error that says nothing", /does not say what would do/, {
      status: 422,
      body: JSON.stringify({ ...invalid, errors: [{ pointer: "/a", detail: "is not valid" }] })
    }],
    ["a success where none may be", /had to be refused/, { status: 200 }, { expected: "refusal" }],
    ["a success without its header", /no header etag/, { status: 200 }],
    ["the ETag of another version", /^ETag "2" of what has "1"$/, {
      status: 200,
      headers: { ...headers, etag: "\"2\"" },
      body: JSON.stringify({ data: { version: 1 } })
    }],
    ["an answer that may be kept", /^cache-control: undefined$/, {
      headers: { ...headers, "cache-control": undefined }
    }],
    ["an answer without a security header", /^no x-frame-options$/, {
      headers: { ...headers, "x-frame-options": undefined }
    }]
  ]
  for (const [what, found, changed, tried] of violations) {
    it(`notices ${what}`, () => {
      const told = noticed(changed, tried)
      assert.isTrue(told.some((violation) => found.test(violation)), told.join("; "))
    })
  }
  it("takes what the request itself said for no leak", () => {
    assert.deepStrictEqual(
      noticed(saying("node_modules"), { sent: { ...sent, target: "/v1/products/node_modules" } }),
      []
    )
  })
})
