import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { createHmac } from "node:crypto"
import { FormId } from "../../src/contexts/onboarding/contract/FormResponse.ts"
import { FormSecrets, secretName } from "../../src/contexts/onboarding/FormSecrets.ts"
import type { Dice } from "./Dice.ts"
import { someText } from "./Values.ts"
import type { Known } from "./World.ts"

const ids = (count: number) => Array.from({ length: count }, () => FormId.make(SecureRandom.uuidV7Unsafe()))
const secret = "a secret of the contract's test"

/** Forms in each state, those at Typeform, and responses; a token of an open form's page for each time it is filled in. */
export const populateForms = Effect.fnUntraced(function*(userId: string) {
  const sql = yield* SqlClient.SqlClient
  const { random, seals, sign } = yield* FormSecrets
  const states = {
    draft: ids(50),
    activateForm: ids(600),
    pauseForm: ids(600),
    completeForm: ids(600),
    deleteForm: ids(600),
    open: ids(20)
  }
  const fields = JSON.stringify([{ ref: "a", type: "short_text", title: "Name" }])
  for (const [state, forms] of Object.entries(states)) {
    const status = state === "draft" || state === "activateForm" ? "draft" : "active"
    yield* sql`
      INSERT INTO forms (id, owner_id, provider, status, title, language, slug, fields, retention_days)
      SELECT id, ${userId}, 'native', ${status}, 'Form', 'en', replace(id::text, '-', ''), ${fields}::jsonb, 365
      FROM unnest(${forms}::uuid[]) AS id`
  }
  const typeforms = ids(20)
  for (const id of typeforms) {
    yield* sql`
      INSERT INTO forms (id, owner_id, provider, status, title, language, typeform_id, fields, retention_days, webhook_desired,
        webhook_sync, webhook_url, sealed_secret)
      VALUES (${id}, ${userId}, 'typeform', 'active', 'Form', 'en', ${id}, '[]', 365, 'enabled', 'applied', 'https://example.org',
        ${yield* seals.seal(secretName(id), secret)})`
  }
  const [responses, goneResponses] = [ids(50), ids(1000)]
  yield* sql`
    INSERT INTO form_responses (id, form_id, definition_version, token_hash, status, raw_body, submitted_at)
    SELECT id, ${states.open[0] ?? ""}, 1, id::text::bytea, 'processed', '[]', now()
    FROM unnest(${[...responses, ...goneResponses]}::uuid[]) AS id`
  const tokens = yield* Effect.forEach(states.open, (id) =>
    Effect.gen(function*() {
      const content = `${id}.1.${Date.now() - 60_000}.${yield* random(16)}`
      return [id.replaceAll("-", ""), `${content}.${yield* sign(`page ${content}`)}`] as const
    }))
  const { activateForm, completeForm, deleteForm, draft, open, pauseForm } = states
  return {
    pageTokens: new Map(tokens),
    ids: new Map<string, ReadonlyArray<string>>([
      ["/v1/onboarding/forms", draft],
      ["/v1/onboarding/responses", responses],
      ...["receiveTypeformWebhook", "getWebhook", "setWebhook", "syncWebhook", "rotateWebhookSecret"].map((name) =>
        [name, typeforms] as const
      ),
      ["/forms", open.map((id) => id.replaceAll("-", ""))]
    ]),
    disposable: new Map<string, Array<string>>([
      ...Object.entries({ activateForm, completeForm, deleteForm, pauseForm }),
      ["/v1/onboarding/responses", goneResponses]
    ])
  }
})

const page = (dice: Dice) => ({ limit: dice.int(1, 100), offset: dice.int(0, 10) })

const ownQuery = (known: Known) => (dice: Dice) =>
  dice.pick([
    { queryType: "responses_by_form", formId: dice.pick(known.ids.get("/v1/onboarding/forms") ?? []), ...page(dice) },
    { queryType: "response_by_id", responseId: dice.pick(known.ids.get("/v1/onboarding/responses") ?? []) },
    { queryType: "forms_by_user", ...page(dice) },
    { queryType: "responses_by_user" }
  ])

const person = (dice: Dice) =>
  dice.pick([{ email: `${dice.int(0, 1e12)}@example.org` }, { phone: `11 9${dice.int(1e7, 9e7)}` }])

const formBody = (dice: Dice) => ({
  title: `Form ${someText(dice, 100)}`,
  ...dice.chance(0.5) ? { language: "en", retentionDays: dice.int(1, 3650) } : {},
  fields: [
    { ref: "a", type: "short_text", title: `Name ${someText(dice, 100)}`, required: dice.chance(0.5), pattern: "\\w+" },
    { ref: "b", type: "multiple_choice", title: "B", choices: ["x", "y"], multiple: dice.chance(0.5) },
    { ref: "c", type: "number", title: "C", min: 1, max: 2 }
  ]
})

type Makers = Readonly<Record<string, (seed: string, known: Known) => (dice: Dice) => unknown>>

export const formBodies: Makers = {
  registerForm: () => formBody,
  changeForm: () => (dice) =>
    dice.chance(0.5) ? { title: `Form ${dice.int(0, 9)}`, description: null } : { fields: formBody(dice).fields },
  setFieldMapping: () => () => ({}),
  queryResponses: (_, known) => ownQuery(known),
  bulkQueryResponses: (_, known) => (dice) => ({
    queries: Array.from(
      { length: dice.int(1, 20) },
      () => dice.chance(0.2) ? { queryType: "other" } : ownQuery(known)(dice)
    )
  }),
  exportPerson: () => person,
  erasePerson: () => person
}

/** A delivery as Typeform would sign it. */
export const signedDelivery = (formId: string, dice: Dice) => {
  const delivery = {
    event_id: `${dice.int(0, 1e15)}`,
    event_type: dice.chance(0.9) ? "form_response" : "form_response_partial",
    form_response: {
      form_id: formId,
      token: `${dice.int(0, 1e15)}`,
      submitted_at: "2026-11-20T12:00:00Z",
      answers: [{ type: "text", text: someText(dice), field: { id: "1", type: "short_text", ref: "name" } }]
    }
  }
  const body = Buffer.from(JSON.stringify(delivery))
  const signature = createHmac("sha256", secret).update(body).digest("base64")
  return { body, headers: { "content-type": "application/json", "typeform-signature": `sha256=${signature}` } }
}
