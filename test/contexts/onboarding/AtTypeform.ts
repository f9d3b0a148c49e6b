import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { readFileSync } from "node:fs"
import path from "node:path"
import { FakeTypeform, signatureOf } from "../../../scripts/proof/FakeTypeform.ts"
import type { FormId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { TypeformPace } from "../../../src/contexts/onboarding/TypeformPace.ts"
import { TestLocation } from "../../support/TestDatabase.ts"
import { clientOf } from "../../support/TestServer.ts"
import { settled, WorkingServer } from "../../support/WorkingServer.ts"
import { write } from "./Questionnaire.ts"

/** Real forms and deliveries, where they are there. */
export const data = path.resolve(import.meta.dirname, "../../../../shared/data/typeform")
export const dataFile = (name: string) => readFileSync(path.join(data, name))

/** The whole server, and a Typeform beside it that is asked as often as one likes, unless its pace is tried. */
export const ServerAtTypeform = (
  overrides: Readonly<Record<string, string>> = {},
  isPaced = false,
  location = TestLocation
) =>
  Layer.unwrap(
    Effect.map(FakeTypeform, ({ url }) =>
      WorkingServer({
        TYPEFORM_TOKEN: FakeTypeform.token,
        TYPEFORM_BASE_URL: url,
        PUBLIC_URL: "https://cardapio.example.org",
        ...overrides
      }, location))
  ).pipe(
    Layer.provideMerge(FakeTypeform.layer),
    Layer.provide(
      isPaced
        ? Layer.empty
        : Layer.succeed(TypeformPace, { apart: "1 millis", rest: "2 seconds", restRefused: "2 seconds" })
    )
  )

/** A form at Typeform that is active here, with the secret that it was given. */
export const registered = Effect.fnUntraced(
  function*(typeformId: string, form: unknown = { title: "Intake", fields: [] }) {
    const typeform = yield* FakeTypeform
    typeform.forms.set(typeformId, form)
    const api = yield* clientOf()
    const { body: { data: draft } } = yield* api.forms.register({
      ...write,
      payload: { provider: "typeform", typeformId }
    })
    yield* settled
    const { body: { data: active } } = yield* api.forms.activate({ ...write, params: { id: draft.id } })
    yield* settled
    return { form: active, secret: secretOf(typeform, typeformId) }
  }
)

export const secretOf = (typeform: FakeTypeform["Service"], typeformId: string) =>
  typeform.webhooks.get(`${typeformId}/cardapio`)?.secret ?? ""

interface Parts {
  readonly event?: string
  readonly token?: string
  readonly type?: string
  readonly submittedAt?: string
}

export const deliveryTo = (
  typeformId: string,
  { event = "e1", submittedAt, token = "t1", type = "form_response" }: Parts = {}
) =>
  JSON.stringify({
    event_id: event,
    event_type: type,
    form_response: {
      form_id: typeformId,
      token,
      submitted_at: submittedAt ?? "2026-11-20T12:00:00Z",
      answers: [{ type: "email", email: "ana@example.com", field: { id: "1", type: "email", ref: "email" } }]
    }
  })

/** Hands a delivery over, signed or with the header that is given. */
export const deliver = Effect.fnUntraced(function*(
  formId: FormId,
  body: string | Uint8Array,
  signature: string | { readonly secret: string } | undefined
) {
  const client = yield* HttpClient.HttpClient
  const header = typeof signature === "object" ? signatureOf(signature.secret, body) : signature
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const response = yield* client.execute(
    HttpClientRequest.post(`/v1/onboarding/webhooks/typeform/${formId}`).pipe(
      HttpClientRequest.setHeaders(header === undefined ? {} : { "typeform-signature": header }),
      HttpClientRequest.bodyUint8Array(bytes, "application/json")
    )
  )
  const text = yield* response.text
  const answer: {
    readonly code?: string
    readonly duplicate?: boolean
    readonly ignored?: boolean
    readonly detail?: string
  } = text === "" ? {} : JSON.parse(text)
  return { status: response.status, ...answer }
})
