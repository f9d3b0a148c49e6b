import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer, Schedule } from "effect"
import { SecureRandom } from "effect/crypto"
import { createHmac } from "node:crypto"
import http from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import { FormId } from "../../src/contexts/onboarding/contract/FormResponse.ts"
import { FormSecrets, secretName } from "../../src/contexts/onboarding/FormSecrets.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { freshDatabase, statement } from "./BenchDatabase.ts"
import { startServer } from "./Server.ts"

export interface WebhooksResult {
  /** Deliveries a second, sent whether answers come or not. */
  readonly rate: number
  readonly deliveries: number
  /** Of those that were answered 200, ms. */
  readonly p50: number
  readonly p99: number
  readonly refused: number
  /** Responses that were read from them afterwards. */
  readonly read: number
}

const rate = 200
const seconds = 30
const secret = "the secret of a webhook that is measured"

/** A form at Typeform that takes deliveries, as if it had been set up. */
const madeForm = Effect.fnUntraced(function*(url: string) {
  const id = FormId.make(SecureRandom.uuidV7Unsafe())
  const { seals } = yield* FormSecrets
  yield* statement(
    url,
    `INSERT INTO forms (id, owner_id, provider, status, title, language, typeform_id, fields, retention_days, webhook_desired,
      webhook_sync, sealed_secret)
    VALUES ($1, uuidv7(), 'typeform', 'active', 'Measured', 'en', 'measured', '[]', 365, 'enabled', 'applied', $2)`,
    [id, yield* seals.seal(secretName(id), secret)]
  )
  return id
})

const field = (ref: string, type: string) => ({ id: ref, type, ref })

const deliveryOf = (n: number) =>
  JSON.stringify({
    event_id: `event-${n}`,
    event_type: "form_response",
    form_response: {
      form_id: "measured",
      token: `token-${n}`,
      submitted_at: "2026-11-20T12:00:00Z",
      answers: [
        { type: "text", text: `Ana ${n}`, field: field("name", "short_text") },
        { type: "email", email: `ana.${n}@example.com`, field: field("email", "email") },
        { type: "phone_number", phone_number: "+5511987654321", field: field("phone", "phone_number") },
        ...Array.from({ length: 20 }, (_, k) => ({
          type: "choice",
          choice: { label: `choice ${k}` },
          field: field(`field_${k}`, "multiple_choice")
        }))
      ]
    }
  })

/** Sends at its pace; the time that a delivery waits to be sent is its own. */
const sent = async (address: string) => {
  const agent = new http.Agent({ keepAlive: true })
  const times: Array<number> = []
  let refused = 0
  const running: Array<Promise<void>> = []
  const begin = performance.now()
  for (let n = 0; n < rate * seconds; n++) {
    const due = begin + n * 1000 / rate
    if (due > performance.now()) await pause(due - performance.now())
    const body = deliveryOf(n)
    const signature = `sha256=${createHmac("sha256", secret).update(body).digest("base64")}`
    const headers = { "content-type": "application/json", "typeform-signature": signature }
    running.push(
      new Promise((resolve) => {
        const request = http.request(address, { method: "POST", headers, agent }, (response) => {
          response.resume().on("end", () => {
            if (response.statusCode === 200) times.push(performance.now() - due)
            else refused++
            resolve()
          })
        })
        request.on("error", () => {
          refused++
          resolve()
        }).end(body)
      })
    )
  }
  await Promise.all(running)
  agent.destroy()
  return { times: times.toSorted((a, b) => a - b), refused }
}

/** Deliveries of 23 answers each to one form, signed, at a steady rate, while what was stored is read. */
export const webhooksPart = Effect.gen(function*() {
  const { environment, url } = yield* freshDatabase("webhooks")
  const id = yield* madeForm(url).pipe(
    Effect.provide(FormSecrets.layer.pipe(
      Layer.provide(Settings.layer),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(environment))),
      Layer.provide(NodeServices.layer)
    ))
  )
  const server = yield* startServer("cardapio", environment)
  const { refused, times } = yield* Effect.promise(() =>
    sent(`http://127.0.0.1:${server.port}/v1/onboarding/webhooks/typeform/${id}`)
  )
  const count = statement<{ read: number; waiting: number }>(
    url,
    `SELECT count(*) FILTER (WHERE status = 'processed')::integer AS read,
      count(*) FILTER (WHERE status = 'received')::integer AS waiting FROM form_responses`
  )
  const [counted] = yield* Effect.repeat(count, {
    until: ([row]) => row?.waiting === 0,
    schedule: Schedule.spaced("200 millis")
  })
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  const result: WebhooksResult = {
    rate,
    deliveries: rate * seconds,
    p50: at(0.5),
    p99: at(0.99),
    refused,
    read: counted?.read ?? 0
  }
  return result
}).pipe(Effect.scoped)
