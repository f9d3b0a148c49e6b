import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import postgres from "postgres"
import { nutrientCodes } from "../../../src/contexts/products/contract/Nutrients.ts"
import { answerHeaders } from "./answerHeaders.ts"
import { checkedBody } from "./checkedBody.ts"
import { createProduct } from "./createProduct.ts"
import { getProduct } from "./getProduct.ts"
import { listProducts, type ListQuery } from "./listProducts.ts"
import { checkRules } from "./ProductBody.ts"
import type { Query } from "./Query.ts"
import { problemOf, Refused } from "./Refused.ts"
import { rightsOf } from "./rightsOf.ts"
import { type Caller, type KeyRow, keys, tokenVerifier } from "./tokenVerifier.ts"

const sql = postgres(process.env["DATABASE_URL"] ?? "", { max: Number(process.env["DATABASE_POOL_SIZE"]) })

const queryOf = (client: postgres.Sql | postgres.TransactionSql): Query => (statement, values) =>
  client.unsafe(statement, [...values], { prepare: true })

const query = queryOf(sql)
const verify = await tokenVerifier(await query<KeyRow>(keys, []))

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

interface Asked {
  readonly request: IncomingMessage
  readonly search: string
  readonly caller: Caller
  readonly correlationId: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const range = new RegExp(`^nutrients\\.(?:${nutrientCodes.join("|")})\\[(?:gte|lte|gt|lt)\\]$`)
const bounds: ReadonlyMap<string, number> = new Map([["page", 10_000], ["limit", 200]])
const numeral = /^-?\d+(?:\.\d+)?$/

const listQueryOf = (search: string): ListQuery => {
  const query: Record<string, string | number> = {}
  for (const [key, value] of new URLSearchParams(search)) {
    if (key === "sort" || key === "name[like]") query[key] = value
    else if (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= (bounds.get(key) ?? 0)) query[key] = Number(value)
    else if (range.test(key) && numeral.test(value)) query[key] = Number(value)
    else throw new Refused(422, "invalid_request", `unknown or wrong: ${key}`)
  }
  return query
}

const get = async (id: string, { caller }: Asked): Promise<Answer> => {
  if (!uuid.test(id)) throw new Refused(422, "invalid_request", "must be a UUID")
  await rightsOf(query, caller)
  const product = await getProduct(query, id)
  return { status: 200, body: { data: product }, headers: { etag: `"${product.version}"` } }
}

const list = async ({ caller, search }: Asked): Promise<Answer> => {
  const asked = listQueryOf(search)
  await rightsOf(query, caller)
  return { status: 200, body: await listProducts(query, asked), headers: {} }
}

const create = async ({ caller, correlationId, request }: Asked): Promise<Answer> => {
  const body = checkedBody(await text(request))
  checkRules(body)
  const product = await sql.begin((own) => createProduct(queryOf(own), body, { caller, correlationId }))
  const headers = { etag: `"${product.version}"`, location: `/v1/products/${product.id}` }
  return { status: 201, body: { data: product }, headers }
}

const route = (path: string, asked: Asked) => {
  const { method } = asked.request
  if (path === "/v1/products") {
    if (method === "GET") return list(asked)
    if (method === "POST") return create(asked)
  }
  if (method === "GET" && path.startsWith("/v1/products/")) return get(path.slice(13), asked)
  throw new Refused(404, "route_unknown")
}

const respond = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>
) => {
  response.writeHead(status, {
    "content-type": status < 400 ? "application/json" : "application/problem+json",
    "content-length": Buffer.byteLength(body),
    ...headers
  })
  response.end(body)
}

const handle = async (request: IncomingMessage, response: ServerResponse) => {
  const begin = performance.now()
  const correlationId = randomUUID()
  const [path = "", search = ""] = (request.url ?? "").split("?", 2)
  const common = answerHeaders(correlationId)
  try {
    const caller = await verify(request.headers.authorization)
    const { body, headers, status } = await route(path, { request, search, caller, correlationId })
    respond(response, status, JSON.stringify(body), { ...common, ...headers })
  } catch (error) {
    const problem = error instanceof Refused ? error : new Refused(500, "failed", String(error))
    respond(response, problem.status, problemOf(problem), common)
  }
  const ms = performance.now() - begin
  console.log(JSON.stringify({ method: request.method, path, status: response.statusCode, ms, correlationId }))
}

const server = createServer((request, response) => void handle(request, response))
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) console.log(`listening on http://127.0.0.1:${address.port}`)
})
