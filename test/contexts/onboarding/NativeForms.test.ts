import { assert, layer } from "@effect/vitest"
import { Effect, Result } from "effect"
import { SqlClient } from "effect/sql"
import { clientOf } from "../../support/TestServer.ts"
import { settled, WorkingServer } from "../../support/WorkingServer.ts"
import { filled, getPage, openForm, post, simulated, tokenIn, write } from "./Questionnaire.ts"

const codeOf = (error: unknown) => Reflect.get(Object(error), "code")

layer(WorkingServer({ FORM_POSTS_PER_HOUR: "0" }), { excludeTestServices: true })("native forms", (it) => {
  it.effect("are filled in, and become a client whose allergies a menu conflicts with", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const form = yield* openForm()
      const { page, response: shown } = yield* getPage(form.slug)
      assert.strictEqual(shown.status, 200)
      assert.notInclude(page, "<script>")
      const token = tokenIn(page)
      const early = yield* post(form.slug, [["form-token", token], ...filled])
      assert.strictEqual(early.response.status, 422)
      assert.include(early.page, "rápido demais")
      assert.include(early.page, "value=\"Ana  Conceição\"")
      assert.strictEqual(tokenIn(early.page), token)
      yield* Effect.sleep("3100 millis")

      const faulty = yield* post(form.slug, [["form-token", token], ["email", "nobody"], ["cpf", "1"], [
        "alergias",
        "choice-9"
      ]])
      assert.strictEqual(faulty.response.status, 422)
      for (const ref of ["nome", "email", "cpf", "alergias", "ciente", "consent-given"]) {
        assert.include(faulty.page, `href="#${ref}"`)
      }

      const posts = yield* Effect.all(
        Array.from({ length: 5 }, () => post(form.slug, [["form-token", token], ...filled])),
        { concurrency: "unbounded" }
      )
      for (const { response } of posts) assert.strictEqual(response.status, 200)
      yield* settled
      const { data: [summary, ...others] } = yield* api.responses.list({ query: { formId: [form.id] } })
      assert.deepStrictEqual(others, [])
      const responseId = summary?.id ?? assert.fail("no response")
      const { data: detail } = yield* api.responses.get({ params: { id: responseId } })
      assert.deepStrictEqual(
        detail.answers?.map(({ answer, ref }) => [ref, answer]),
        [
          ["nome", "Ana Conceição"],
          ["email", "Ana@Example.com"],
          ["celular", "(11) 98765-4321"],
          ["nascimento", "1990-04-03"],
          ["sexo", { label: "Feminino" }],
          ["cidade", "São Paulo"],
          ["alergias", [{ label: "Amendoim" }, { other: "camarão" }]],
          ["nao_gosta", "jiló"],
          ["peso", 72.5],
          ["fome", 7],
          ["animo", 4],
          ["fuma", false],
          ["site", "https://www.example.com"],
          ["cpf", "123.456.789-09"],
          ["ciente", true]
        ]
      )
      assert.strictEqual(detail.consent?.text, "Concordo com o uso dos meus dados.")

      const { data: [suggestion] } = yield* api.clients.suggestions({ query: {} })
      assert.strictEqual(suggestion?.name, "Ana Conceição")
      const { body: { data: client } } = yield* api.clients.fromResponse({ ...write, payload: { responseId } })
      assert.deepStrictEqual(
        [client.name, client.birthday, client.sex, client.contact.emails, client.address.city],
        ["Ana Conceição", "1990-04-03", "female", ["ana@example.com"], "São Paulo"]
      )
      assert.sameMembers([...client.restrictions.allergens], ["peanuts", "crustaceans"])
      yield* settled
      const { data: [used] } = yield* api.responses.list({ query: { hasClient: true } })
      assert.strictEqual(used?.clientId, client.id)

      const { body: { data: food } } = yield* api.products.create({
        ...write,
        payload: { name: "Paçoca", isFood: true, allergens: { peanuts: { state: "contains", evidence: "label" } } }
      })
      const { body: { data: recipe } } = yield* api.recipes.create({
        ...write,
        payload: { name: "Doce", ingredients: [{ name: "paçoca", productId: food.id, quantity: 50, unit: "g" }] }
      })
      const { body: { data: meal } } = yield* api.meals.create({
        ...write,
        payload: { name: "Lanche", components: [{ recipeId: recipe.id, portions: 1 }] }
      })
      const { body: { data: menu } } = yield* api.menus.create({
        ...write,
        payload: { name: "Semana", clientId: client.id, startDate: "2027-05-03" }
      })
      const { body: { data: { conflicts } } } = yield* api.menus.putSlot({
        ...write,
        params: { id: menu.id },
        payload: { week: 1, weekday: "monday", mealType: "Lanche", mealId: meal.id }
      })
      assert.include(JSON.stringify(conflicts), "peanuts")
    }))

  it.effect("go from state to state", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const { body: { data: draft } } = yield* api.forms.register({ ...write, payload: { title: "Vazio" } })
      const params = { id: draft.id }
      assert.strictEqual(codeOf(yield* Effect.flip(api.forms.activate({ ...write, params }))), "form_has_no_fields")
      assert.strictEqual(
        codeOf(yield* Effect.flip(api.forms.pause({ ...write, params }))),
        "form_transition_not_allowed"
      )
      assert.strictEqual((yield* getPage(draft.slug ?? "")).response.status, 404)
      yield* api.forms.change({ ...write, params, payload: { fields: [{ ref: "a", type: "short_text", title: "A" }] } })
      yield* api.forms.activate({ ...write, params })
      assert.strictEqual((yield* getPage(draft.slug ?? "")).response.status, 200)
      const emptied = yield* Effect.flip(api.forms.change({ ...write, params, payload: { fields: [] } }))
      assert.strictEqual(codeOf(emptied), "form_has_no_fields")
      yield* api.forms.pause({ ...write, params })
      assert.strictEqual((yield* getPage(draft.slug ?? "")).response.status, 410)
      yield* api.forms.activate({ ...write, params })
      const { body: { data: completed } } = yield* api.forms.complete({ ...write, params })
      assert.deepStrictEqual([completed.status, completed.definitionVersion], ["completed", 2])
      assert.strictEqual((yield* getPage(draft.slug ?? "")).response.status, 404)
      assert.strictEqual(
        codeOf(yield* Effect.flip(api.forms.activate({ ...write, params }))),
        "form_transition_not_allowed"
      )
      const taken = yield* Effect.flip(
        api.forms.register({ ...write, payload: { title: "Outro", slug: draft.slug ?? "" } })
      )
      assert.strictEqual(codeOf(taken), "slug_taken")
      yield* api.forms.delete({ ...write, params })
      assert.strictEqual(codeOf(yield* Effect.flip(api.forms.get({ params }))), "form_not_found")
      yield* api.forms.register({ ...write, payload: { title: "Outro", slug: draft.slug ?? "" } })
    }))

  it.effect("take each way from state to state that there is, and no other", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const moves = ["activate", "pause", "complete"] as const
      const ways: Readonly<Record<string, ReadonlyArray<(typeof moves)[number]>>> = {
        draft: ["activate"],
        active: ["pause", "complete"],
        paused: ["activate", "complete"],
        completed: []
      }
      const to: Readonly<Record<string, ReadonlyArray<(typeof moves)[number]>>> = {
        draft: [],
        active: ["activate"],
        paused: ["activate", "pause"],
        completed: ["activate", "complete"]
      }
      for (const [from, allowed] of Object.entries(ways)) {
        for (const move of moves) {
          const { body: { data: form } } = yield* api.forms.register({
            ...write,
            payload: { title: from, fields: [{ ref: "a", type: "short_text", title: "A" }] }
          })
          const params = { id: form.id }
          for (const step of to[from] ?? []) yield* api.forms[step]({ ...write, params })
          const moved = yield* Effect.result(api.forms[move]({ ...write, params }))
          const code = Result.isFailure(moved) ? codeOf(moved.failure) : "ok"
          assert.strictEqual(code, allowed.includes(move) ? "ok" : "form_transition_not_allowed", `${from} ${move}`)
          yield* api.forms.delete({ ...write, params })
          assert.strictEqual(codeOf(yield* Effect.flip(api.forms[move]({ ...write, params }))), "form_not_found")
        }
      }
    }))

  it.effect("can be tried as if somebody had filled them in", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const form = yield* openForm()
      const statuses = [(yield* simulated(form.id)).status, (yield* simulated(form.id)).status]
      assert.deepStrictEqual(statuses, [201, 201])
      const { data, pagination } = yield* api.responses.list({ query: { formId: [form.id] } })
      const { data: { answers } } = yield* api.responses.get({ params: { id: data[0]?.id ?? assert.fail("none") } })
      assert.deepStrictEqual([pagination.total, answers?.[0]?.answer, answers?.length], [2, "Ana Exemplo", 14])
    }))

  it.effect("are defined well, or not at all", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const error = yield* Effect.flip(api.forms.register({
        ...write,
        payload: {
          title: "X",
          fields: [
            { ref: "a", type: "short_text", title: "A", pattern: "(a)\\1" },
            { ref: "a", type: "number", title: "A", min: 2, max: 1 },
            { ref: "c", type: "dropdown", title: "C" },
            { ref: "d", type: "date", title: "D", min: "2026-02-30", choices: ["x"] },
            { ref: "e", type: "rating", title: "E", max: 20 }
          ]
        }
      }))
      assert.strictEqual(codeOf(error), "field_definition_invalid")
      const errors: ReadonlyArray<{ pointer: string }> = Reflect.get(Object(error), "errors")
      assert.deepStrictEqual(errors.map(({ pointer }) => pointer), [
        "/fields/0/pattern",
        "/fields/1/ref",
        "/fields/1/max",
        "/fields/2/choices",
        "/fields/3/choices",
        "/fields/4/max"
      ])
    }))

  it.effect("take no robots, and forget who sent them", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const form = yield* openForm()
      const { page } = yield* getPage(form.slug)
      yield* Effect.sleep("3100 millis")
      const trapped = yield* post(form.slug, [["form-token", tokenIn(page)], ["home-page", "x"], ...filled])
      assert.strictEqual(trapped.response.status, 200)
      const forged = yield* post(form.slug, [[
        "form-token",
        tokenIn(page).replace(/.$/, (sign) => sign === "A" ? "B" : "A")
      ], ...filled])
      assert.strictEqual(forged.response.status, 422)
      assert.include(forged.page, "envie de novo")
      const [count] = yield* sql<
        { count: number }
      >`SELECT count(*)::integer AS count FROM form_responses WHERE form_id = ${form.id}`
      assert.strictEqual(count?.count, 0)
    }))
})
