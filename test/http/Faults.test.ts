import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpBody, HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { makeServer } from "../../src/server/makeServer.ts"
import { Administrator, TestServer } from "../support/TestServer.ts"

const Problem = Schema.Struct({
  type: Schema.String,
  status: Schema.Int,
  code: Schema.String,
  detail: Schema.optionalKey(Schema.String),
  instance: Schema.String,
  correlationId: Schema.String,
  errors: Schema.optionalKey(Schema.Array(Schema.Record(Schema.String, Schema.String)))
})

const problemOf = Effect.fnUntraced(function*(response: HttpClientResponse.HttpClientResponse) {
  assert.strictEqual(response.headers["content-type"], "application/problem+json")
  const problem = yield* HttpClientResponse.schemaBodyJson(Problem)(response)
  assert.strictEqual(problem.status, response.status)
  assert.strictEqual(problem.type, `/problems/${problem.code}`)
  assert.strictEqual(problem.correlationId, response.headers["x-correlation-id"])
  return problem
})

const send = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
  const { token } = yield* Administrator
  return yield* HttpClient.execute(HttpClientRequest.bearerToken(request, token))
})

const get = (path: string) => send(HttpClientRequest.get(path))
const post = (body: string, contentType = "application/json") =>
  send(HttpClientRequest.post("/v1/products").pipe(HttpClientRequest.setBody(HttpBody.text(body, contentType))))
const postJson = (body: unknown) => post(JSON.stringify(body))

