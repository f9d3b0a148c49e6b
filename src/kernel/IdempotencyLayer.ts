import { Data, Effect, Layer } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { SqlClient, SqlError } from "effect/sql"
import { createHash } from "node:crypto"
import { Actors } from "./Actors.ts"
import { IdempotencyInProgress, idempotencyKeyPattern, IdempotencyKeyReused } from "./contract/Concurrency.ts"
import { Idempotency } from "./contract/Idempotency.ts"
import { CurrentCredential } from "./contract/Rights.ts"
import { outermost } from "./Outermost.ts"
import { putOff } from "./PipelinedClient.ts"
import { Sealing } from "./Sealing.ts"

/** An answer that is no success leaves no row, so that the request may be sent again. */
class NotKept extends Data.TaggedError("NotKept")<{ readonly response: HttpServerResponse.HttpServerResponse }> {}

interface Kept {
  readonly requestHash: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly sealedBody: Uint8Array
}

const keptHeaders = ["content-type", "etag", "location"] as const

const hashOf = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.map(
    request.text,
    (body) => createHash("sha256").update(JSON.stringify([request.method, request.url, body])).digest("base64url")
  )

const nameOf = (caller: string, key: string) => `answer ${caller} ${key}`

const bodyOf = ({ body }: HttpServerResponse.HttpServerResponse) =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

export const IdempotencyLayer = Layer.effect(
  Idempotency,
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const actors = yield* Actors
    const sealing = yield* Sealing

    /** Claims the key: the first statement of the transaction. Waits for another request that holds it. */
    const claim = (caller: string, key: string, hash: string) =>
      Effect.map(
        sql<{ claimed: boolean }>`
          INSERT INTO idempotency_keys (caller, key, request_hash) VALUES (${caller}, ${key}, ${hash})
          ON CONFLICT (caller, key) DO UPDATE SET request_hash = excluded.request_hash, created_at = now()
            WHERE idempotency_keys.created_at < now() - interval '24 hours'
          RETURNING true AS claimed`,
        (rows) => rows.length > 0
      )

    const answerAgain = Effect.fnUntraced(function*(caller: string, key: string, hash: string) {
      yield* actors.read(sql, yield* CurrentCredential)
      const [kept] = yield* sql<Kept>`
        SELECT request_hash, status, headers, sealed_body FROM idempotency_keys WHERE caller = ${caller} AND key = ${key}`
      if (kept === undefined) return yield* new IdempotencyInProgress({})
      if (kept.requestHash !== hash) return yield* new IdempotencyKeyReused({})
      const body = yield* Effect.orDie(sealing.open(nameOf(caller, key), kept.sealedBody))
      const headers = { ...kept.headers, "idempotency-replayed": "true" }
      return body === ""
        ? HttpServerResponse.empty({ status: kept.status, headers })
        : HttpServerResponse.text(body, { status: kept.status, headers })
    })

    /** Sealed, because some answers hold a secret that is shown only once. */
    const keep = Effect.fnUntraced(function*(
      caller: string,
      key: string,
      response: HttpServerResponse.HttpServerResponse
    ) {
      const body = yield* sealing.seal(nameOf(caller, key), bodyOf(response))
      const headers = Object.fromEntries(
        keptHeaders.flatMap((name) => response.headers[name] === undefined ? [] : [[name, response.headers[name]]])
      )
      const answered = sql`
        UPDATE idempotency_keys
        SET status = ${response.status}, headers = ${JSON.stringify(headers)}::jsonb, sealed_body = ${body}
        WHERE caller = ${caller} AND key = ${key}`
      yield* putOff(sql, answered)
    })

    return Idempotency.of(Effect.fnUntraced(function*(httpEffect) {
      const request = yield* HttpServerRequest.HttpServerRequest
      const key = request.headers["idempotency-key"]
      const { dryRun } = yield* HttpServerRequest.ParsedSearchParams
      // An ill-formed key is a fault that the endpoint's schema tells; a dry run has no effect to be kept to one.
      if (key === undefined || !idempotencyKeyPattern.test(key) || dryRun === "true") return yield* httpEffect
      const { proof, userId } = yield* CurrentCredential
      const caller = proof._tag === "ApiKey" ? proof.id : userId
      const hash = yield* Effect.orDie(hashOf(request))
      const once = Effect.gen(function*() {
        const claimed = yield* claim(caller, key, hash).pipe(
          Effect.catchIf(
            (error) => error.reason._tag === "LockTimeoutError",
            () => new IdempotencyInProgress({})
          )
        )
        if (!claimed) return yield* answerAgain(caller, key, hash)
        const response = yield* httpEffect
        if (response.status >= 300) return yield* new NotKept({ response })
        yield* keep(caller, key, response)
        return response
      })
      return yield* outermost(sql)(once).pipe(
        Effect.catchIf((error) => error instanceof NotKept, ({ response }) => Effect.succeed(response)),
        Effect.catchIf(SqlError.isSqlError, Effect.die)
      )
    }))
  })
)
