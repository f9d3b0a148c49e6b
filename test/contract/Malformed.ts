import type { Dice } from "./Dice.ts"
import type { Operation } from "./Document.ts"
import { jsonFiles, naughtyStrings } from "./Naughty.ts"
import { type Attempt, attempt, type Draft, type Maker, pair } from "./Requests.ts"

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)

const notObjects = ["[]", "null", "true", "1", "\"text\"", "[{}]", "[[[]]]", "-0", "\"{}\""]
const notJson = [
  "",
  " ",
  "{",
  "}",
  "{\"name\":",
  "{'name':'x'}",
  "{name:1}",
  "{\"name\":\"x\",}",
  "<a/>",
  "name=x",
  "\u0000",
  "{\"name\":\"\t\"}",
  "undefined",
  "{\"name\":\"x\"} {}",
  "// x\n{}"
]

const ofBody: ReadonlyArray<Maker> = [
  (draft, dice) => attempt("body: no JSON", "refusal", { ...draft, body: Buffer.from(dice.pick(notJson)) }),
  (draft, dice) => attempt("body: no object", "refusal", { ...draft, body: Buffer.from(dice.pick(notObjects)) }),
  (draft, dice) => {
    const whole = Buffer.from(JSON.stringify(draft.body))
    return attempt("body: cut", "refusal", { ...draft, body: whole.subarray(0, dice.int(0, whole.length - 1)) })
  },
  (draft, dice) => {
    const depth = dice.pick([100, 5_000, 100_000])
    const deep = dice.pick([
      nested(depth, "[", "]"),
      "[".repeat(depth),
      `${"{\"a\":".repeat(depth)}1${"}".repeat(depth)}`
    ])
    const member = dice.pick(["name", "aliases", "nutrients", "extra"])
    return attempt("body: deep", "refusal", { ...draft, body: Buffer.from(dice.pick([deep, `{"${member}":${deep}}`])) })
  },
  (draft, dice) => {
    const text = JSON.stringify(draft.body)
    const more = dice.pick(["\"name\":\"twice\",", "\"a\":1,\"a\":2,", "\"\\u006eame\":\"spelled otherwise\","])
    return attempt("body: a member twice", "any", { ...draft, body: Buffer.from(`{${more}${text.slice(1)}`) })
  },
  (draft, dice) => {
    const member = dice.pick([
      "\"__proto__\":{\"name\":\"x\"}",
      "\"__proto__\":null",
      "\"nutrients\":{\"__proto__\":{\"value\":1}}",
      "\"allergens\":{\"constructor\":{\"state\":\"free\"}}"
    ])
    return attempt("body: __proto__", "refusal", { ...draft, body: Buffer.from(`{"name":"x",${member}}`) })
  },
  (draft) =>
    attempt("body: a byte order mark", "any", { ...draft, body: Buffer.from(`\uFEFF${JSON.stringify(draft.body)}`) }),
  (draft, dice) => {
    const bytes = dice.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]])
    const body = Buffer.concat([Buffer.from("{\"name\":\"x"), Buffer.from(bytes), Buffer.from("\"}")])
    return attempt("body: invalid UTF-8", "refusal", { ...draft, body })
  },
  (draft) => attempt("body: UTF-16", "refusal", { ...draft, body: Buffer.from(JSON.stringify(draft.body), "utf16le") }),
  (draft, dice) => attempt("body: random bytes", "refusal", { ...draft, body: dice.bytes(dice.int(1, 300)) }),
  (draft, dice) => {
    const long = "x".repeat(dice.pick([10_000, 1_000_000, 1_100_000]))
    return attempt("body: a very long string", "refusal", {
      ...draft,
      body: Buffer.from(dice.pick([`{"name":"${long}"}`, `{"${long}":1}`, long]))
    })
  },
  (draft, dice) => {
    const many = Array.from({ length: dice.pick([50, 1_000]) }, (_, n) => `"k${n}":${n}`).join(",")
    return attempt("body: many members", "refusal", {
      ...draft,
      body: Buffer.from(dice.pick([`{${many}}`, `{"name":"x","nutrients":{${many}}}`]))
    })
  },
  ...jsonFiles.length === 0 ? [] : [(draft: Draft, dice: Dice) => {
    const { content, name } = dice.pick(jsonFiles)
    return attempt(`body: ${name}`, "refusal", { ...draft, body: content })
  }]
]

const oddQueries = [
  "&&&=",
  "=1",
  "a[b]=1",
  "a%00b=1",
  "[]=1",
  "?",
  "name",
  "name=%",
  "%=1",
  "name=%u0041",
  "name=%zz",
  "sort=%f0%28%8c%28",
  "a=1;b=2",
  "page=1#x"
]
const illFormed = /%(?![0-9a-f]{2})|%f0/i

const naughtyParts = (dice: Dice) => encodeURIComponent(dice.pick(naughtyStrings).toWellFormed()).slice(0, 6_000)

