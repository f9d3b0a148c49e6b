import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { FormId, ResponseId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { FormResponseReceived, PersonErased } from "../../../src/contexts/onboarding/contract/OnboardingEvents.ts"
import { clientFieldsOf } from "../../../src/contexts/recipes/client/clientFields.ts"
import { proposeClient } from "../../../src/contexts/recipes/client/proposeClient.ts"
import { birthdayOf, plain } from "../../../src/contexts/recipes/client/readAnswer.ts"
import { Recipes } from "../../../src/contexts/recipes/Recipes.ts"
import { RecipesReactionServices } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { eventOf } from "../../../src/kernel/contract/Event.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { EventBus } from "../../../src/kernel/EventBus.ts"
import { Dice } from "../../contract/Dice.ts"
import { FakeResponses, told } from "../../support/FakeResponses.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
import { makeCarrier } from "./Carrier.ts"

const write = { headers: {}, query: {} }
const someId = () => ResponseId.make(SecureRandom.uuidV7Unsafe())
const someResponse = {
  ...told,
  id: someId(),
  ownerId: UserId.make(SecureRandom.uuidV7Unsafe()),
  identifiers: [],
  answers: [],
  mapping: {}
}
const codeOf = (error: unknown) => Reflect.get(Object(error), "code")

const published = Effect.fnUntraced(function*(event: FormResponseReceived | PersonErased) {
  const sql = yield* SqlClient.SqlClient
  const bus = yield* EventBus
  yield* sql.withTransaction(
    event instanceof PersonErased
      ? bus.publish([eventOf(PersonErased, event)], null)
      : bus.publish([eventOf(FormResponseReceived, event)], null)
  )
  const carry = yield* makeCarrier(new Dice("responses"))
  while ((yield* carry(50)) > 0);
})

const TestLayer = Layer.merge(Recipes.layer, RecipesReactionServices).pipe(
  Layer.provideMerge(TestServer()),
  Layer.provideMerge(FakeResponses())
)

layer(TestLayer, { excludeTestServices: true })("clients from form responses", (it) => {
  it.effect("are previewed with where each field comes from, and nothing is kept", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const { body: { data: oats } } = yield* api.products.create({ ...write, payload: { name: "Oats", isFood: true } })
      const { body: { data: pollen } } = yield* api.products.create({
        ...write,
        payload: { name: "Pólen", isFood: true }
      })
      const { data } = yield* api.clients.previewResponse({ payload: { responseId: someId() } })
      assert.deepStrictEqual(
        data.fields.map(({ action, field, proposed }) => [field, proposed, action]),
        [
          ["name", "Ana Souza", "replace"],
          ["birthday", "1990-04-03", "replace"],
          ["sex", "female", "replace"],
          ["contact.emails", ["ana.souza@example.com"], "replace"],
          ["contact.phones", ["(11) 98765-4321"], "replace"],
          ["address.city", "São Paulo", "replace"],
          ["address.state", "SP", "replace"],
          ["restrictions.allergens", ["milk", "peanuts"], "replace"],
          ["restrictions.dislikedProductIds", [pollen.id, oats.id], "replace"],
          ["restrictions.note", "pólen, jiló", "append"],
          ["notes", "Anamnese (2026-11-20)\nObjetivo Dormir melhor", "append"]
        ]
      )
      assert.deepStrictEqual(data.warnings, [])
      assert.strictEqual(data.fields[0]?.question, "Seu nome?")
      const { pagination } = yield* api.clients.list({ query: {} })
      assert.strictEqual(pagination.total, 0)
    }))

  it.effect("are made once, and merged once", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const responseId = someId()
      const { body: { data: client } } = yield* api.clients.fromResponse({
        ...write,
        payload: { responseId, overrides: { sex: "undisclosed", contact: { mainEmail: null } } }
      })
      assert.deepStrictEqual([client.name, client.birthday, client.sex], ["Ana Souza", "1990-04-03", "undisclosed"])
      assert.deepStrictEqual(client.contact.mainPhone, { number: "(11) 98765-4321", e164: "+5511987654321" })
      assert.strictEqual(client.contact.mainEmail, null)
      assert.sameMembers([...client.restrictions.allergens], ["milk", "peanuts"])
      assert.strictEqual(client.onboarding[0]?.kind, "created")
      assert.strictEqual(client.onboarding[0]?.answers.length, 5)
      const again = yield* Effect.flip(api.clients.fromResponse({ ...write, payload: { responseId } }))
      assert.strictEqual(codeOf(again), "response_already_used")
      const { body: { data: same } } = yield* api.clients.mergeResponse({
        ...write,
        params: { id: client.id },
        payload: { responseId, actions: { name: "replace" } }
      })
      assert.deepStrictEqual(same, client)

      const { body: { data: other } } = yield* api.clients.create({
        ...write,
        payload: { name: "Ana S.", notes: "Old", restrictions: { allergens: ["fish"] } }
      })
      const used = yield* Effect.flip(
        api.clients.mergeResponse({ ...write, params: { id: other.id }, payload: { responseId } })
      )
      assert.strictEqual(codeOf(used), "response_already_used")
      const { body: { data: merged } } = yield* api.clients.mergeResponse({
        ...write,
        params: { id: other.id },
        payload: { responseId: someId(), actions: { "restrictions.allergens": "append" } }
      })
      assert.deepStrictEqual([merged.name, merged.birthday, merged.version], ["Ana S.", "1990-04-03", 2])
      assert.sameMembers([...merged.restrictions.allergens], ["fish", "milk", "peanuts"])
      assert.strictEqual(merged.notes, "Old\n\nAnamnese (2026-11-20)\nObjetivo Dormir melhor")
      const { data: found } = yield* api.clients.list({ query: { responseId: [responseId] } })
      assert.deepStrictEqual(found.map(({ id }) => id), [client.id])
    }))

  it("keep numbers of the form's country, and understand them again only where a country is given", () => {
    const input = { name: "Ana", contact: { mainPhone: "912 345 678", phones: ["+44 20 7946 0958", "12"] } }
    const fields = clientFieldsOf(input, { home: "PT" })
    assert.deepStrictEqual(fields.contact.mainPhone, { number: "912 345 678", e164: "+351912345678" })
    assert.deepStrictEqual(fields.contact.phones.map(({ e164 }) => e164), ["+442079460958", null])
    const before = fields.contact
    assert.deepStrictEqual(clientFieldsOf(input, { before }).contact, before)
    const abroad = clientFieldsOf({ ...input, address: { country: "ES" } }, { before })
    assert.strictEqual(abroad.contact.mainPhone?.e164, "+34912345678")
  })

  it("have a birthday where it is told for sure: ISO, day first in Portuguese; else it is proposed alone", () => {
    for (
      const [value, language, read] of [
        ["1990-04-03", "en", { day: "1990-04-03", isSure: true }],
        ["3/4/1990", "pt-BR", { day: "1990-04-03", isSure: true }],
        ["13.4.1990", "pt-BR", { day: "1990-04-13", isSure: true }],
        ["3/4/1990", "en", { day: "1990-03-04", isSure: false }],
        ["4/4/1990", "en", { day: "1990-04-04", isSure: true }],
        ["4/13/1990", "en", { day: "1990-04-13", isSure: true }],
        ["29/2/1990", "pt-BR", undefined],
        ["3/4/90", "pt-BR", undefined],
        ["1/1/1899", "pt-BR", undefined],
        ["2190-01-01", "pt-BR", undefined],
        ["abril", "pt-BR", undefined]
      ] as const
    ) assert.deepStrictEqual(birthdayOf(value, language), read, `${value} (${language})`)
  })

  it("live where they say: in a Brazilian state, or in the region of another country by its code or name", () => {
    const addressOf = (country: string | undefined, state: string) => {
      const told = proposeClient({
        ...someResponse,
        identifiers: [
          { kind: "state", value: state, ref: "state", confidence: 0.8 },
          ...country === undefined
            ? []
            : [{ kind: "country" as const, value: country, ref: "country", confidence: 0.8 }]
        ]
      }, new Map())
      return Object.fromEntries(
        told.filter(({ field }) => field.startsWith("address.")).map((
          { field, proposed }
        ) => [field.slice(8), proposed])
      )
    }
    assert.deepStrictEqual(addressOf(undefined, "são paulo"), { state: "SP" })
    assert.deepStrictEqual(addressOf("BRASIL", "sp"), { state: "SP", country: "BR" })
    for (
      const [name, code] of [
        ["Portugal", "PT"],
        ["pt", "PT"],
        ["Estados Unidos", "US"],
        ["United States", "US"],
        ["U.S.A.", "US"],
        ["Alemanha", "DE"],
        ["Germany", "DE"],
        ["Côte d’Ivoire", "CI"],
        ["UK", "GB"],
        ["Japão", "JP"]
      ] as const
    ) assert.deepStrictEqual(addressOf(name, "PA"), { region: "PA", country: code }, name)
    for (const nowhere of ["Atlântida", "EU", "XX"]) assert.deepStrictEqual(addressOf(nowhere, "PA"), { region: "PA" })
  })

  it("have no allergies where they say so, in words that a form maps by itself", () => {
    const notes = (answer: string) =>
      proposeClient({
        ...someResponse,
        answers: [{ ref: "a", question: "Alergias?", answer }],
        mapping: { a: "allergy" }
      }, new Map()).map(({ field, proposed }) => [field, proposed])
    for (
      const nothing of ["Não", "não tenho alergias", "Sem alergia.", "No known food allergies", "nenhuma alergia", "-"]
    ) {
      assert.deepStrictEqual(notes(nothing), [], nothing)
    }
    assert.deepStrictEqual(notes("pólen"), [["restrictions.note", "pólen"]])
  })

  it("are told apart by their names in any script", () => {
    assert.notStrictEqual(plain("Мария"), plain("Иван"))
    assert.strictEqual(plain("João d’Ávila"), plain("JOAO D'AVILA"))
  })

  it.effect("are suggested once, with who it may be; what is erased is forgotten", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const { userId } = yield* Administrator
      const { body: { data: known } } = yield* api.clients.create({
        ...write,
        payload: { name: "ANA SOUZA", birthday: "1990-04-03", contact: { phones: ["+55 11 98765 4321"] } }
      })
      const responseId = someId()
      const formId = FormId.make(SecureRandom.uuidV7Unsafe())
      const event = new FormResponseReceived({ formId, responseId, ownerId: UserId.make(userId) })
      yield* published(event)
      yield* published(event)
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE client_suggestions SET owner_id = ${userId}`
      const { data: [suggestion, ...others] } = yield* api.clients.suggestions({ query: {} })
      assert.deepStrictEqual(others, [])
      assert.strictEqual(suggestion?.name, "Ana Souza")
      const { body: { data: client } } = yield* api.clients.acceptSuggestion({
        ...write,
        params: { suggestionId: suggestion?.id ?? assert.fail("no suggestion") },
        payload: { clientId: known.id }
      })
      assert.deepStrictEqual([client.id, client.onboarding.length], [known.id, 1])
      const gone = yield* Effect.flip(
        api.clients.dismissSuggestion({ ...write, params: { suggestionId: suggestion?.id ?? assert.fail("none") } })
      )
      assert.strictEqual(codeOf(gone), "suggestion_not_found")
      const used = someId()
      yield* api.clients.fromResponse({ ...write, payload: { responseId: used } })
      yield* published(new FormResponseReceived({ formId, responseId: used, ownerId: UserId.make(userId) }))
      const late = someId()
      yield* published(new FormResponseReceived({ formId, responseId: late, ownerId: UserId.make(userId) }))
      yield* sql`UPDATE client_suggestions SET owner_id = ${userId}`
      const statuses = Effect.map(api.clients.suggestions({ query: { "status[ne]": "dismissed" } }), ({ data }) =>
        data.map((each) => [each.responseId, each.status]))
      assert.deepStrictEqual(yield* statuses, [[late, "open"], [used, "accepted"], [responseId, "accepted"]])
      yield* api.clients.mergeResponse({ ...write, params: { id: known.id }, payload: { responseId: late } })
      assert.deepStrictEqual((yield* statuses)[0], [late, "accepted"])
      yield* published(new PersonErased({ responseIds: [responseId] }))
      const { body: { data: erased } } = yield* api.clients.get({ params: { id: known.id } })
      assert.deepStrictEqual(
        erased.onboarding.map((entry) =>
          entry.responseId
        ),
        [late]
      )
      assert.deepStrictEqual((yield* statuses).map(([id]) => id), [late, used])
    }))
})
