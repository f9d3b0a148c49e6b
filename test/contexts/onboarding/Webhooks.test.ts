import { assert, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { createHmac } from "node:crypto"
import { FakeTypeform, signatureOf } from "../../../scripts/proof/FakeTypeform.ts"
import { SignatureInvalid } from "../../../src/contexts/onboarding/contract/FormProblems.ts"
import { FormId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { onboardingJobs } from "../../../src/contexts/onboarding/onboardingJobs.ts"
import { OnboardingReactionServices } from "../../../src/contexts/onboarding/OnboardingSubscribers.ts"
import { lastingLocation } from "../../support/TestDatabase.ts"
import { clientOf } from "../../support/TestServer.ts"
import { settled, until } from "../../support/WorkingServer.ts"
import { deliver, deliveryTo, registered, secretOf, ServerAtTypeform } from "./AtTypeform.ts"
import { simulated, write } from "./Questionnaire.ts"

const codeOf = (error: unknown) => Reflect.get(Object(error), "code")
const tagOf = (secret: string, body: string | Uint8Array, algorithm = "sha256") =>
  createHmac(algorithm, secret).update(body)

/** Whatever somebody could send who does not know the secret: by a name, header and body. */
const forgeries = (secret: string, body: string, other: string, otherBody: string) => {
  const good = signatureOf(secret, body)
  const encoded = good.slice(7)
  const bytes = Buffer.from(encoded, "base64")
  const hex = bytes.toString("hex")
  const cases: ReadonlyArray<readonly [string, string | undefined, string]> = [
    ["no header", undefined, body],
    ["an empty header", "", body],
    ["the scheme alone", "sha256=", body],
    ["no scheme", encoded, body],
    ["the scheme in capitals", `SHA256=${encoded}`, body],
    ["another scheme", `sha1=${encoded}`, body],
    ["sha512 of the body", `sha512=${tagOf(secret, body, "sha512").digest("base64")}`, body],
    ["sha512 under the name of sha256", `sha256=${tagOf(secret, body, "sha512").digest("base64")}`, body],
    ["sha1 under the name of sha256", `sha256=${tagOf(secret, body, "sha1").digest("base64")}`, body],
    ["hex", `sha256=${hex}`, body],
    ["hex in capitals", `sha256=${hex.toUpperCase()}`, body],
    ["base64 of the hex", `sha256=${Buffer.from(hex).toString("base64")}`, body],
    ["base64url", `sha256=${bytes.toString("base64url")}`, body],
    ["no padding", `sha256=${encoded.replace("=", "")}`, body],
    ["more padding", `sha256=${encoded}=`, body],
    ["a blank after it", `${good} x`, body],
    ["a blank inside", `sha256= ${encoded}`, body],
    ["a line end inside its base64", `sha256=${encoded.slice(0, 20)} ${encoded.slice(20)}`, body],
    ["two signatures", `${good},${good}`, body],
    ["two signatures, the second right", `${signatureOf(other, body)}, ${good}`, body],
    ["a quoted one", `"${good}"`, body],
    ["in capitals", good.toUpperCase(), body],
    ["in small letters", good.toLowerCase(), body],
    ["the last sign other", `${good.slice(0, -2)}${good.at(-2) === "A" ? "B" : "A"}=`, body],
    [
      "bits that padding leaves open",
      `${good.slice(0, -2)}${String.fromCharCode((good.at(-2) ?? "A").charCodeAt(0) + 1)}=`,
      body
    ],
    ["the first sign other", `sha256=${encoded.startsWith("A") ? "B" : "A"}${encoded.slice(1)}`, body],
    ["half of it", `sha256=${bytes.subarray(0, 16).toString("base64")}`, body],
    ["one byte less", `sha256=${bytes.subarray(0, 31).toString("base64")}`, body],
    ["one byte more", `sha256=${Buffer.concat([bytes, Buffer.from([0])]).toString("base64")}`, body],
    ["nothing but zeros", `sha256=${Buffer.alloc(32).toString("base64")}`, body],
    ["another secret", signatureOf(other, body), body],
    ["an empty secret", signatureOf("", body), body],
    ["the secret of another form", signatureOf(other, body), body],
    ["the secret in capitals", signatureOf(secret.toUpperCase(), body), body],
    ["the secret with a line end", signatureOf(`${secret}\n`, body), body],
    [
      "the bytes of the secret's base64",
      `sha256=${createHmac("sha256", Buffer.from(secret, "base64")).update(body).digest("base64")}`,
      body
    ],
    ["the form's id as secret", signatureOf(otherBody, body), body],
    ["a hash without a secret", `sha256=${createHmac("sha256", "").update(secret + body).digest("base64")}`, body],
    ["a line end after the body", good, `${body}\n`],
    ["a line end before the body", good, `\n${body}`],
    ["a byte order mark", good, `\uFEFF${body}`],
    ["the body written anew", good, JSON.stringify(JSON.parse(body), null, 2)],
    [
      "members in another order",
      good,
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).toReversed()))
    ],
    ["an escaped letter", good, body.replace("ana@", "\\u0061na@")],
    ["a member more", good, body.replace("{", "{\"x\":1,")],
    ["another answer", good, body.replace("ana@", "eva@")],
    ["another token", good, body.replace("\"t1\"", "\"t2\"")],
    ["another instant", good, body.replace("12:00:00", "12:00:01")],
    ["the body cut off", good, body.slice(0, -1)],
    ["no body", good, ""],
    ["the signature of no body", signatureOf(other, ""), ""],
    ["the signature of another delivery", signatureOf(secret, otherBody), body],
    ["the body twice", good, body + body]
  ]
  return cases
}