layer(TestServer(), { excludeTestServices: true })("faults", (it) => {
  it.effect("a body that is no JSON is 400", () =>
    Effect.gen(function*() {
      for (const body of ["", "{", "[1,", "nope", "{\"name\": \"a\"}}"]) {
        const response = yield* post(body)
        assert.strictEqual(response.status, 400, body)
        assert.strictEqual((yield* problemOf(response)).code, "malformed_request")
      }
    }))

  it.effect("all faults of a body come at once, in the order of the document", () =>
    Effect.gen(function*() {
      const response = yield* postJson({
        wrong: 1,
        barcode: "123",
        name: "…",
        nutrients: { protein: { value: 1, unit: "kcal" }, iron: -1, unobtainium: 2 },
        portions: [{ name: "cup", grams: 1 }, { name: "Cúp", grams: 0 }],
        allergens: { milk: { state: "contains" } },
        edibleYield: 2
      })
      assert.strictEqual(response.status, 422)
      const { code, errors } = yield* problemOf(response)
      assert.strictEqual(code, "invalid_request")
      assert.deepStrictEqual(errors?.map(({ pointer }) => pointer), [
        "/wrong",
        "/barcode",
        "/name",
        "/nutrients/protein",
        "/nutrients/iron",
        "/nutrients/unobtainium",
        "/portions/1/grams",
        "/allergens/milk/evidence",
        "/edibleYield"
      ])
      assert.deepStrictEqual(
        errors?.filter(({ code }) => code !== undefined).map(({ code, pointer }) => [pointer, code]),
        [
          ["/barcode", "barcode_invalid"],
          ["/nutrients/protein", "unit_not_convertible"],
          ["/nutrients/iron", "value_out_of_range"]
        ]
      )
    }))

  it.effect("a fault says what would do", () =>
    Effect.gen(function*() {
      const response = yield* postJson({
        name: "a",
        conservationDays: 1.5,
        aliases: Array.from({ length: 51 }, (_, n) => ({ language: "en", name: `${n}`, kind: "synonym" })),
        portions: Array.from({ length: 101 }, (_, n) => ({ name: `${n}`, grams: 1 }))
      })
      assert.deepStrictEqual((yield* problemOf(response)).errors, [
        { pointer: "/conservationDays", detail: "must be a whole number from 0 to 36500" },
        { pointer: "/aliases", detail: "must be at most 50 aliases" },
        { pointer: "/portions", detail: "must be at most 100 portions" }
      ])
      const sent = (path: string, body: unknown) =>
        Effect.flatMap(
          send(HttpClientRequest.post(path).pipe(HttpClientRequest.bodyJsonUnsafe(body))),
          (answer) => Effect.map(problemOf(answer), ({ errors }) => errors)
        )
      assert.deepStrictEqual(yield* sent("/v1/roles", { context: "products", name: "cook", permissions: [] }), [
        { pointer: "/permissions", detail: "must be 1 to 50" }
      ])
      const recipe = "019c0d5e-0000-7000-8000-00000000000a"
      assert.deepStrictEqual(
        yield* sent(`/v1/recipes/${recipe}/links`, { links: [{ position: 0.5, productId: null }] }),
        [{ pointer: "/links/0/position", detail: "must be an integer" }]
      )
    }))

  it.effect("what is wrong with a whole list is told beside what is wrong with its items", () =>
    Effect.gen(function*() {
      const response = yield* postJson({
        name: "a",
        portions: [
          { name: "cup", grams: 1 },
          { name: "", grams: 1 },
          { name: "Cúp", grams: 2 },
          { name: "slice" },
          ...Array.from({ length: 98 }, (_, n) => ({ name: `${n}`, grams: 1 }))
        ]
      })
      assert.deepStrictEqual((yield* problemOf(response)).errors, [
        { pointer: "/portions", detail: "must be at most 100 portions" },
        { pointer: "/portions/1/name", detail: "must be 1 to 100 characters long" },
        { pointer: "/portions/2/name", detail: "is repeated" },
        { pointer: "/portions/3/grams", detail: "is missing" }
      ])
    }))

  it.effect("faults that all have one code are that problem", () =>
    Effect.gen(function*() {
      const cases = [
        [{ name: "a", barcode: "4006381333930" }, "barcode_invalid", "/barcode"],
        [
          { name: "a", nutrients: { vitaminE: { value: 1, unit: "IU" } } },
          "unit_not_convertible",
          "/nutrients/vitaminE"
        ],
        [
          { name: "a", nutrients: { iron: { value: 1, unit: "milligrams, to be exact" } } },
          "unit_not_convertible",
          "/nutrients/iron/unit"
        ],
        [{ name: "a", nutrients: { protein: 101 } }, "value_out_of_range", "/nutrients/protein"],
        [{ name: "a", brandId: "019c0d5e-0000-7000-8000-000000000000" }, "reference_unknown", "/brandId"]
      ] as const
      for (const [body, code, pointer] of cases) {
        const response = yield* postJson(body)
        assert.strictEqual(response.status, 422)
        const problem = yield* problemOf(response)
        assert.strictEqual(problem.code, code)
        assert.deepStrictEqual(problem.errors?.map((fault) => fault["pointer"]), [pointer])
      }
      const allowed = yield* postJson({ name: "oil", nutrientBasis: "per100ml", nutrients: { totalFat: 101 } })
      assert.strictEqual(allowed.status, 201)
    }))

  it.effect("unknown parameters, operators, sort fields and words are named, with what is allowed", () =>
    Effect.gen(function*() {
      const cases = [
        ["nme=x", "nme", /allowed: .*\bname\b/],
        ["name[gte]=x", "name[gte]", /allowed: name, name\[ne\], name\[nin\], name\[like\]/],
        [
          "nutrients.protein[like]=1",
          "nutrients.protein[like]",
          /no such operator; allowed: nutrients\.protein, nutrients\.protein\[ne\], nutrients\.protein\[gte\]/
        ],
        ["allergen.milk[null]=true", "allergen.milk[null]", /allowed: allergen\.milk, \S+\[ne\], \S+\[nin\]$/],
        ["nutrients.unobtainium[gte]=1", "nutrients.unobtainium[gte]", /nutrients\.<code>/],
        ["sort=price", "sort", /Fields: name/],
        ["sort=name,name", "sort", /each once/],
        ["allergen.milk=maybe", "allergen.milk", /one of contains, mayContain, free, unknown/],
        ["discarded=yes", "discarded", /one of true, false/],
        ["limit=201", "limit", /from 1 to 200/],
        ["limit=0x10", "limit", /whole number/],
        ["limit=", "limit", /whole number/],
        ["page=1.5", "page", /whole number/],
        ["nutrients.protein[gte]=abc", "nutrients.protein[gte]", /decimal number/],
        ["createdAt[gte]=yesterday", "createdAt[gte]", /RFC 3339/],
        ["brandId=1", "brandId", /UUID/],
        ["name=%00", "name", /U\+0000/],
        ["limit=5&limit=6", "limit", /must be given once/]
      ] as const
      for (const [query, parameter, detail] of cases) {
        const response = yield* get(`/v1/products?${query}`)
        assert.strictEqual(response.status, 422, query)
        const [fault] = (yield* problemOf(response)).errors ?? []
        assert.strictEqual(fault?.["parameter"], parameter)
        assert.match(fault?.["detail"] ?? "", detail)
      }
    }))

  it.effect("an ill-formed id is 422, an unknown one 404", () =>
    Effect.gen(function*() {
      const ill = yield* get("/v1/products/abc")
      assert.strictEqual(ill.status, 422)
      assert.deepStrictEqual((yield* problemOf(ill)).errors, [{ parameter: "id", detail: "must be a UUID" }])
      const unknown = yield* get("/v1/products/019c0d5e-0000-7000-8000-000000000000")
      assert.strictEqual((yield* problemOf(unknown)).code, "product_not_found")
      const kind = yield* get("/v1/products/brands/019c0d5e-0000-7000-8000-000000000000")
      assert.strictEqual((yield* problemOf(kind)).code, "classification_not_found")
    }))

  it.effect("addresses: 404, trailing slash, other case, broken escape, method", () =>
    Effect.gen(function*() {
      for (
        const path of ["/", "/v1", "/v1/products/", "/V1/products", "/v1//products", "/v2/products", "/problems/nope"]
      ) {
        const response = yield* get(path)
        assert.strictEqual(response.status, 404, path)
        assert.strictEqual((yield* problemOf(response)).code, "route_unknown")
      }
      const broken = yield* get("/v1/products/%E0%A4%A")
      assert.strictEqual((yield* problemOf(broken)).code, "malformed_request")
      const wrong = yield* send(HttpClientRequest.put("/v1/products"))
      assert.strictEqual((yield* problemOf(wrong)).code, "method_not_allowed")
      assert.strictEqual(wrong.headers["allow"], "GET, POST, HEAD, OPTIONS")
      const options = yield* send(HttpClientRequest.options("/v1/products/nutrients"))
      assert.strictEqual(options.status, 204)
      assert.strictEqual(options.headers["allow"], "GET, HEAD, OPTIONS")
      const head = yield* send(HttpClientRequest.head("/v1/products"))
      assert.strictEqual(head.status, 200)
      assert.strictEqual(yield* head.text, "")
    }))

  it.effect("media types: 415 for what is not read, 406 for what cannot be answered", () =>
    Effect.gen(function*() {
      const xml = yield* post("<name>a</name>", "application/xml")
      assert.strictEqual((yield* problemOf(xml)).code, "unsupported_media_type")
      const html = yield* send(HttpClientRequest.get("/v1/products", { headers: { accept: "text/html" } }))
      assert.strictEqual((yield* problemOf(html)).code, "not_acceptable")
      for (const accept of ["*/*", "text/html, application/*;q=0.5", "application/problem+json", "application/json"]) {
        const response = yield* send(HttpClientRequest.get("/v1/products", { headers: { accept } }))
        assert.strictEqual(response.status, 200, accept)
      }
      const untyped = yield* send(
        HttpClientRequest.post("/v1/products").pipe(
          HttpClientRequest.setBody(HttpBody.uint8Array(new TextEncoder().encode("{\"name\":\"a\"}"))),
          HttpClientRequest.setHeader("content-type", "application/json; charset=utf-8")
        )
      )
      assert.strictEqual(untyped.status, 201)
    }))

  it.effect("a body over 1 MiB is 413, whether or not its length is told", () =>
    Effect.gen(function*() {
      const large = JSON.stringify({ name: "a", ingredients: "x".repeat(1_100_000) })
      const told = yield* post(large)
      assert.strictEqual((yield* problemOf(told)).code, "payload_too_large")
      const chunks = new ReadableStream({
        start(controller) {
          for (let i = 0; i < 12; i++) controller.enqueue(new TextEncoder().encode("x".repeat(100_000)))
          controller.close()
        }
      })
      const untold = yield* send(
        HttpClientRequest.post("/v1/products").pipe(
          HttpClientRequest.setBody(HttpBody.raw(chunks, { contentType: "application/json" }))
        )
      )
      assert.strictEqual((yield* problemOf(untold)).code, "payload_too_large")
    }))

  it.effect("what is not there and what is in the way are told in a sentence", () =>
    Effect.gen(function*() {
      const unknown = "019c0d5e-0000-7000-8000-00000000000a"
      const brand = () =>
        send(HttpClientRequest.post("/v1/products/brands").pipe(HttpClientRequest.bodyJsonUnsafe({ name: "Moinho" })))
      assert.strictEqual((yield* brand()).status, 201)
      const answers = [
        [get(`/v1/products/${unknown}`), "No product has that id, or it was discarded."],
        [get("/v1/products/barcode/7891000100103"), "No live product has that barcode."],
        [get(`/v1/menus/${unknown}`), "No menu has that id, it was discarded, or it is that of another's client."],
        [
          get("/v1/nothing"),
          "No endpoint has this path. Paths have no trailing slash, and all but a few begin with /v1."
        ],
        [
          brand(),
          "A live classification of the same kind has this name, but for case, accents and repeated blanks: `classificationId` is its id."
        ]
      ] as const
      for (const [asked, detail] of answers) assert.strictEqual((yield* problemOf(yield* asked)).detail, detail)
    }))

  it.effect("413 tells how large a body may be there", () =>
    Effect.gen(function*() {
      const webhook = "/v1/onboarding/webhooks/typeform/019c0d5e-0000-7000-8000-00000000000a"
      const limits: ReadonlyArray<readonly [path: string, type: string, kibibytes: number, told: string]> = [
        ["/v1/products", "application/json", 1024, "1 MiB"],
        ["/v1/products/bulk", "application/json", 8192, "8 MiB"],
        ["/v1/recipes/import", "text/html", 5120, "5 MiB"],
        ["/v1/recipes/import/preview", "application/ld+json", 5120, "5 MiB"],
        ["/forms/anamnese", "application/json", 256, "256 KiB"],
        ["/forms/anamnese", "application/x-www-form-urlencoded", 256, "256 KiB"],
        [webhook, "application/json", 1024, "1 MiB"]
      ]
      for (const [path, type, kibibytes, told] of limits) {
        const body = HttpBody.text("x".repeat(kibibytes * 1024 + 1), type)
        const { code, detail } = yield* problemOf(
          yield* send(HttpClientRequest.post(path).pipe(HttpClientRequest.setBody(body)))
        )
        assert.deepStrictEqual([code, detail], ["payload_too_large", `The body may have at most ${told}.`], path)
      }
    }))

  it.effect("members that would change a prototype are unknown members", () =>
    Effect.gen(function*() {
      for (const member of ["__proto__", "constructor", "toString"]) {
        const response = yield* post(`{"name":"a","${member}":{"polluted":true}}`)
        assert.strictEqual(response.status, 422, member)
        assert.deepStrictEqual((yield* problemOf(response)).errors?.map(({ pointer }) => pointer), [`/${member}`])
      }
      assert.notProperty({}, "polluted")
    }))

  it.effect("headers over 16 KiB are 431, and half-open connections do not stay", () =>
    Effect.gen(function*() {
      const response = yield* HttpClient.get("/health", { headers: { "x-large": "x".repeat(17_000) } })
      assert.strictEqual(response.status, 431)
      const { headersTimeout, maxConnections, requestTimeout } = makeServer({ admits: () => true, refuse: () => {} })
      assert.deepStrictEqual({ headersTimeout, requestTimeout, maxConnections }, {
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        maxConnections: 4096
      })
    }))

  it.effect("credentials: none, broken, of an unknown and of a disabled user", () =>
    Effect.gen(function*() {
      const none = yield* HttpClient.get("/v1/products")
      assert.strictEqual((yield* problemOf(none)).code, "credential_missing")
      assert.strictEqual(none.headers["www-authenticate"], "Bearer")
      const broken = yield* HttpClient.execute(
        HttpClientRequest.bearerToken(HttpClientRequest.get("/v1/products"), "a.b.c")
      )
      assert.strictEqual((yield* problemOf(broken)).code, "token_invalid")
      assert.strictEqual(broken.headers["www-authenticate"], "Bearer error=\"invalid_token\"")
    }))

  it.effect("a correlation id of the caller comes back, an ill-formed one is replaced", () =>
    Effect.gen(function*() {
      const kept = yield* HttpClient.get("/health", { headers: { "x-correlation-id": "my-request-1" } })
      assert.strictEqual(kept.headers["x-correlation-id"], "my-request-1")
      const replaced = yield* HttpClient.get("/health", { headers: { "x-correlation-id": "a b" } })
      assert.match(replaced.headers["x-correlation-id"] ?? "", /^[0-9a-f-]{36}$/)
      assert.strictEqual(kept.headers["x-content-type-options"], "nosniff")
    }))
})
