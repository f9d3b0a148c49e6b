import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import { FakeTypeform } from "../../../scripts/proof/FakeTypeform.ts"
import type { FormId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { onboardingJobs } from "../../../src/contexts/onboarding/onboardingJobs.ts"
import { OnboardingReactionServices } from "../../../src/contexts/onboarding/OnboardingSubscribers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { settled, until } from "../../support/WorkingServer.ts"
import { deliver, deliveryTo, registered, secretOf, ServerAtTypeform } from "./AtTypeform.ts"
import { write } from "./Questionnaire.ts"

const codeOf = (error: unknown) => Reflect.get(Object(error), "code")

const webhookIs = (typeformId: string, sync: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      until(
        sql`SELECT 1 FROM forms WHERE typeform_id = ${typeformId} AND webhook_sync = ${sync} AND status <> 'deleted'`
      )
  )

/** What the last request came to has Typeform left alone for two seconds; then it is told what was wanted meanwhile. */
const waitsThenApplies = Effect.fnUntraced(function*(typeformId: string, id: FormId) {
  const api = yield* clientOf()
  const typeform = yield* FakeTypeform
  const from = typeform.log.length
  const failedAt = typeform.log.at(-1)?.at ?? 0
  yield* api.forms.setWebhook({ ...write, params: { id }, payload: { enabled: false } })
  yield* webhookIs(typeformId, "applied")
  const [told, ...more] = typeform.log.slice(from)
  assert.deepStrictEqual([told?.method, more], ["PUT", []])
  assert.isAtLeast((told?.at ?? 0) - failedAt, 2000)
  assert.strictEqual(typeform.webhooks.get(`${typeformId}/cardapio`)?.enabled, false)
})

/** At most how many requests fell into one second. */
const busiest = (log: ReadonlyArray<{ readonly at: number }>) =>
  Math.max(...log.map(({ at }) => log.filter((other) => other.at >= at && other.at < at + 1000).length))

layer(ServerAtTypeform(), { excludeTestServices: true })("Typeform", (it) => {
  it.effect("is told once more after a reset, a fault or a request for patience", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const api = yield* clientOf()
      const { form } = yield* registered("Resets12")
      const params = { id: form.id }
      typeform.mishaps.push("reset after the work")
      yield* api.forms.setWebhook({ ...write, params, payload: { enabled: false } })
      yield* webhookIs("Resets12", "applied")
      assert.strictEqual(typeform.webhooks.get("Resets12/cardapio")?.enabled, false)
      typeform.mishaps.push({ status: 503 }, { status: 429, headers: { "retry-after": "2" } })
      const from = typeform.log.length
      yield* api.forms.setWebhook({ ...write, params, payload: { enabled: true } })
      yield* webhookIs("Resets12", "applied")
      const [, busy, done] = typeform.log.slice(from)
      assert.isAtLeast((done?.at ?? 0) - (busy?.at ?? 0), 1900)
      assert.strictEqual(typeform.webhooks.get("Resets12/cardapio")?.enabled, true)
      assert.strictEqual(typeform.webhooks.size, 1)
    }))

  it.effect("is told once more when the database went away before that could be noted", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const sql = yield* SqlClient.SqlClient
      const api = yield* clientOf()
      const { form } = yield* registered("NoBase12")
      typeform.mishaps.push(() =>
        Effect.runPromise(sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'cardapio events'`)
      )
      const from = typeform.log.length
      yield* api.forms.setWebhook({ ...write, params: { id: form.id }, payload: { enabled: false } })
      yield* webhookIs("NoBase12", "applied")
      assert.deepStrictEqual(typeform.log.slice(from).map(({ method }) => method), ["PUT", "PUT"])
      assert.strictEqual(typeform.webhooks.get("NoBase12/cardapio")?.enabled, false)
      const { data: forms } = yield* api.forms.list({ query: { typeformId: ["NoBase12"] } })
      assert.strictEqual(forms.length, 1)
    }))

  it.effect("is asked again when it says so, whether it says when or after how long", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const api = yield* clientOf()
      const { form } = yield* registered("Patient1")
      const from = typeform.log.length
      const until3s = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000)
      typeform.mishaps.push({ status: 429, headers: { "retry-after": until3s.toUTCString() } })
      yield* api.forms.setWebhook({ ...write, params: { id: form.id }, payload: { enabled: false } })
      yield* webhookIs("Patient1", "applied")
      assert.isAtLeast(Date.now(), until3s.getTime())
      assert.strictEqual(typeform.log.length - from, 2)
    }))

  it.effect("is given up after twenty times, which is told", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const sql = yield* SqlClient.SqlClient
      const api = yield* clientOf()
      const { form } = yield* registered("GiveUp12")
      typeform.mishaps.push({ status: 500 }, { status: 502 })
      yield* api.forms.setWebhook({ ...write, params: { id: form.id }, payload: { enabled: false } })
      // The next one would come after a second, and be the second of twenty.
      yield* until(sql`
        UPDATE effect_queue SET visible_at = now(), element = replace(element, '"attempt":1', '"attempt":19')
        WHERE state = 'pending' AND element LIKE '%"attempt":1}%' RETURNING 1`)
      yield* webhookIs("GiveUp12", "failed")
      const { data } = yield* api.forms.webhook({ params: { id: form.id }, query: {} })
      assert.strictEqual(data.lastError, "typeform_unavailable")
      yield* until(
        sql`SELECT 1 FROM events WHERE tag = 'onboarding/FormWebhookFailed' AND payload->>'formId' = ${form.id}`
      )
      const metrics = yield* Effect.flatMap(HttpClient.HttpClient, (client) => client.get("/metrics"))
      assert.match(yield* metrics.text, /cardapio_webhook_failures_total\{error="typeform_unavailable"\} 1/)
      typeform.mishaps.push({ status: 422 })
      yield* api.forms.syncWebhook({ ...write, params: { id: form.id } })
      yield* webhookIs("GiveUp12", "failed")
      yield* settled
      assert.deepStrictEqual(typeform.mishaps, [])
    }))

  it.effect("keeps the webhook of a form that was set up again before the earlier one was gone", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const sql = yield* SqlClient.SqlClient
      const api = yield* clientOf()
      const { form: earlier } = yield* registered("Again123")
      typeform.mishaps.push({ status: 503 })
      yield* api.forms.delete({ ...write, params: { id: earlier.id } })
      yield* until(sql`SELECT 1 FROM forms WHERE id = ${earlier.id} AND webhook_error = 'typeform_unavailable'`)
      const { form, secret } = yield* registered("Again123")
      yield* until(sql`SELECT 1 FROM forms WHERE id = ${earlier.id} AND webhook_sync = 'applied'`)
      assert.strictEqual(typeform.webhooks.get("Again123/cardapio")?.enabled, true)
      assert.deepStrictEqual(yield* deliver(form.id, deliveryTo("Again123"), { secret }), { status: 200 })
    }))

  it.effect("is compared with what it should know", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const api = yield* clientOf()
      const { form } = yield* registered("Drifts12")
      const webhook = typeform.webhooks.get("Drifts12/cardapio") ?? assert.fail("no webhook")
      typeform.webhooks.set("Drifts12/cardapio", { ...webhook, enabled: false, url: "https://elsewhere.example.org" })
      const params = { id: form.id }
      const { data } = yield* api.forms.webhook({ params, query: { live: true } })
      assert.deepStrictEqual(data.drift, ["it sends to https://elsewhere.example.org", "it is disabled"])
      yield* api.forms.syncWebhook({ ...write, params })
      yield* settled
      const { data: mended } = yield* api.forms.webhook({ params, query: { live: true } })
      assert.deepStrictEqual(mended.drift, [])
    }))

  it.effect("knows no such form", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const typeform = yield* FakeTypeform
      const payload = { provider: "typeform", typeformId: "Unknown1" } as const
      assert.strictEqual(
        codeOf(yield* Effect.flip(api.forms.register({ ...write, payload }))),
        "typeform_form_not_found"
      )
      const { form } = yield* registered("Vanish12")
      typeform.forms.delete("Vanish12")
      yield* api.forms.syncWebhook({ ...write, params: { id: form.id } })
      yield* webhookIs("Vanish12", "failed")
      const { data } = yield* api.forms.webhook({ params: { id: form.id }, query: {} })
      assert.strictEqual(data.lastError, "typeform_form_not_found")
    }))

  it.effect("is asked in its turn although the answer is kept for a repetition, and rolled back", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const api = yield* clientOf()
      const counted = Effect.map(
        sql<{ at: Date }>`SELECT at FROM rate_limits WHERE key LIKE 'bucket %typeform%'`,
        ([row]) => row?.at
      )
      const before = yield* counted
      const refused = api.forms.register({
        query: {},
        headers: { "idempotency-key": "a-key" },
        payload: { provider: "typeform", typeformId: "Nothing1" }
      })
      assert.strictEqual(codeOf(yield* Effect.flip(refused)), "typeform_form_not_found")
      assert.notDeepEqual(yield* counted, before)
    }))

  it.effect("is left alone once it fails five times in a row", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const typeform = yield* FakeTypeform
      const { form } = yield* registered("Broken12")
      const params = { id: form.id }
      for (let n = 0; n < 5; n++) typeform.mishaps.push({ status: 500 })
      for (let n = 0; n < 5; n++) {
        const error = yield* Effect.flip(api.forms.webhook({ params, query: { live: true } }))
        assert.strictEqual(codeOf(error), "typeform_unavailable")
      }
      const from = typeform.log.length
      const payload = { provider: "typeform", typeformId: "Broken34" } as const
      assert.strictEqual(codeOf(yield* Effect.flip(api.forms.register({ ...write, payload }))), "typeform_unavailable")
      assert.strictEqual(typeform.log.length, from)
      yield* waitsThenApplies("Broken12", form.id)
    }))

  it.effect("is left alone by all once it has refused the token", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const typeform = yield* FakeTypeform
      const { form } = yield* registered("Denied12")
      const { form: other } = yield* registered("Denied34")
      typeform.mishaps.push({ status: 403 })
      yield* api.forms.syncWebhook({ ...write, params: { id: form.id } })
      yield* webhookIs("Denied12", "failed")
      const { data } = yield* api.forms.webhook({ params: { id: form.id }, query: {} })
      assert.strictEqual(data.lastError, "typeform_unauthorized")
      yield* waitsThenApplies("Denied34", other.id)

      const sql = yield* SqlClient.SqlClient
      typeform.mishaps.push({ status: 401 })
      yield* api.forms.delete({ ...write, params: { id: other.id } })
      yield* until(sql`SELECT 1 FROM forms WHERE id = ${other.id} AND webhook_sync = 'failed'`)
      assert.isTrue(typeform.webhooks.has("Denied34/cardapio"))
      const jobs = yield* onboardingJobs.pipe(Effect.provide(OnboardingReactionServices))
      const job = jobs.find(({ name }) => name === "onboarding/RemoveWebhooks") ?? assert.fail("no such job")
      yield* sql.withTransaction(job.run(sql))
      yield* until(sql`SELECT 1 FROM forms WHERE id = ${other.id} AND webhook_sync = 'applied'`)
      assert.isFalse(typeform.webhooks.has("Denied34/cardapio"))
    }))
})

layer(ServerAtTypeform({ RATE_LIMIT_PER_MINUTE: "60" }, true), { excludeTestServices: true })(
  "Typeform, at our pace",
  (it) => {
    it.effect("hears at most two requests a second, whoever asks", () =>
      Effect.gen(function*() {
        const typeform = yield* FakeTypeform
        const api = yield* clientOf()
        const { form } = yield* registered("Pacing12")
        const from = typeform.log.length
        for (const enabled of [false, true, false, true]) {
          yield* api.forms.setWebhook({ ...write, params: { id: form.id }, payload: { enabled } })
          yield* Effect.all(
            [1, 2].map(() => Effect.ignore(api.forms.webhook({ params: { id: form.id }, query: { live: true } }))),
            { concurrency: "unbounded" }
          )
        }
        yield* settled
        assert.isAtLeast(typeform.log.length - from, 8)
        assert.isAtMost(busiest(typeform.log), 2)
        assert.strictEqual(typeform.webhooks.get("Pacing12/cardapio")?.enabled, true)

        const secret = secretOf(typeform, "Pacing12")
        const partial = deliveryTo("Pacing12", { type: "form_response_partial" })
        const sent = yield* Effect.forEach(Array.from({ length: 120 }), () => deliver(form.id, partial, { secret }), {
          concurrency: 20
        })
        assert.isAtLeast(sent.filter(({ status }) => status === 200).length, 60)
        assert.deepStrictEqual(new Set(sent.map(({ code }) => code)), new Set([undefined, "rate_limited"]))
      }))
  }
)

layer(ServerAtTypeform({ TYPEFORM_TOKEN: "another" }), { excludeTestServices: true })(
  "a token that Typeform refuses",
  (it) => {
    it.effect("is told of, and not tried again for a while", () =>
      Effect.gen(function*() {
        const api = yield* clientOf()
        const typeform = yield* FakeTypeform
        const payload = { provider: "typeform", typeformId: "Refuse12" } as const
        assert.strictEqual(
          codeOf(yield* Effect.flip(api.forms.register({ ...write, payload }))),
          "typeform_unauthorized"
        )
        assert.strictEqual(
          codeOf(yield* Effect.flip(api.forms.register({ ...write, payload }))),
          "typeform_unavailable"
        )
        assert.strictEqual(typeform.log.length, 1)
      }))
  }
)

layer(TestServer(), { excludeTestServices: true })("without Typeform", (it) => {
  it.effect("native forms work, and the rest says what to set", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const payload = { provider: "typeform", typeformId: "Absent12" } as const
      assert.strictEqual(
        codeOf(yield* Effect.flip(api.forms.register({ ...write, payload }))),
        "typeform_not_configured"
      )
      const { body: { data: native } } = yield* api.forms.register({ ...write, payload: { title: "Native" } })
      const none = yield* Effect.flip(api.forms.webhook({ params: { id: native.id }, query: {} }))
      assert.strictEqual(codeOf(none), "not_a_typeform")
    }))
})
