import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { existsSync, readdirSync } from "node:fs"
import path from "node:path"
import { clientOf } from "../../support/TestServer.ts"
import { settled } from "../../support/WorkingServer.ts"
import { data, dataFile, deliver, registered, ServerAtTypeform } from "./AtTypeform.ts"
import { write } from "./Questionnaire.ts"

interface Sent {
  readonly form_response: { readonly form_id: string; readonly answers: ReadonlyArray<Record<string, unknown>> }
}

const parsed = (body: Buffer): Sent => JSON.parse(body.toString("utf8"))

let count = 0

/** What became of a delivery of these answers. */
const received = Effect.fnUntraced(function*(answers: ReadonlyArray<unknown>, more: object = {}) {
  const id = `Answers${++count}`
  const { form, secret } = yield* registered(id)
  const body = JSON.stringify({
    event_id: "e",
    event_type: "form_response",
    form_response: { form_id: id, token: "t", submitted_at: "2026-11-20T12:00:00Z", answers, ...more }
  })
  assert.deepStrictEqual(yield* deliver(form.id, body, { secret }), { status: 200 })
  return yield* responseTo(form.id)
})

const responseTo = Effect.fnUntraced(function*(formId: Parameters<typeof deliver>[0]) {
  yield* settled
  const api = yield* clientOf()
  const { data: [summary] } = yield* api.responses.list({ query: { formId: [formId] } })
  const { data: detail } = yield* api.responses.get({ params: { id: summary?.id ?? assert.fail("no response") } })
  return { ...detail, answers: detail.answers ?? [], identifiers: detail.identifiers ?? [] }
})

const field = (ref: string, type: string) => ({ id: ref, type, ref })
const textAnswer = (ref: string, text: string) => ({ type: "text", text, field: field(ref, "short_text") })

/** What is asked, the type of its field, and the kind that it must not be taken for. */
const falseHits: ReadonlyArray<readonly [string, string, string, string]> = [
  ["newsletter", "Email you our newsletter?", "yes_no", "email"],
  ["device", "Phone model", "short_text", "phone"],
  ["company_name", "Company name", "short_text", "fullName"],
  ["username", "Username", "short_text", "fullName"],
  ["full_name", "Full name", "short_text", "firstName"],
  ["last_exam", "Date of last exam", "date", "birthday"],
  ["dia", "Pode na sexta-feira?", "short_text", "gender"],
  ["pet", "Gender of your pet", "short_text", "gender"],
  ["company_size", "Company size", "multiple_choice", "company"],
  ["contact", "Email address", "short_text", "street"],
  ["page", "Web address", "short_text", "street"],
  ["health", "State of health", "short_text", "state"],
  ["civil", "Estado civil", "short_text", "state"],
  ["upload", "Zip file", "short_text", "postalCode"],
  ["familia", "Seus pais são vivos?", "short_text", "country"],
  ["addressLine2", "?", "short_text", "street"],
  ["home", "Company website", "website", "company"],
  ["years", "Years of allergies", "number", "allergy"],
  ["remedios", "Alergia a medicamentos", "short_text", "allergy"],
  ["section", "Allergies", "statement", "allergy"]
]

const trueHits: ReadonlyArray<readonly [string, string, string, string]> = [
  ["a1", "E-mail", "short_text", "email"],
  ["a2", "Correio eletrônico", "short_text", "email"],
  ["a3", "WhatsApp", "short_text", "phone"],
  ["yourName", "?", "short_text", "fullName"],
  ["a5", "Nome completo", "short_text", "fullName"],
  ["primeiro-nome", "?", "short_text", "firstName"],
  ["a7", "Surname", "short_text", "lastName"],
  ["a8", "Data de nascimento", "date", "birthday"],
  ["a9", "Gênero", "dropdown", "gender"],
  ["a10", "Empresa onde trabalha", "short_text", "company"],
  ["a11", "Endereço", "short_text", "street"],
  ["a12", "Complemento", "short_text", "complement"],
  ["a13", "Município", "short_text", "city"],
  ["a14", "UF", "dropdown", "state"],
  ["a15", "CEP", "short_text", "postalCode"],
  ["a16", "País", "short_text", "country"],
  ["a17", "Tem alguma alergia?", "long_text", "allergy"],
  ["a18", "O que você não gosta de comer?", "long_text", "dislike"],
  ["a19", "Company name", "short_text", "company"],
  ["a20", "Email address", "short_text", "email"],
  ["billing_addressLine2", "?", "short_text", "complement"],
  ["email2", "?", "short_text", "email"],
  ["a23", "Alergia a alimentos ou medicamentos", "short_text", "allergy"],
  ["a24", "CEP", "number", "postalCode"]
]

/** What the deliveries of the data set tell of persons. */
const persons: Readonly<Record<string, ReadonlyArray<string>>> = {
  "actionsflow-no-hidden.json": ["fullName 9a489f17-8765-494b-933e-3624c645bd0c"],
  "leadflow-hidden-utm-br.json": [
    "email work_email",
    "phone phone",
    "fullName name",
    "company company",
    "firstName name",
    "lastName name"
  ],
  "sdk-csharp-WebhookResponse1.json": ["phone sdk_phonenumber", "email sdk_email"]
}

