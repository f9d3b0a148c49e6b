import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { Context, Effect, Layer } from "effect"
import { Aead, Kdf, Mac, SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { derivedKey, makeSeals, type Seals } from "../../kernel/Sealing.ts"
import { secretFile } from "../../kernel/SealingSecret.ts"
import { Settings } from "../../kernel/Settings.ts"
import type { FormId } from "./contract/FormResponse.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

/** What the secret of a form's webhook is sealed under. */
export const secretName = (id: FormId) => `webhook ${id}`

/** Seals the secrets of webhooks, and signs what the pages of forms send back: with ONBOARDING_SECRET_KEY or a file of ours. */
export class FormSecrets extends Context.Service<FormSecrets, {
  readonly seals: Seals
  /** A keyed hash (HMAC-SHA256, base64url). */
  sign(text: string): Effect.Effect<string>
  verify(text: string, signature: string): Effect.Effect<boolean>
  /** Whether the tag is that of these bytes under the secret, in constant time. */
  isSigned(secret: string, tag: Uint8Array, body: Uint8Array): Effect.Effect<boolean>
  random(length: number): Effect.Effect<string>
}>()("cardapio/contexts/onboarding/FormSecrets") {
  static readonly layer = Layer.effect(
    FormSecrets,
    Effect.gen(function*() {
      const { onboardingSecretKey } = yield* Settings
      const secret = onboardingSecretKey ?? (yield* secretFile("onboarding-secret-key", "ONBOARDING_SECRET_KEY"))
      const mac = yield* Mac.Mac
      const { randomBytes } = yield* SecureRandom.SecureRandom
      const key = yield* Mac.key(Mac.hmacSha256, yield* derivedKey(secret, "cardapio form pages"))
      const sign = (text: string) => Effect.map(Effect.orDie(mac.sign(key, bytes(text))), Base64Url.encode)
      return FormSecrets.of({
        seals: yield* makeSeals(secret, "cardapio webhook secrets"),
        sign,
        verify: (text, signature) => Effect.map(sign(text), (own) => Mac.timingSafeEqual(bytes(own), bytes(signature))),
        isSigned: Effect.fnUntraced(function*(own, tag, body) {
          return yield* Effect.orDie(mac.verify(yield* Effect.orDie(Mac.key(Mac.hmacSha256, bytes(own))), tag, body))
        }),
        random: (length) => Effect.map(Effect.orDie(randomBytes(length)), Base64Url.encode)
      })
    })
  ).pipe(
    // That of Web Crypto waits for a thread each time.
    Layer.provide([Aead.layerWebCrypto, Kdf.layerWebCrypto, NodeCrypto.layerMac]),
    Layer.provide(SecureRandom.layerWebCrypto)
  )
}
