import { Clock, Context, Data, Effect, Layer, Schema, Semaphore } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose"
import { Sealing } from "../../../kernel/Sealing.ts"

/** The keys in the database were sealed with another secret. */
export class SigningKeysSealed extends Data.TaggedError("SigningKeysSealed")<{ readonly message: string }> {}

const algorithm = "EdDSA"
const refreshAfterMillis = 30_000

interface Row {
  readonly kid: string
  readonly publicJwk: JWK
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
  readonly readAt: number
}

/** The Ed25519 keys that sign access tokens. Private parts leave the database sealed, and the process never. */
export class SigningKeys extends Context.Service<SigningKeys, {
  /** The key that signs; made where there is none yet. */
  readonly active: Effect.Effect<Keys["active"], SigningKeysSealed>
  /** The public key with this id; unknown ids ask the database again, at most every 30 s. */
  publicKey(kid: string): Effect.Effect<CryptoKey | undefined, SigningKeysSealed>
}>()("cardapio/contexts/iam/key/SigningKeys") {
  static readonly layer = Layer.effect(
    SigningKeys,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const sealing = yield* Sealing
      const lock = yield* Semaphore.make(1)
      let keys: Keys | undefined

      const rows = Effect.orDie(sql<Row>`SELECT kid, public_jwk, sealed_private_jwk, state FROM signing_keys`)
      const read = Effect.gen(function*() {
        const readAt = yield* Clock.currentTimeMillis
        const found = yield* rows
        const all = found.some(({ state }) => state === "active")
          ? found
          : yield* Effect.andThen(Effect.orDie(create(sql, sealing)), rows)
        const row = all.find(({ state }) => state === "active")
        if (row === undefined) return yield* Effect.die("no active signing key was made")
        const publicKeys = yield* Effect.forEach(
          all,
          ({ kid, publicJwk }) => Effect.map(imported(publicJwk), (key) => [kid, key] as const)
        )
        const key = yield* Effect.flatMap(opened(sealing, row), imported)
        keys = { active: { kid: row.kid, key }, public: new Map(publicKeys), readAt }
        return keys
      })
      const known = Effect.suspend(() => keys === undefined ? read : Effect.succeed(keys))

      return SigningKeys.of({
        active: Effect.map(lock.withPermit(known), ({ active }) => active),
        publicKey: Effect.fnUntraced(function*(kid) {
          const cached = keys?.public.get(kid)
          if (cached !== undefined) return cached
          const current = yield* lock.withPermit(known)
          const now = yield* Clock.currentTimeMillis
          const stale = !current.public.has(kid) && now - current.readAt >= refreshAfterMillis
          return (stale ? yield* lock.withPermit(read) : current).public.get(kid)
        })
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

/** Makes the first key; where another process was quicker, its key stands. */
const create = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  sealing: Sealing["Service"]
): Effect.fn.Return<void, SqlError.SqlError> {
  const pair = yield* Effect.promise(() => generateKeyPair(algorithm, { crv: "Ed25519", extractable: true }))
  const kid = SecureRandom.uuidV7Unsafe()
  const publicJwk = yield* Effect.promise(() => exportJWK(pair.publicKey))
  const privateJwk = yield* Effect.promise(() => exportJWK(pair.privateKey))
  const sealed = yield* sealing.seal(kid, JSON.stringify(privateJwk))
  yield* sql`
    INSERT INTO signing_keys (kid, public_jwk, sealed_private_jwk, state)
    VALUES (${kid}, ${JSON.stringify(publicJwk)}::jsonb, ${sealed}, 'active')
    ON CONFLICT (state) WHERE state = 'active' DO NOTHING`
})
