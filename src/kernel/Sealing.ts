import { Context, Effect, Layer, Redacted } from "effect"
import { Aead, type CryptoError, Kdf, SecureRandom } from "effect/crypto"
import { SealingSecret } from "./SealingSecret.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

export interface Seals {
  seal(name: string, text: string): Effect.Effect<Uint8Array>
  /** Fails where another secret sealed it, or where it was changed. */
  open(name: string, sealed: Uint8Array): Effect.Effect<string, CryptoError.CryptoError>
}

/** A key of 32 bytes for one purpose, made from a secret by HKDF-SHA256. */
export const derivedKey = Effect.fnUntraced(function*(secret: Redacted.Redacted<string>, purpose: string) {
  return yield* (yield* Kdf.Kdf).derive(Kdf.hkdfSha256, bytes(Redacted.value(secret)), {
    salt: new Uint8Array(32),
    info: bytes(purpose),
    length: 32
  })
})

/** Seals small secrets with AES-256-GCM under a key made from the secret for the purpose; the name is bound to the content. */
export const makeSeals = Effect.fnUntraced(function*(secret: Redacted.Redacted<string>, purpose: string) {
  const aead = yield* Aead.Aead
  const random = yield* SecureRandom.SecureRandom
  const key = yield* Aead.key(Aead.aes256Gcm, yield* derivedKey(secret, purpose))
  const seals: Seals = {
    seal: Effect.fnUntraced(function*(name, text) {
      const nonce = yield* random.randomBytes(12)
      const sealed = yield* Effect.orDie(aead.encrypt(key, bytes(text), { nonce, aad: bytes(name) }))
      return Uint8Array.of(...nonce, ...sealed)
    }),
    open: (name, sealed) =>
      aead.decrypt(key, sealed.subarray(12), { nonce: sealed.slice(0, 12), aad: bytes(name) }).pipe(
        Effect.map((text) => new TextDecoder().decode(text))
      )
  }
  return seals
})

/** Seals what this program itself signs with, and answers that are kept. */
export class Sealing extends Context.Service<Sealing, Seals>()("cardapio/kernel/Sealing") {
  static readonly layerNoDeps = Layer.effect(
    Sealing,
    Effect.flatMap(SealingSecret, (secret) => makeSeals(secret, "cardapio signing keys"))
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([Aead.layerWebCrypto, Kdf.layerWebCrypto, SealingSecret.layer]),
    Layer.provideMerge(SecureRandom.layerWebCrypto)
  )
}