/** An encoded text cut within an escape is another fault; so it is cut before it. */
const whole = (encoded: string) => encoded.replace(/%[0-9A-F]?$/, "")

const ofAddress = (operation: Operation): ReadonlyArray<Maker> => [
  (draft, dice) => {
    const query = dice.pick(oddQueries)
    return attempt(`query: ${query}`, illFormed.test(query) ? "refusal" : "any", { ...draft, query: [query] }, true)
  },
  (draft, dice) => {
    const ending = dice.pick(["%", "%2", "%zz", "%ff", "%C3%28", "%u0041"])
    return attempt("path: an ill-formed escape", "refusal", { ...draft, path: `${draft.path}/${ending}` }, true)
  },
  (draft, dice) => {
    const path = dice.pick([
      `${draft.path}/`,
      `/${draft.path}`,
      draft.path.toUpperCase(),
      draft.path.replace("/v1/", "/v1//"),
      `/v1/..${draft.path}/..`,
      `${draft.path};x=1/`,
      `${draft.path}%00`,
      `${draft.path}/${"x".repeat(5_000)}`,
      `${draft.path}\\..`,
      "*",
      "/v1/products%2f%2e%2e"
    ])
    return attempt(`path: ${path.slice(0, 80)}`, "any", { ...draft, path }, true)
  },
  (draft) => attempt("path: a trailing slash", "refusal", { ...draft, path: `${draft.path}/` }, true),
  (draft, dice) =>
    attempt("path: a naughty string", "any", {
      ...draft,
      path: `${draft.path.replace(/[^/]*$/, "")}${whole(naughtyParts(dice))}`
    }, true),
  (draft, dice) => {
    const all = ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "SEARCH", "POST", "GET"]
    // Things that others ask for stay.
    const methods = operation.pathParameters.length > 0 ? all.filter((method) => method !== "DELETE") : all
    const method = dice.pick(methods.filter((each) => each !== operation.method))
    return attempt(`method: ${method}`, "any", { ...draft, method }, true)
  },
  (draft, dice) =>
    attempt("query: a naughty name", "refusal", { ...draft, query: [`x${whole(naughtyParts(dice))}=1`] }),
  (draft, dice) => {
    const name = operation.query.length === 0 ? "x" : dice.pick(operation.query).name
    return attempt("query: a naughty value", "any", {
      ...draft,
      query: [`${encodeURIComponent(name)}=${whole(naughtyParts(dice))}`]
    })
  },
  (draft, dice) =>
    attempt("query: very long", "any", { ...draft, query: [pair("name", "é".repeat(dice.pick([500, 501, 2_000])))] }),
  (draft, dice) =>
    attempt("query: very many", "any", {
      ...draft,
      query: Array.from({ length: dice.pick([100, 1_000]) }, () => "id=1")
    })
]

const oddHeaders: ReadonlyArray<Draft["headers"]> = [
  { host: "evil.example:99999" },
  { host: "a b" },
  { host: "[::1" },
  { "x-correlation-id": "x".repeat(5_000) },
  { "x-correlation-id": ["first-of-two", "second-of-two"] },
  { "content-type": "application/json; charset=utf-16" },
  { "content-type": "" },
  { "content-type": "application/json, text/plain" },
  { "content-type": ";;;" },
  { accept: ",,," },
  { accept: "application/json".repeat(200) },
  { accept: ["text/html", "application/json"] },
  { expect: "100-continue" },
  { "transfer-encoding": "chunked" },
  { "content-encoding": "gzip" },
  { connection: "upgrade", upgrade: "websocket" },
  { "x-http-method-override": "DELETE" },
  { "x-forwarded-for": "' OR 1=1 --", forwarded: "for=\"_x\"" },
  { cookie: "a=b; ".repeat(2_000) },
  { authorization: ["Bearer x", "Bearer y"] },
  { "accept-language": "\xe9\xff" },
  { traceparent: "00-zz-zz-00" },
  { b3: "x" },
  { "if-match": "*" },
  { range: "bytes=9-1" }
]

/** Makes requests that are hardly requests: bodies, addresses and headers that no client of ours would send. */
export const malformed = (operation: Operation, dice: Dice): (draft: Draft) => Attempt => {
  const headers: Maker = (draft, dice) => {
    const odd = dice.pick(oddHeaders)
    return attempt(`headers: ${JSON.stringify(odd).slice(0, 80)}`, "any", {
      ...draft,
      headers: { ...draft.headers, ...odd }
    })
  }
  const useless: Maker = (draft) => attempt("a body where none belongs", "any", { ...draft, body: { a: 1 } })
  const groups = [
    ofAddress(operation),
    [headers],
    operation.body === undefined ? [useless] : [...ofBody],
    operation.body === undefined ? [headers] : [...ofBody]
  ]
  return (draft) => dice.pick(dice.pick(groups))(draft, dice)
}