/** What came of the deliveries to a form: rows, events and suggestions. */
const effectsOf = Effect.fnUntraced(function*(formId: FormId) {
  const sql = yield* SqlClient.SqlClient
  const [counts] = yield* sql<{ responses: number; read: number; received: number; told: number; suggestions: number }>`
    SELECT count(*)::integer AS responses,
      count(*) FILTER (WHERE answers IS NOT NULL)::integer AS read,
      (SELECT count(*)::integer FROM events e
        WHERE e.tag = 'onboarding/WebhookReceived' AND e.payload->>'formId' = ${formId}) AS received,
      (SELECT count(*)::integer FROM events e
        WHERE e.tag = 'onboarding/FormResponseReceived' AND e.payload->>'formId' = ${formId}) AS told,
      (SELECT count(*)::integer FROM client_suggestions s
        WHERE s.response_id IN (SELECT id FROM form_responses WHERE form_id = ${formId})) AS suggestions
    FROM form_responses WHERE form_id = ${formId}`
  return counts
})

it.live(
  "webhooks of before a restart are duplicates after it, and what was not read of them yet is read once",
  () =>
    Effect.gen(function*() {
      const location = yield* lastingLocation
      const [settledOne, unreadOne] = [
        deliveryTo("Restart1"),
        deliveryTo("Restart1", { event: "e2", token: "t2" })
      ]
      const { formId, secret } = yield* Effect.gen(function*() {
        const { form, secret } = yield* registered("Restart1")
        assert.deepStrictEqual(yield* deliver(form.id, settledOne, { secret }), { status: 200 })
        yield* settled
        // The server goes as soon as it has answered.
        assert.deepStrictEqual(yield* deliver(form.id, unreadOne, { secret }), { status: 200 })
        return { formId: form.id, secret }
      }).pipe(Effect.provide(ServerAtTypeform({}, false, location)))

      yield* Effect.gen(function*() {
        for (const body of [unreadOne, settledOne]) {
          const answers = yield* Effect.all(Array.from({ length: 10 }, () => deliver(formId, body, { secret })), {
            concurrency: "unbounded"
          })
          assert.deepStrictEqual(answers, Array.from({ length: 10 }, () => ({ status: 200, duplicate: true })))
        }
        yield* settled
        assert.deepStrictEqual(yield* effectsOf(formId), {
          responses: 2,
          read: 2,
          received: 2,
          told: 2,
          suggestions: 2
        })
      }).pipe(Effect.provide(ServerAtTypeform({}, false, location)))
    }).pipe(Effect.scoped),
  60_000
)

