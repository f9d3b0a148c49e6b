import { Context, Effect, Layer, Redacted } from "effect"
import { Aead, type CryptoError, Kdf, SecureRandom } from "effect/crypto"
import { SealingSecret } from "./SealingSecret.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

/** Seals small secrets with AES-256-GCM under a key made from the secret by HKDF-SHA256; the name is bound to the content. */
export class Sealing extends Context.Service<Sealing, {
  seal(name: string, text: string): Effect.Effect<Uint8Array>
  /** Fails where another secret sealed it, or where it was changed. */
  open(name: string, sealed: Uint8Array): Effect.Effect<string, CryptoError.CryptoError>
}>()("cardapio/kernel/Sealing") {
  static readonly layerNoDeps = Layer.effect(
    Sealing,
    Effect.gen(function*() {
      const aead = yield* Aead.Aead
      const random = yield* SecureRandom.SecureRandom
      const derived = yield* (yield* Kdf.Kdf).derive(Kdf.hkdfSha256, bytes(Redacted.value(yield* SealingSecret)), {
        salt: new Uint8Array(32),
        info: bytes("cardapio signing keys"),
        length: 32
      })
      const key = yield* Aead.key(Aead.aes256Gcm, derived)
      return Sealing.of({
        seal: Effect.fnUntraced(function*(name, text) {
          const nonce = yield* random.randomBytes(12)
          const sealed = yield* Effect.orDie(aead.encrypt(key, bytes(text), { nonce, aad: bytes(name) }))
          return Uint8Array.of(...nonce, ...sealed)
        }),
        open: (name, sealed) =>
          aead.decrypt(key, sealed.subarray(12), { nonce: sealed.slice(0, 12), aad: bytes(name) }).pipe(
            Effect.map((text) => new TextDecoder().decode(text))
          )
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([Aead.layerWebCrypto, Kdf.layerWebCrypto, SealingSecret.layer]),
    Layer.provideMerge(SecureRandom.layerWebCrypto)
  )
}
