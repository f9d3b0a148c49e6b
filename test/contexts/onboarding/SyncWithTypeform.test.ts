import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { FakeTypeform } from "../../support/FakeTypeform.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { settled, until } from "../../support/WorkingServer.ts"
import { registered, ServerAtTypeform } from "./AtTypeform.ts"
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
    }))
})

layer(ServerAtTypeform({}, true), { excludeTestServices: true })("Typeform, at our pace", (it) => {
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
    }))
})

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