layer(ServerAtTypeform({ DATABASE_POOL_SIZE: "10" }), { excludeTestServices: true })("webhooks", (it) => {
  it.effect("are made with a secret of ours, and what it signs is taken", () =>
    Effect.gen(function*() {
      const typeform = yield* FakeTypeform
      const { form, secret } = yield* registered("Taken123")
      assert.deepStrictEqual(form.status, "active")
      const webhook = typeform.webhooks.get("Taken123/cardapio")
      assert.deepStrictEqual(
        [webhook?.enabled, webhook?.url, webhook?.verify_ssl, secret.length >= 43],
        [true, `https://cardapio.example.org/v1/onboarding/webhooks/typeform/${form.id}`, true, true]
      )
      const api = yield* clientOf()
      const { data } = yield* api.forms.webhook({ params: { id: form.id }, query: { live: true } })
      assert.deepStrictEqual([data.sync, data.desired, data.drift, data.lastError], ["applied", "enabled", [], null])
      assert.notInclude(JSON.stringify(data), secret)
      const body = deliveryTo("Taken123")
      assert.deepStrictEqual(yield* deliver(form.id, body, { secret }), { status: 200 })
      assert.deepStrictEqual(yield* deliver(form.id, body, { secret }), { status: 200, duplicate: true })
      const renamed = deliveryTo("Taken123", { event: "e2" })
      assert.deepStrictEqual(yield* deliver(form.id, renamed, { secret }), { status: 200, duplicate: true })
      const partial = deliveryTo("Taken123", { event: "e3", token: "t3", type: "form_response_partial" })
      assert.deepStrictEqual(yield* deliver(form.id, partial, { secret }), { status: 200, ignored: true })
      const mismatched = yield* deliver(form.id, deliveryTo("Other123"), { secret })
      assert.deepStrictEqual([mismatched.status, mismatched.code], [422, "form_mismatch"])
      for (
        const broken of [
          "{\"event_id\":\"x\",}",
          "[]",
          "{}",
          body.replace("2026-11-20T12:00:00Z", "yesterday"),
          body.replace("\"e1\"", "\"a\\u0000\""),
          body.replace("\"t1\"", "\"\"")
        ]
      ) {
        const refused = yield* deliver(form.id, broken, { secret })
        assert.deepStrictEqual([refused.status, refused.code], [422, "webhook_payload_invalid"], broken)
      }
    }))

  it.effect("are refused in an order that tells strangers nothing", () =>
    Effect.gen(function*() {
      const { form, secret } = yield* registered("Orders12")
      const large = "x".repeat(1024 * 1024 + 1)
      const unknown = FormId.make(SecureRandom.uuidV7Unsafe())
      const api = yield* clientOf()
      const { body: { data: native } } = yield* api.forms.register({ ...write, payload: { title: "Native" } })
      const codes = yield* Effect.forEach(
        [
          [unknown, large, "none"],
          [unknown, "not JSON", "none"],
          [native.id, "not JSON", "none"],
          [form.id, "not JSON", "none"],
          [form.id, "not JSON", { secret }],
          [form.id, deliveryTo("Other123", { type: "form_response_partial" }), { secret }]
        ] as const,
        ([id, body, signature]) => Effect.map(deliver(id, body, signature), ({ code, status }) => `${status} ${code}`)
      )
      assert.deepStrictEqual(codes, [
        "413 payload_too_large",
        "404 form_not_found",
        "404 form_not_found",
        "401 signature_invalid",
        "422 webhook_payload_invalid",
        "422 form_mismatch"
      ])
    }))

  it.effect("can be tried with a delivery of our own, without Typeform", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const typeform = yield* FakeTypeform
      const { form } = yield* registered("Simulate", {
        title: "Intake",
        fields: [
          { id: "1", ref: "nome", type: "short_text", title: "Nome completo" },
          { id: "2", ref: "mail", type: "email", title: "E-mail" },
          { id: "3", ref: "welcome", type: "statement", title: "Olá" }
        ]
      })
      const requests = typeform.log.length
      assert.strictEqual((yield* simulated(form.id)).status, 200)
      yield* settled
      assert.strictEqual(typeform.log.length, requests)
      const { data: [summary] } = yield* api.responses.list({ query: { formId: [form.id] } })
      const { data } = yield* api.responses.get({ params: { id: summary?.id ?? assert.fail("no response") } })
      assert.deepStrictEqual(
        data.answers?.map(({ answer, ref }) => [ref, answer]),
        [["nome", "Ana Exemplo"], ["mail", "ana.exemplo@example.com"]]
      )
    }))

  it.effect("cannot be forged or replayed", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { form, secret } = yield* registered("Forged12")
      const { secret: other } = yield* registered("Forged34")
      const body = deliveryTo("Forged12")
      const cases = forgeries(secret, body, other, deliveryTo("Forged12", { event: "e9", token: "t9" }))
      assert.isAtLeast(cases.length, 45)
      for (const [name, header, sent] of cases) {
        const { code, detail, status } = yield* deliver(form.id, sent, header)
        assert.deepStrictEqual(
          [status, code, detail],
          [401, "signature_invalid", new SignatureInvalid({}).detail],
          name
        )
      }
      const count = Effect.map(
        sql<{ count: number }>`SELECT count(*)::integer AS count FROM form_responses WHERE form_id = ${form.id}`,
        ([row]) => row?.count
      )
      assert.strictEqual(yield* count, 0)
      const answers = yield* Effect.all(Array.from({ length: 50 }, () => deliver(form.id, body, { secret })), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
      assert.strictEqual(answers.filter(({ duplicate }) => duplicate !== true).length, 1)
      yield* settled
      assert.strictEqual(yield* count, 1)
      const [told] = yield* sql<{ count: number }>`
        SELECT count(*)::integer AS count FROM events
        WHERE tag = 'onboarding/FormResponseReceived' AND payload->>'formId' = ${form.id}`
      assert.strictEqual(told?.count, 1)
    }))

  it.effect("take no more from a form that is paused or completed, but what was submitted before", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const typeform = yield* FakeTypeform
      const { form, secret } = yield* registered("Paused12")
      const params = { id: form.id }
      yield* api.forms.pause({ ...write, params })
      yield* settled
      assert.strictEqual(typeform.webhooks.get("Paused12/cardapio")?.enabled, false)
      assert.strictEqual((yield* deliver(form.id, deliveryTo("Paused12"), { secret })).status, 200)
      const later = deliveryTo("Paused12", {
        event: "e2",
        token: "t2",
        submittedAt: new Date(Date.now() + 60_000).toISOString()
      })
      assert.deepStrictEqual((yield* deliver(form.id, later, { secret })).code, "form_disabled")
      yield* api.forms.complete({ ...write, params })
      yield* settled
      assert.isFalse(typeform.webhooks.has("Paused12/cardapio"))
      assert.strictEqual(
        (yield* deliver(form.id, deliveryTo("Paused12", { event: "e3", token: "t3" }), { secret })).status,
        410
      )
      assert.deepStrictEqual(yield* deliver(form.id, deliveryTo("Paused12"), { secret }), {
        status: 200,
        duplicate: true
      })
      yield* api.forms.delete({ ...write, params })
      yield* settled
      assert.strictEqual((yield* deliver(form.id, deliveryTo("Paused12"), { secret })).status, 404)
      const again = yield* registered("Paused12")
      assert.notStrictEqual(again.form.id, form.id)
      const twice = yield* Effect.flip(
        api.forms.register({
          ...write,
          payload: { provider: "typeform", typeformId: "https://x.eu.typeform.com/to/Paused12?utm_source=x#name=xxxxx" }
        })
      )
      assert.strictEqual(codeOf(twice), "form_already_registered")
    }))

  it.effect("go on under constant deliveries while the secret is another one, and the earlier one ends", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const typeform = yield* FakeTypeform
      const sql = yield* SqlClient.SqlClient
      const { form, secret } = yield* registered("Rotate12")
      let sent = 0
      const statuses = new Set<number>()
      const constantly = Effect.forever(Effect.gen(function*() {
        const body = deliveryTo("Rotate12", { event: `e${++sent}`, token: `t${sent}` })
        statuses.add((yield* deliver(form.id, body, { secret: secretOf(typeform, "Rotate12") })).status)
        yield* Effect.sleep("5 millis")
      }))
      typeform.mishaps.push({ status: 500 })
      const rotated = api.forms.rotateSecret({ ...write, params: { id: form.id } })
      const applied = until(sql`SELECT 1 FROM forms WHERE id = ${form.id} AND webhook_sync = 'applied'`)
      const rotating = Effect.gen(function*() {
        yield* rotated
        for (let n = 0; n < 5; n++) {
          yield* rotated
          yield* applied
          yield* until(Effect.sync(() => sent > (n + 1) * 10 ? [{}] : []))
        }
      })
      yield* Effect.raceFirst(rotating, constantly)
      assert.isAbove(sent, 50)
      assert.deepStrictEqual(statuses, new Set([200]))
      const present = secretOf(typeform, "Rotate12")
      assert.notStrictEqual(present, secret)
      const old = deliveryTo("Rotate12", { event: "old", token: "old" })
      assert.strictEqual((yield* deliver(form.id, old, { secret })).status, 200)
      const [over] = yield* sql<{ hours: number }>`
        UPDATE forms SET earlier_secrets_until = now() - interval '1 millisecond' WHERE id = ${form.id}
        RETURNING extract(epoch FROM old.earlier_secrets_until - now())::float8 / 3600 AS hours`
      assert.closeTo(over?.hours ?? 0, 24, 0.1)
      assert.strictEqual((yield* deliver(form.id, old, { secret })).status, 401)
      assert.strictEqual((yield* deliver(form.id, old, { secret: present })).status, 200)

      const jobs = yield* onboardingJobs.pipe(Effect.provide(OnboardingReactionServices))
      yield* jobs.find(({ name }) => name === "onboarding/ForgetSecrets")?.run(sql) ?? Effect.die("no such job")
      const [kept] = yield* sql<{ earlier: number }>`
        SELECT cardinality(sealed_earlier_secrets) AS earlier FROM forms WHERE id = ${form.id}`
      assert.strictEqual(kept?.earlier, 0)

      typeform.mishaps.push({ status: 400 })
      yield* rotated
      yield* until(sql`SELECT 1 FROM forms WHERE id = ${form.id} AND webhook_sync = 'failed'`)
      assert.strictEqual(secretOf(typeform, "Rotate12"), present)
      const last = deliveryTo("Rotate12", { event: "last", token: "last" })
      assert.deepStrictEqual(yield* deliver(form.id, last, { secret: present }), { status: 200 })
    }))
})
