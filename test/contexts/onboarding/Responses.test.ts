import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../../src/contexts/iam/AccessTokens.ts"
import { ResponseId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { onboardingJobs } from "../../../src/contexts/onboarding/onboardingJobs.ts"
import { OnboardingReactionServices } from "../../../src/contexts/onboarding/OnboardingSubscribers.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { clientOf } from "../../support/TestServer.ts"
import { settled } from "../../support/WorkingServer.ts"
import { deliver, registered, ServerAtTypeform } from "./AtTypeform.ts"
import { openForm, write } from "./Questionnaire.ts"

const codeOf = (error: unknown) => Reflect.get(Object(error), "code")

/** Somebody else, with these permissions of onboarding. */
const userWith = Effect.fnUntraced(function*(role?: string) {
  const sql = yield* SqlClient.SqlClient
  const id = UserId.make(SecureRandom.uuidV7Unsafe())
  yield* sql`INSERT INTO users (id, email) VALUES (${id}, ${`${id}@example.org`})`
  if (role !== undefined) {
    yield* sql`INSERT INTO role_assignments SELECT ${id}, id FROM roles WHERE context = 'onboarding' AND name = ${role}`
  }
  return yield* (yield* AccessTokens).issue(id, Duration.minutes(15))
})

let count = 0

/** A response of a person, to a form of the administrator's. */
const answered = Effect.fnUntraced(function*(name: string, email: string, phone = "(11) 98888-0000") {
  const typeformId = `Person${++count}`
  const { form, secret } = yield* registered(typeformId)
  const body = JSON.stringify({
    event_id: `event-of-${typeformId}`,
    event_type: "form_response",
    form_response: {
      form_id: typeformId,
      token: "t",
      submitted_at: "2026-11-20T12:00:00Z",
      hidden: { crm: `hidden-of-${name}` },
      answers: [
        { type: "text", text: name, field: { id: "1", type: "short_text", ref: "nome" } },
        { type: "email", email, field: { id: "2", type: "email", ref: "email" } },
        { type: "phone_number", phone_number: phone, field: { id: "3", type: "phone_number", ref: "fone" } },
        { type: "text", text: `answer-of-${name}`, field: { id: "4", type: "long_text", ref: "x" } }
      ]
    }
  })
  assert.strictEqual((yield* deliver(form.id, body, { secret })).status, 200)
  yield* settled
  const api = yield* clientOf()
  const { data: [summary] } = yield* api.responses.list({ query: { formId: [form.id] } })
  return { form, secret, body, id: summary?.id ?? assert.fail("no response") }
})

/** The tables in which a text stands. */
const tablesWith = Effect.fnUntraced(function*(text: string) {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
  const found: Array<string> = []
  for (const { name } of tables) {
    const hex = Buffer.from(text).toString("hex")
    const [row] = yield* sql<{ held: boolean }>`
      SELECT EXISTS (SELECT FROM ${
      sql(name)
    } AS t WHERE t::text ILIKE ${`%${text}%`} OR t::text ILIKE ${`%${hex}%`}) AS held`
    if (row?.held === true) found.push(name)
  }
  return found
})

layer(ServerAtTypeform().pipe(Layer.provide(CountedStatements)), { excludeTestServices: true })(
  "form responses",
  (it) => {
    it.effect("are found by what they tell, by those who may", () =>
      Effect.gen(function*() {
        const api = yield* clientOf()
        const { id } = yield* answered("Beatriz Ñandú", "Bia@Example.com", "+55 (21) 97777-1234")
        const found = (query: Parameters<typeof api.responses.list>[0]["query"]) =>
          Effect.map(api.responses.list({ query }), ({ data }) => data.map((each) => each.id))
        assert.deepStrictEqual(yield* found({ email: "bia@example.com" }), [id])
        assert.deepStrictEqual(yield* found({ phone: "97777-1234" }), [id])
        assert.deepStrictEqual(yield* found({ "name[like]": "nandu" }), [id])
        assert.deepStrictEqual(yield* found({ q: "answer beatriz" }), [id])
        assert.deepStrictEqual(yield* found({ email: "nobody@example.com" }), [])

        const viewer = yield* clientOf(yield* userWith("form_viewer"))
        const { data: seen } = yield* viewer.responses.get({ params: { id } })
        assert.isAbove(seen.answers?.length ?? 0, 0)
        const stranger = yield* clientOf(yield* userWith())
        assert.strictEqual(codeOf(yield* Effect.flip(stranger.responses.get({ params: { id } }))), "response_not_found")
        const { pagination } = yield* stranger.responses.list({ query: {} })
        assert.strictEqual(pagination.total, 0)
        const formsOf = ({ forms }: typeof api) => Effect.map(forms.list({ query: {} }), ({ data }) => data.length)
        assert.isAbove(yield* formsOf(viewer), 0)
        assert.strictEqual(yield* formsOf(stranger), 0)
        const previewOf = ({ clients }: typeof api) =>
          clients.previewResponse({ payload: { responseId: ResponseId.make(id) } })
        assert.strictEqual((yield* previewOf(viewer)).data.responseId, id)
        assert.strictEqual(codeOf(yield* Effect.flip(previewOf(stranger))), "response_not_found")
        const { body: { data: role } } = yield* api.roles.create({
          ...write,
          payload: { context: "onboarding", name: "counter", permissions: ["view_onboarding_responses"] }
        })
        const { body: { data: me } } = yield* stranger.me.get({})
        yield* api.users.assignRole({ ...write, params: { id: me.id, roleId: role.id } })
        const { data: unnamed } = yield* stranger.responses.get({ params: { id } })
        assert.isNull(unnamed.answers)
        assert.strictEqual(codeOf(yield* Effect.flip(previewOf(stranger))), "response_not_found")
        assert.isAbove(yield* formsOf(stranger), 0)
        const totals = yield* Effect.forEach([{}, { email: "bia@example.com" }], (query) =>
          Effect.map(stranger.responses.list({ query }), ({ pagination }) => pagination.total))
        assert.deepStrictEqual(totals, [1, 0])
      }))

    it.effect("are asked for in bulk: each with its result or its problem, in few statements", () =>
      Effect.gen(function*() {
        const api = yield* clientOf()
        const { form, id } = yield* answered("Carla", "carla@example.com")
        const queries = [
          { queryType: "responses_by_form", formId: form.id, limit: 10 },
          { queryType: "response_by_id", responseId: id },
          { queryType: "forms_by_user", limit: 3 },
          { queryType: "responses_by_user", offset: 0 },
          { queryType: "response_by_id" },
          { queryType: "forms_by_user", userId: id },
          { queryType: "response_by_id", responseId: SecureRandom.uuidV7Unsafe() },
          ...Array.from({ length: 13 }, () => ({ queryType: "responses_by_form", formId: form.id }))
        ]
        const { data } = yield* api.responses.bulkQuery({ payload: { queries } })
        assert.deepStrictEqual(data.map(({ index }) => index), queries.map((_, index) => index))
        assert.deepStrictEqual(
          data.slice(0, 7).map((each) => each.ok ? each.result.queryType : each.problem.code),
          [
            "responses_by_form",
            "response_by_id",
            "forms_by_user",
            "responses_by_user",
            "invalid_request",
            "invalid_request",
            "response_not_found"
          ]
        )
        const statementsOf = (count: number) =>
          Effect.map(
            countingStatements(api.responses.bulkQuery({ payload: { queries: queries.slice(0, count) } })),
            ({ statements }) => statements
          )
        assert.deepStrictEqual([yield* statementsOf(4), yield* statementsOf(queries.length)], [4, 4])
        const stranger = yield* clientOf(yield* userWith("administrator"))
        const { data: theirs } = yield* stranger.responses.bulkQuery({ payload: { queries: queries.slice(0, 4) } })
        assert.deepStrictEqual(theirs.map((each) => each.ok ? each.result : each.problem.code), [
          "form_not_found",
          "response_not_found",
          { queryType: "forms_by_user", total: 0, forms: [] },
          { queryType: "responses_by_user", total: 0, responses: [] }
        ])
      }))

    it.effect("are told to a person, and forgotten everywhere", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const api = yield* clientOf()
        const { body, form, id, secret } = yield* answered("Dalva Quixadá", "dalva@example.com", "(85) 98765-0001")
        const { id: other } = yield* answered("Elisa", "elisa@example.com", "(85) 98765-0002")
        const { body: { data: told } } = yield* api.responses.exportPerson({ payload: { phone: "85987650001" } })
        assert.deepStrictEqual(told.responses.map((each) => [each["id"], each["rawBody"]]), [[id, body]])
        assert.deepStrictEqual(told.suggestions.map((each) => each["responseId"]), [id])
        const stranger = yield* clientOf(yield* userWith())
        const { body: { data: nothing } } = yield* stranger.responses.exportPerson({
          payload: { email: "dalva@example.com" }
        })
        assert.deepStrictEqual([nothing.responses, nothing.clients], [[], []])
        const { data: untouched } = yield* stranger.responses.erasePerson({
          ...write,
          payload: { email: "dalva@example.com" }
        })
        if ("responses" in untouched) assert.deepStrictEqual(untouched.responses, [])

        const { data: report } = yield* api.responses.erasePerson({ ...write, payload: { email: "DALVA@example.com" } })
        yield* settled
        if (!("responses" in report)) return assert.fail("a dry run")
        assert.deepStrictEqual([report.responses, report.suggestions], [[id], 1])
        for (const text of ["Quixad", "dalva", "98765-0001", "987650001", "hidden-of-Dalva"]) {
          assert.deepStrictEqual(yield* tablesWith(text), [], text)
        }
        assert.notDeepEqual(yield* tablesWith("elisa@example.com"), [])
        assert.deepStrictEqual(yield* deliver(form.id, body, { secret }), { status: 200, duplicate: true })
        const { data: kept } = yield* api.responses.get({ params: { id: other } })
        assert.strictEqual(kept.status, "processed")

        const { id: third } = yield* answered("Fabiana", "fabiana@example.com")
        yield* sql`UPDATE form_responses SET received_at = now() - interval '366 days' WHERE id IN (${other}, ${third})`
        yield* sql`UPDATE forms SET retention_days = 367 FROM form_responses r WHERE r.form_id = forms.id AND r.id = ${third}`
        const { data: tried } = yield* api.responses.purge({ headers: {}, query: { dryRun: true } })
        assert.deepStrictEqual("dryRun" in tried, false)
        assert.deepStrictEqual((yield* stranger.responses.purge(write)).data, { purged: 0 })
        const { data: purged } = yield* api.responses.purge(write)
        assert.deepStrictEqual(purged, { purged: 1 })
        yield* sql`UPDATE form_responses SET received_at = now() - interval '368 days' WHERE id = ${third}`
        const jobs = yield* onboardingJobs.pipe(Effect.provide(OnboardingReactionServices))
        const daily = jobs.find(({ name }) => name === "onboarding/Purge") ?? assert.fail("no such job")
        assert.isFalse(yield* sql.withTransaction(daily.run(sql)))
        yield* settled
        for (const text of ["elisa@example.com", "98765-0002", "answer-of-Elisa", "fabiana@example.com"]) {
          assert.deepStrictEqual(yield* tablesWith(text), [], text)
        }
      }))

    it.effect("are forgotten one by one, and stay what they were for a delivery that is repeated", () =>
      Effect.gen(function*() {
        const api = yield* clientOf()
        const { body, form, id, secret } = yield* answered("Flora", "flora@example.com")
        yield* api.responses.delete({ params: { id }, query: {} })
        yield* settled
        assert.deepStrictEqual(yield* tablesWith("flora@example.com"), [])
        const gone = yield* Effect.flip(api.responses.delete({ params: { id }, query: {} }))
        assert.strictEqual(codeOf(gone), "response_not_found")
        assert.deepStrictEqual(yield* deliver(form.id, body, { secret }), { status: 200, duplicate: true })
        const strange = ResponseId.make(SecureRandom.uuidV7Unsafe())
        assert.strictEqual(
          codeOf(yield* Effect.flip(api.responses.get({ params: { id: strange } }))),
          "response_not_found"
        )
      }))

    it.effect("show whose owner may do nothing any more", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const token = yield* userWith()
        const form = yield* openForm({ token })
        const api = yield* clientOf()
        const params = { id: form.ownerId }
        const shown = Effect.map(
          sql<{ ownerDisabled: boolean }>`SELECT owner_disabled FROM forms WHERE id = ${form.id}`,
          ([row]) => row
        )
        yield* api.users.disable({ ...write, params })
        yield* settled
        assert.isTrue((yield* shown)?.ownerDisabled)
        yield* api.users.enable({ ...write, params })
        yield* settled
        assert.isFalse((yield* shown)?.ownerDisabled)
      }))
  }
)
