import { Clock, Context, Data, Effect, Layer, Schema, Semaphore } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose"
import { Sealing } from "../../../kernel/Sealing.ts"
import type { PublicJwk } from "../contract/SigningKey.ts"

/** The keys in the database were sealed with another secret. */
export class SigningKeysSealed extends Data.TaggedError("SigningKeysSealed")<{ readonly message: string }> {}

const algorithm = "EdDSA"
const refreshAfterMillis = 30_000
const lifetimeDays = 90
/** So long a key is published before it signs. */
const aheadMinutes = 10
/** So long the tokens of a retired key are taken. */
const graceMinutes = 30

interface Row {
  readonly kid: string
  readonly publicJwk: PublicJwk
  readonly sealedPrivateJwk: Uint8Array
  readonly state: "next" | "active" | "retired"
}

const Jwk = Schema.fromJsonString(Schema.Struct({
  kty: Schema.Literal("OKP"),
  crv: Schema.Literal("Ed25519"),
  x: Schema.String,
  d: Schema.String
}))

const imported = (jwk: JWK) =>
  Effect.promise(async () => {
    const key = await importJWK(jwk, algorithm)
    if (key instanceof Uint8Array) throw new TypeError("a signing key must be asymmetric")
    return key
  })

interface Keys {
  readonly active: { readonly kid: string; readonly key: CryptoKey }
  readonly public: ReadonlyMap<string, CryptoKey>
  readonly published: ReadonlyArray<PublicJwk>
  readonly readAt: number
}

/** The Ed25519 keys that sign access tokens. Private parts leave the database sealed, and the process never. */
export class SigningKeys extends Context.Service<SigningKeys, {
  /** The key that signs; made where there is none yet. */
  readonly active: Effect.Effect<Keys["active"], SigningKeysSealed>
  /** The public key with this id, if tokens of it are taken. What other processes change is seen within 30 s. */
  publicKey(kid: string): Effect.Effect<CryptoKey | undefined, SigningKeysSealed>
  /** Public parts of the next, the active and those retired of which tokens may still be about. */
  readonly published: Effect.Effect<ReadonlyArray<PublicJwk>, SigningKeysSealed>
}>()("cardapio/contexts/iam/key/SigningKeys") {
  static readonly layer = Layer.effect(
    SigningKeys,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const sealing = yield* Sealing
      const lock = yield* Semaphore.make(1)
      let keys: Keys | undefined

      const rows = Effect.orDie(sql<Row>`
        SELECT kid, public_jwk, sealed_private_jwk, state FROM signing_keys
        WHERE state <> 'retired' OR retired_at > now() - ${graceMinutes} * interval '1 minute' ORDER BY created_at`)
      const read = Effect.gen(function*() {
        const readAt = yield* Clock.currentTimeMillis
        const found = yield* rows
        const all = found.some(({ state }) => state === "active")
          ? found
          : yield* Effect.andThen(Effect.orDie(addKey(sql, sealing, "active")), rows)
        const row = all.find(({ state }) => state === "active")
        if (row === undefined) return yield* Effect.die("no active signing key was made")
        const publicKeys = yield* Effect.forEach(
          all,
          ({ kid, publicJwk }) =>
            Effect.map(
              // The same object for the same key: what was verified by it stays so.
              keys?.public.has(kid) === true ? Effect.succeed(keys.public.get(kid)) : imported(publicJwk),
              (key) => key === undefined ? [] : [[kid, key] as const]
            )
        )
        const key = keys?.active.kid === row.kid
          ? keys.active.key
          : yield* Effect.flatMap(opened(sealing, row), imported)
        keys = {
          active: { kid: row.kid, key },
          public: new Map(publicKeys.flat()),
          published: all.map(({ kid, publicJwk: { crv, kty, x } }) => ({
            kty,
            crv,
            x,
            kid,
            alg: algorithm,
            use: "sig"
          })),
          readAt
        }
        return keys
      })
      const freshOr = <E>(otherwise: Effect.Effect<Keys, E>) =>
        Effect.flatMap(
          Clock.currentTimeMillis,
          (now) => keys !== undefined && now - keys.readAt < refreshAfterMillis ? Effect.succeed(keys) : otherwise
        )
      // Asked again once it is one's turn: whoever was first has read them.
      const current = freshOr(lock.withPermit(freshOr(read)))

      return SigningKeys.of({
        active: Effect.map(current, ({ active }) => active),
        publicKey: (kid) => Effect.map(current, (all) => all.public.get(kid)),
        published: Effect.map(current, ({ published }) => published)
      })
    })
  )
}

const opened = (sealing: Sealing["Service"], { kid, sealedPrivateJwk }: Row) =>
  sealing.open(kid, sealedPrivateJwk).pipe(
    Effect.flatMap(Schema.decodeEffect(Jwk)),
    Effect.mapError(() =>
      new SigningKeysSealed({
        message: "the signing keys of this database were sealed with another secret: set AUTH_KEY_SECRET to that one"
      })
    )
  )

/** Adds a key in a state of which there is one; where another process was quicker, its key stands. */
const addKey = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  sealing: Sealing["Service"],
  state: "next" | "active"
): Effect.fn.Return<boolean, SqlError.SqlError> {
  const pair = yield* Effect.promise(() => generateKeyPair(algorithm, { crv: "Ed25519", extractable: true }))
  const kid = SecureRandom.uuidV7Unsafe()
  const publicJwk = yield* Effect.promise(() => exportJWK(pair.publicKey))
  const privateJwk = yield* Effect.promise(() => exportJWK(pair.privateKey))
  const sealed = yield* sealing.seal(kid, JSON.stringify(privateJwk))
  const added = yield* sql`
    INSERT INTO signing_keys (kid, public_jwk, sealed_private_jwk, state, activated_at)
    VALUES (${kid}, ${JSON.stringify(publicJwk)}::jsonb, ${sealed}, ${state}, ${
    state === "active" ? sql`now()` : sql`NULL`
  })
    ON CONFLICT DO NOTHING RETURNING kid`
  return added.length > 0
})

/** Adds the next key, where there is none: it is published at once, and signs 10 minutes later. */
export const addNextKey = (sql: SqlClient.SqlClient, sealing: Sealing["Service"]) => addKey(sql, sealing, "next")

/** Lets the next key sign once all who verify can know it, and adds one as the active one gets old. */
export const rotateKeys = Effect.fnUntraced(function*(sql: SqlClient.SqlClient, sealing: Sealing["Service"]) {
  // Locked, lest who comes second retires the key that who came first has made active.
  const [next] = yield* sql`
    SELECT FROM signing_keys WHERE state = 'next' AND created_at <= now() - ${aheadMinutes} * interval '1 minute' FOR UPDATE`
  if (next !== undefined) {
    // Its tokens are taken for a while; it signs none any more.
    yield* sql`
      UPDATE signing_keys SET state = 'retired', retired_at = now(), sealed_private_jwk = '' WHERE state = 'active'`
    yield* sql`UPDATE signing_keys SET state = 'active', activated_at = now() WHERE state = 'next'`
    return
  }
  const [old] = yield* sql`
    SELECT FROM signing_keys WHERE state = 'active' AND activated_at <= now() - ${lifetimeDays} * interval '1 day'
      AND NOT EXISTS (SELECT FROM signing_keys WHERE state = 'next')`
  if (old !== undefined) yield* addNextKey(sql, sealing)
})
