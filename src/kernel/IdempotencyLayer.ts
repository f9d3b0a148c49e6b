import { Data, Effect, Layer } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { SqlClient, SqlError } from "effect/sql"
import { createHash } from "node:crypto"
import { IdempotencyInProgress, idempotencyKeyPattern, IdempotencyKeyReused } from "./contract/Concurrency.ts"
import { Idempotency } from "./contract/Idempotency.ts"
import { CurrentCredential } from "./contract/Rights.ts"
import { outermost } from "./Outermost.ts"

/** An answer that is no success leaves no row, so that the request may be sent again. */
class NotKept extends Data.TaggedError("NotKept")<{ readonly response: HttpServerResponse.HttpServerResponse }> {}

interface Kept {
  readonly requestHash: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const keptHeaders = ["content-type", "etag", "location"] as const

const hashOf = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.map(
    request.text,
    (body) => createHash("sha256").update(JSON.stringify([request.method, request.url, body])).digest("base64url")
  )

const bodyOf = ({ body }: HttpServerResponse.HttpServerResponse) =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

const replayed = ({ body, headers, status }: Kept) =>
  HttpServerResponse.text(body, { status, headers: { ...headers, "idempotency-replayed": "true" } })

export const IdempotencyLayer = Layer.effect(
  Idempotency,
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient

    /** Claims the key: the first statement of the transaction. Waits for another request that holds it. */
    const claim = (userId: string, key: string, hash: string) =>
      Effect.map(
        sql<{ claimed: boolean }>`
          INSERT INTO idempotency_keys (user_id, key, request_hash) VALUES (${userId}, ${key}, ${hash})
          ON CONFLICT (user_id, key) DO UPDATE SET request_hash = excluded.request_hash, created_at = now()
            WHERE idempotency_keys.created_at < now() - interval '24 hours'
          RETURNING true AS claimed`,
        (rows) => rows.length > 0
      )

    const answerAgain = Effect.fnUntraced(function*(userId: string, key: string, hash: string) {
      const [kept] = yield* sql<Kept>`
        SELECT request_hash, status, headers, body FROM idempotency_keys WHERE user_id = ${userId} AND key = ${key}`
      if (kept === undefined) return yield* new IdempotencyInProgress({})
      return kept.requestHash === hash ? replayed(kept) : yield* new IdempotencyKeyReused({})
    })

    const keep = (userId: string, key: string, response: HttpServerResponse.HttpServerResponse) => {
      const headers = Object.fromEntries(
        keptHeaders.flatMap((name) => response.headers[name] === undefined ? [] : [[name, response.headers[name]]])
      )
      return sql`
        UPDATE idempotency_keys
        SET status = ${response.status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${bodyOf(response)}
        WHERE user_id = ${userId} AND key = ${key}`
    }

    return Idempotency.of(Effect.fnUntraced(function*(httpEffect) {
      const request = yield* HttpServerRequest.HttpServerRequest
      const key = request.headers["idempotency-key"]
      const { dryRun } = yield* HttpServerRequest.ParsedSearchParams
      // An ill-formed key is a fault that the endpoint's schema tells; a dry run has no effect to be kept to one.
      if (key === undefined || !idempotencyKeyPattern.test(key) || dryRun === "true") return yield* httpEffect
      const { userId } = yield* CurrentCredential
      const hash = yield* Effect.orDie(hashOf(request))
      const once = Effect.gen(function*() {
        const claimed = yield* claim(userId, key, hash).pipe(
          Effect.catchIf(
            (error) => error.reason._tag === "LockTimeoutError",
            () => new IdempotencyInProgress({})
          )
        )
        if (!claimed) return yield* answerAgain(userId, key, hash)
        const response = yield* httpEffect
        if (response.status >= 300) return yield* new NotKept({ response })
        yield* keep(userId, key, response)
        return response
      })
      return yield* outermost(sql)(once).pipe(
        Effect.catchIf((error) => error instanceof NotKept, ({ response }) => Effect.succeed(response)),
        Effect.catchIf(SqlError.isSqlError, Effect.die)
      )
    }))
  })
)
