import { Context, Effect, FileSystem, Layer, Path, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { DatabaseLocation } from "./DatabaseLocation.ts"
import { SettingInvalid, Settings } from "./Settings.ts"

/** A secret in a file of ours in the data directory, mode 0600, made where it is not there; `setting` may be set instead. */
export const secretFile = Effect.fnUntraced(function*(name: string, setting: string) {
  const { dataDirectory } = yield* Settings
  const fs = yield* FileSystem.FileSystem
  const random = yield* SecureRandom.SecureRandom
  const file = (yield* Path.Path).resolve(dataDirectory, name)
  const unreadable = (error: { readonly message: string }) =>
    new SettingInvalid({ message: `${file} cannot be used (${error.message}): mend it, or set ${setting}` })
  const secret = yield* Effect.gen(function*() {
    if (!(yield* fs.exists(file))) {
      yield* fs.makeDirectory(dataDirectory, { recursive: true })
      // A link appears whole or not at all, and only once: programs that start together all read the same secret.
      const draft = `${file}.${SecureRandom.uuidV7Unsafe()}`
      yield* fs.writeFileString(draft, Base64Url.encode(yield* random.randomBytes(48)), { mode: 0o600 })
      yield* fs.link(draft, file).pipe(
        Effect.catchIf((error) => error.reason._tag === "AlreadyExists", () => Effect.void),
        Effect.ensuring(Effect.ignore(fs.remove(draft)))
      )
    }
    return yield* fs.readFileString(file)
  }).pipe(Effect.mapError(unreadable))
  return Redacted.make(secret.trim())
})

/** What seals the private signing keys and kept answers: AUTH_KEY_SECRET, or with the embedded database a file of ours, mode 0600. */
export class SealingSecret extends Context.Service<SealingSecret, Redacted.Redacted<string>>()(
  "cardapio/kernel/SealingSecret"
) {
  static readonly layer = Layer.effect(
    SealingSecret,
    Effect.gen(function*() {
      const { authKeySecret } = yield* Settings
      if (authKeySecret !== undefined) return authKeySecret
      const { embedded } = yield* DatabaseLocation
      if (embedded === undefined) {
        return yield* new SettingInvalid({
          message:
            "AUTH_KEY_SECRET is needed with DATABASE_URL. Example: AUTH_KEY_SECRET=\"$(openssl rand -base64 48)\""
        })
      }
      return yield* secretFile("auth-key-secret", "AUTH_KEY_SECRET")
    })
  )
}
