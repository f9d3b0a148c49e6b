import { Context, DateTime, Effect, Layer, Option, Result, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { GivenInstant, RawText } from "../../../kernel/contract/Values.ts"
import { Reads } from "../../../kernel/Database.ts"
import { FormMismatch, FormNotFound, SignatureInvalid, WebhookPayloadInvalid } from "../contract/FormProblems.ts"
import type { FormId } from "../contract/FormResponse.ts"
import type { Delivery } from "../contract/ResponseCommands.ts"
import { FormSecrets, secretName } from "../FormSecrets.ts"

interface Target {
  readonly typeformId: string
  readonly secrets: ReadonlyArray<Uint8Array>
}

const short = RawText.check(Schema.isBetweenCodePoints(1, 255))

/** What has to be there of a delivery; all else is read later. */
const Envelope = Schema.fromJsonString(Schema.Struct({
  event_id: short,
  event_type: Schema.String,
  form_response: Schema.Struct({
    form_id: Schema.String,
    token: short,
    submitted_at: GivenInstant,
    landed_at: Schema.optionalKey(Schema.Unknown)
  })
}))
const decode = Schema.decodeUnknownResult(Envelope)
const instantOf = Schema.decodeUnknownOption(GivenInstant)

/** Whether it is a delivery of a response; partial ones and the like are none. */
export type Verified = { readonly _tag: "Response"; readonly delivery: Delivery } | { readonly _tag: "Ignored" }

const pattern = /^sha256=([A-Za-z0-9+/]{43}=)$/

const textOf = (body: Uint8Array) => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

/** Opens what Typeform sends: first whose it is, then whether it is genuine, then what it says. */
export class Deliveries extends Context.Service<Deliveries, {
  verify(
    formId: FormId,
    signature: string | undefined,
    body: Uint8Array
  ): Effect.Effect<
    Verified,
    FormNotFound | SignatureInvalid | WebhookPayloadInvalid | FormMismatch
  >
}>()("cardapio/contexts/onboarding/webhook/Deliveries") {
  static readonly layer: Layer.Layer<Deliveries, never, Reads | FormSecrets> = Layer.effect(
    Deliveries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const { isSigned, seals } = yield* FormSecrets
      /** Opened secrets by what seals them, so that a delivery costs no decryption. */
      const opened = new Map<string, string>()

      const secretOf = Effect.fnUntraced(function*(formId: FormId, sealed: Uint8Array) {
        const key = Buffer.from(sealed).toString("base64")
        const known = opened.get(key)
        if (known !== undefined) return known
        const secret = yield* Effect.orDie(seals.open(secretName(formId), sealed))
        if (opened.size > 10_000) opened.clear()
        opened.set(key, secret)
        return secret
      })

      const isGenuine = Effect.fnUntraced(function*(
        formId: FormId,
        secrets: ReadonlyArray<Uint8Array>,
        signature: string | undefined,
        body: Uint8Array
      ) {
        const [, encoded = ""] = pattern.exec(signature ?? "") ?? []
        const tag = Option.getOrUndefined(Result.getSuccess(Base64.decode(encoded)))
        if (tag === undefined || tag.length !== 32 || Base64.encode(tag) !== encoded) return false
        const verdicts = yield* Effect.forEach(
          secrets,
          (sealed) => Effect.flatMap(secretOf(formId, sealed), (secret) => isSigned(secret, tag, body))
        )
        return verdicts.includes(true)
      })

      return Deliveries.of({
        verify: Effect.fn("Deliveries.verify")(function*(formId, signature, body) {
          const [target] = yield* Effect.orDie(sql<Target>`
            SELECT typeform_id, sealed_secret || CASE WHEN coalesce(earlier_secrets_until > now(), true)
              THEN sealed_earlier_secrets ELSE '{}' END AS secrets
            FROM forms WHERE id = ${formId} AND provider = 'typeform' AND status <> 'deleted'`)
          if (target === undefined) return yield* new FormNotFound({})
          if (!(yield* isGenuine(formId, target.secrets, signature, body))) return yield* new SignatureInvalid({})
          const read = decode(textOf(body))
          if (Result.isFailure(read)) return yield* new WebhookPayloadInvalid({})
          const { event_id: eventId, event_type: type, form_response: response } = read.success
          if (response.form_id !== target.typeformId) return yield* new FormMismatch({})
          const ignored: Verified = { _tag: "Ignored" }
          if (type !== "form_response") return ignored
          const landedAt = instantOf(response.landed_at)
          const verified: Verified = {
            _tag: "Response",
            delivery: {
              eventId,
              token: response.token,
              submittedAt: DateTime.toDateUtc(response.submitted_at),
              landedAt: Option.isSome(landedAt) ? DateTime.toDateUtc(landedAt.value) : null,
              body
            }
          }
          return verified
        })
      })
    })
  )
}