layer(ServerAtTypeform(), { excludeTestServices: true })("answers", (it) => {
  it.effect("are read whatever their type, and a bad one fails nothing", () =>
    Effect.gen(function*() {
      const { answers, hidden, score, variables, warnings } = yield* received(
        [
          { type: "choice", choice: { id: "1", ref: "r", label: "A" }, field: field("one", "dropdown") },
          { type: "choice", choice: { other: "mine" }, field: field("other", "multiple_choice") },
          {
            type: "choices",
            choices: { ids: ["1", "2"], labels: ["B", "A"], other: "C" },
            field: field("many", "ranking")
          },
          { type: "choices", choices: {}, field: field("none", "multiple_choice") },
          {
            type: "payment",
            payment: { amount: "12.50", last4: "4242", name: "Ana", success: true },
            field: field("paid", "payment")
          },
          { type: "date", date: "2026-02-30", field: field("day", "date") },
          { type: "number", number: "7", field: field("count", "number") },
          { type: "phone_number", phone_number: "+5511987654321", field: field("fone", "phone_number") },
          { type: "text", text: "(11) 98765-4321", field: field("celular", "phone_number") },
          { type: "choice", choice: { id: "7" }, field: field("bare", "dropdown") },
          { type: "boolean", boolean: false, field: field("smokes", "yes_no") },
          { type: "hologram", hologram: 1, field: field("new", "hologram") },
          {
            type: "address",
            address: { answers: [textAnswer("cidade", "Recife"), textAnswer("uf", "PE")] },
            field: field("home", "address")
          },
          { type: "text", text: "a\u0000b", field: field("odd", "short_text") },
          "no answer at all"
        ],
        { hidden: { utm: "x" }, variables: [{ key: "score", type: "number", number: 4 }], calculated: { score: 4 } }
      )
      assert.deepStrictEqual(
        answers.map(({ answer, ref, type }) => [ref, type, answer]),
        [
          ["one", "choice", { id: "1", ref: "r", label: "A" }],
          ["other", "choice", { other: "mine" }],
          ["many", "choices", [{ id: "1", label: "B" }, { id: "2", label: "A" }, { other: "C" }]],
          ["none", "choices", []],
          ["paid", "payment", { amount: "12.50", last4: "4242", name: "Ana", success: true }],
          ["day", "unreadable", null],
          ["count", "unreadable", null],
          ["fone", "phone_number", "+5511987654321"],
          ["celular", "phone_number", "(11) 98765-4321"],
          ["bare", "choice", { id: "7" }],
          ["smokes", "boolean", false],
          ["new", "other", null],
          ["cidade", "text", "Recife"],
          ["uf", "text", "PE"],
          ["odd", "text", "ab"],
          ["", "other", null]
        ]
      )
      for (const phone of ["fone", "celular"]) {
        assert.strictEqual(answers.find(({ ref }) => ref === phone)?.e164, "+5511987654321")
      }
      assert.deepStrictEqual([hidden, score, variables.length, warnings.length], [{ utm: "x" }, 4, 1, 4])
      assert.include(warnings, "new: answer_type_unknown (hologram)")
    }))

  it.effect("are kept though one is nested without end", () =>
    Effect.gen(function*() {
      const id = `Answers${++count}`
      const { form, secret } = yield* registered(id)
      const nested = `{"type":"deep","deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}`
      const body = `{"event_id":"e","event_type":"form_response","form_response":{"form_id":"${id}","token":"t",
        "submitted_at":"2026-11-20T12:00:00Z","landed_at":${"[".repeat(100_000)}${"]".repeat(100_000)},
        "answers":[${JSON.stringify(textAnswer("nome", "Ana"))},${nested}]}}`
      assert.deepStrictEqual(yield* deliver(form.id, body, { secret }), { status: 200 })
      const { answers, status, warnings } = yield* responseTo(form.id)
      assert.deepStrictEqual(
        [status, answers.map(({ answer }) => answer), warnings],
        ["processed", ["Ana", null], ["an answer: answer_type_unknown (deep)"]]
      )
    }))

  it.effect("tell of persons what they are asked for, and no more", () =>
    Effect.gen(function*() {
      const id = "Suggest1"
      const asked = [...falseHits, ...trueHits].map(([ref, title, type]) => ({ id: ref, ref, type, title }))
      const { form } = yield* registered(id, { title: "All kinds", fields: asked })
      const api = yield* clientOf()
      const { data: suggested } = yield* api.forms.suggestMapping({ params: { id: form.id } })
      const targets = new Map(suggested.map(({ ref, target }) => [ref, target]))
      for (const [ref, title, , kind] of falseHits) assert.notStrictEqual(targets.get(ref), kind, title)
      for (const [ref, title, , kind] of trueHits) assert.strictEqual(targets.get(ref), kind, title)
    }))

  it.effect("are checked, and those about somebody else count less", () =>
    Effect.gen(function*() {
      const { identifiers } = yield* received([
        textAnswer("nome", "  Maria   da Silva "),
        textAnswer("nome_da_mae", "Joana"),
        textAnswer("doctor_email", "doc@example.com"),
        textAnswer("cep", "x"),
        textAnswer("phone", "none"),
        { type: "date", date: "2150-01-01", field: field("birthday", "date") },
        textAnswer("allergies", "No allergies"),
        textAnswer("company_name", "Acme")
      ])
      const told = identifiers.map(({ confidence, kind, value }) => [kind, value, confidence])
      assert.deepStrictEqual(told, [
        ["fullName", "Maria da Silva", 0.9],
        ["company", "Acme", 0.9],
        ["firstName", "Maria", 0.5],
        ["lastName", "da Silva", 0.5],
        ["fullName", "Joana", 0.32],
        ["email", "doc@example.com", 0.32]
      ])
      const { identifiers: parts } = yield* received([textAnswer("first_name", "Ana"), textAnswer("name", "Souza")])
      assert.deepStrictEqual(parts.map(({ kind, rule }) => [kind, rule]), [["firstName", "ref"], [
        "lastName",
        "elimination"
      ]])
    }))

  it.effect("are read once more when the program reads better", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const api = yield* clientOf()
      const { answers, formId, id } = yield* received([textAnswer("nome", "Ana")])
      const again = Effect.map(api.responses.reprocess({ ...write, params: { id } }), ({ data }) =>
        "response" in data ? data : assert.fail("a dry run"))
      const told = Effect.map(
        sql<{ tag: string }>`SELECT tag FROM events WHERE payload->>'responseId' = ${id} ORDER BY published_at, id`,
        (rows) =>
          rows.map(({ tag }) => tag.replace("onboarding/", ""))
      )
      const same = yield* again
      assert.deepStrictEqual([same.differences, same.response.answers], [[], answers])
      assert.deepStrictEqual(yield* told, ["WebhookReceived", "FormResponseReceived"])

      yield* sql`UPDATE form_responses SET answers = '[]', identifiers = '[]' WHERE id = ${id}`
      const { differences, response } = yield* again
      assert.deepStrictEqual([differences, response.answers], [
        ["the answer of nome", "the identifier fullName of nome"],
        answers
      ])
      const { data: [kept] } = yield* api.responses.list({ query: { formId: [formId], "name[like]": "ana" } })
      assert.strictEqual(kept?.id, id)
      // Whoever waits for it is told, although it was read here and not by its delivery.
      yield* sql`UPDATE form_responses SET status = 'received' WHERE id = ${id}`
      yield* again
      assert.deepStrictEqual((yield* told).slice(2), ["FormResponseReprocessed", "FormResponseReceived"])
    }))

  it.effect.skipIf(!existsSync(data))(
    "of every delivery in the data set (skipped where the data set is absent)",
    () =>
      Effect.gen(function*() {
        const names = readdirSync(path.join(data, "webhooks"))
        for (const name of names) {
          const body = dataFile(`webhooks/${name}`)
          const isInvalid = name.includes("invalid")
          const typeformId = isInvalid ? "Invalid1" : parsed(body).form_response.form_id
          const { form, secret } = yield* registered(typeformId)
          const { code, status } = yield* deliver(form.id, body, { secret })
          assert.deepStrictEqual([status, code], isInvalid ? [422, "webhook_payload_invalid"] : [200, undefined], name)
          if (isInvalid) continue
          const { answers, identifiers, warnings } = yield* responseTo(form.id)
          const sent = parsed(body).form_response.answers
          assert.deepStrictEqual([answers.length, warnings], [sent.length, []], name)
          for (const [index, answer] of answers.entries()) assert.strictEqual(answer.type, sent[index]?.["type"])
          assert.deepStrictEqual(identifiers.map(({ kind, ref }) => `${kind} ${ref}`), persons[name])
          if (name.startsWith("leadflow")) {
            const api = yield* clientOf()
            const { data: [found] } = yield* api.responses.list({ query: { email: "maria.silva@acme.com" } })
            assert.strictEqual(found?.formId, form.id)
          }
        }
      })
  )

  it.effect.skipIf(!existsSync(data))(
    "that are a person's, of all that the forms of the data set ask for (skipped as above)",
    () =>
      Effect.gen(function*() {
        const api = yield* clientOf()
        const told = new Set<string>()
        let asked = 0
        for (const [index, name] of readdirSync(path.join(data, "forms")).entries()) {
          const { form } = yield* registered(`Dataset${index}`, JSON.parse(dataFile(`forms/${name}`).toString("utf8")))
          asked += form.fields.length
          const { data: suggested } = yield* api.forms.suggestMapping({ params: { id: form.id } })
          for (const { target, title } of suggested) told.add(`${target}: ${title}`)
        }
        assert.isAtLeast(asked, 1000)
        assert.sameMembers([...told], [
          "state: What state do you live in?",
          "state: What state will you be in at the time of your appointment?",
          "gender: Please select the patient's biological sex:",
          "gender: What was your sex assigned at birth?",
          "gender: ¿Qué sexo le asignaron al nacer?"
        ])
      })
  )
})
