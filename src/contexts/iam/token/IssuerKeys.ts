import { Clock, Deferred, Duration, Effect, Schema } from "effect"
import { HttpClient } from "effect/http"
import type { CryptoKey } from "jose"
import { type Issuer, isTrustworthyUrl } from "../../../kernel/SettingCodecs.ts"
import { Settings } from "../../../kernel/Settings.ts"
import { IssuerUnavailable } from "../contract/Authorization.ts"
import { fetchDocument, FetchFailed } from "./FetchedDocument.ts"
import { type IssuerKey, keyFor, usableKeys } from "./Jwks.ts"
import { strictObject } from "./strictObject.ts"

const timeout = "3 seconds"
const freshMillis = Duration.toMillis("10 minutes")
const servesMillis = Duration.toMillis("24 hours")
const pauseMillis = Duration.toMillis("30 seconds")

const decodeDiscovery = Schema.decodeUnknownResult(Schema.Struct({ issuer: Schema.String, jwks_uri: Schema.String }))

const failed = (reason: string) => new FetchFailed({ reason })

/** Where the issuer says that its keys are (OpenID Connect Discovery 1.0, 4). */
const discovered = Effect.fnUntraced(function*(client: HttpClient.HttpClient, issuer: string, production: boolean) {
  const document = yield* fetchDocument(client, `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)
  const { issuer: named, jwks_uri: uri } = yield* Effect.fromResult(decodeDiscovery(strictObject(document))).pipe(
    Effect.mapError(() => failed("its discovery document cannot be read"))
  )
  if (named !== issuer) return yield* failed("its discovery document names another issuer")
  return isTrustworthyUrl(uri, production) ? uri : yield* failed("its keys are not behind https")
})

/** Runs an effect once for all who ask meanwhile; it goes on when those who asked first are gone. */
const shared = Effect.fnUntraced(function*(effect: Effect.Effect<void>) {
  const scope = yield* Effect.scope
  let underWay: Deferred.Deferred<void> | undefined
  const start = Effect.suspend(() => {
    if (underWay !== undefined) return Effect.succeed(underWay)
    const ended = Deferred.makeUnsafe<void>()
    underWay = ended
    const leave = Effect.suspend(() => {
      underWay = undefined
      return Deferred.succeed(ended, undefined)
    })
    return Effect.as(Effect.forkIn(Effect.ensuring(effect, leave), scope), ended)
  })
  return {
    isUnderWay: () => underWay !== undefined,
    run: Effect.flatMap(Effect.uninterruptible(start), Deferred.await)
  }
})

/**
 * The keys of an issuer: read when they are first needed, and again after 10 minutes or for an id that is not among them, then
 * at most every 30 s. While the issuer is away, those read within 24 h serve.
 */
export const issuerKeys = Effect.fnUntraced(function*({ algorithms, issuer, jwksUri }: Issuer) {
  const client = yield* HttpClient.HttpClient
  const { production } = yield* Settings
  let keys: ReadonlyArray<IssuerKey> = []
  let readAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY

  const read = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    triedAt = now
    const document = yield* fetchDocument(client, jwksUri ?? (yield* discovered(client, issuer, production)))
    keys = yield* Effect.tryPromise({
      try: () => usableKeys(document, algorithms),
      catch: () => failed("its keys are no JWK Set, or more than 64")
    })
    readAt = now
  }).pipe(
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(failed("no answer within 3 s")) }),
    Effect.catch(({ reason }) => Effect.logWarning("the keys of an issuer could not be read", { issuer, reason }))
  )
  const reading = yield* shared(read)

  return Effect.fnUntraced(function*(kid: string, alg: string): Effect.fn.Return<
    CryptoKey | undefined,
    IssuerUnavailable
  > {
    const now = yield* Clock.currentTimeMillis
    const known = now - readAt < freshMillis ? keyFor(keys, kid, alg) : undefined
    if (known !== undefined) return known
    if (reading.isUnderWay() || now - triedAt >= pauseMillis) yield* reading.run
    if ((yield* Clock.currentTimeMillis) - readAt >= servesMillis) return yield* new IssuerUnavailable({})
    return keyFor(keys, kid, alg)
  })
})
