import fastify, { type FastifyError, type FastifyRequest } from "fastify"
import { randomUUID } from "node:crypto"
import { Pool, type PoolClient } from "pg"
import { answerHeaders } from "./answerHeaders.ts"
import { createProduct } from "./createProduct.ts"
import { getProduct } from "./getProduct.ts"
import { listProducts, type ListQuery } from "./listProducts.ts"
import { checkRules, type ProductBody } from "./ProductBody.ts"
import { idSchema, listSchema, productSchema } from "./productSchema.ts"
import type { Query } from "./Query.ts"
import { problemOf, Refused } from "./Refused.ts"
import { rightsOf } from "./rightsOf.ts"
import { type Caller, type KeyRow, keys, tokenVerifier } from "./tokenVerifier.ts"

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller
  }
}

const pool = new Pool({
  connectionString: process.env["DATABASE_URL"],
  max: Number(process.env["DATABASE_POOL_SIZE"])
})

const names = new Map<string, string>()

/** Named, so that a connection plans a statement once. */
const queryOf = (client: Pool | PoolClient): Query => async (text, values) => {
  const name = names.get(text) ?? `s${names.size}`
  names.set(text, name)
  const { rows } = await client.query({ name, text, values: [...values] })
  return rows
}

const transaction = async <A>(run: (query: Query) => Promise<A>): Promise<A> => {
  const client = await pool.connect()
  try {
    await client.query("BEGIN")
    const answer = await run(queryOf(client))
    await client.query("COMMIT")
    return answer
  } catch (error) {
    await client.query("ROLLBACK")
    throw error
  } finally {
    client.release()
  }
}

const query = queryOf(pool)
const verify = await tokenVerifier(await query<KeyRow>(keys, []))

const app = fastify({
  logger: true,
  disableRequestLogging: true,
  requestIdLogLabel: "correlationId",
  genReqId: () => randomUUID(),
  bodyLimit: 1_048_576,
  ajv: { customOptions: { removeAdditional: false, allErrors: true, allowUnionTypes: true } }
})

app.decorateRequest("caller")
app.addHook("onRequest", async (request, reply) => {
  reply.headers(answerHeaders(request.id))
  request.caller = await verify(request.headers.authorization)
})
app.addHook("onResponse", async (request, reply) => {
  const [path] = request.url.split("?", 1)
  const { log, method } = request
  log.info({ method, path, status: reply.statusCode, ms: reply.elapsedTime })
})
app.setErrorHandler<FastifyError | Refused>((error, _request, reply) => {
  const problem = error instanceof Refused
    ? error
    : "validation" in error
    ? new Refused(422, "invalid_request", error.message)
    : new Refused(error.statusCode ?? 500, "failed", error.message)
  return reply.status(problem.status).type("application/problem+json").send(problemOf(problem))
})

app.get<{ Params: { id: string } }>("/v1/products/:id", { schema: { params: idSchema } }, async (request, reply) => {
  await rightsOf(query, request.caller)
  const product = await getProduct(query, request.params.id)
  reply.header("etag", `"${product.version}"`)
  return { data: product }
})

const list = async ({ caller, query: asked }: FastifyRequest<{ Querystring: ListQuery }>) => {
  await rightsOf(query, caller)
  return listProducts(query, asked)
}
app.get("/v1/products", { schema: { querystring: listSchema } }, list)

app.post<{ Body: ProductBody }>("/v1/products", { schema: { body: productSchema } }, async (request, reply) => {
  const { body, caller, id: correlationId } = request
  checkRules(body)
  const product = await transaction((query) => createProduct(query, body, { caller, correlationId }))
  reply.status(201).headers({ etag: `"${product.version}"`, location: `/v1/products/${product.id}` })
  return { data: product }
})

console.log(`listening on ${await app.listen({ host: "127.0.0.1", port: 0 })}`)
