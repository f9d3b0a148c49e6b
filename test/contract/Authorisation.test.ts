import { assert, layer } from "@effect/vitest"
import { Api } from "cardapio/api"
import { Context, Duration, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { FormId } from "../../src/contexts/onboarding/contract/FormResponse.ts"
import { FormSecrets } from "../../src/contexts/onboarding/FormSecrets.ts"
import { contexts, UserId } from "../../src/kernel/contract/Rights.ts"
import { FakeResponses, owners } from "../support/FakeResponses.ts"
import { clientOf, TestServer } from "../support/TestServer.ts"
import { type Asking, type Row, rowsOf, type Things } from "./AuthorisationRows.ts"
import { isObject } from "./Conformance.ts"
import { Dice } from "./Dice.ts"
import { type Operation, operations } from "./Document.ts"
import { attempt, type Draft } from "./Requests.ts"
import { drafter } from "./Valid.ts"
import { World } from "./World.ts"

interface Caller {
  readonly name: string
  readonly token: string | undefined
  /** The code that every endpoint answers that asks for a credential; else what the row says. */
  readonly refused?: string
  readonly asking: Asking
}

/** By operation id, the name of its endpoint. */
const names = (() => {
  const found = new Map<string, string>()
  HttpApi.reflect(Api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint, group }) => {
      const { identifier } = endpoint
      const operationId = Context.getOrUndefined(endpoint.annotations, OpenApi.Identifier)
      found.set(operationId ?? "", `${group.identifier}.${identifier}`)
    }
  })
  return found
})()

const nobody = { rights: new Set<string>(), isOwner: false, isApiKey: false }

/** A new user with these roles; all that a request can name is made before. */
const userWith = Effect.fnUntraced(function*(roleIds: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const id = UserId.make(SecureRandom.uuidV7Unsafe())
  yield* sql`INSERT INTO users (id, email) VALUES (${id}, ${`${id}@example.org`})`
  yield* sql`INSERT INTO role_assignments SELECT ${id}, id FROM unnest(${[...roleIds]}::uuid[]) AS id`
  return { id, token: yield* (yield* AccessTokens).issue(id, Duration.minutes(15)) }
})

const makeMatrix = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const { ids, logins, tokens } = yield* World
  const roles = yield* sql<{ id: string; context: string; name: string; permissions: ReadonlyArray<string> }>`
    SELECT id, context, name,
      ARRAY(SELECT context || ':' || permission FROM role_permissions WHERE role_id = roles.id) AS permissions
    FROM roles WHERE built_in`
  const of = (isWanted: (role: (typeof roles)[number]) => boolean) => {
    const held = roles.filter(isWanted)
    return { ids: held.map(({ id }) => id), rights: new Set(held.flatMap(({ permissions }) => permissions)) }
  }
  const users = of(({ name }) => name === "user")
  const administrators = of(({ name }) => name === "administrator")
  const everything = of(() => true)
  const owner = yield* userWith(users.ids)
  const other = yield* userWith(users.ids)
  const disabled = yield* userWith(everything.ids)
  const all = yield* userWith(everything.ids)
  const keyOf = (token: string, rights: ReadonlySet<string>) =>
    Effect.gen(function*() {
      const client = yield* clientOf(token)
      const permissions = [...rights].slice(0, 50).map((right) => {
        const [context, permission = ""] = right.split(":", 2)
        return { context: contexts.find((each) => each === context) ?? "iam", permission }
      })
      const { body: { data } } = yield* client.apiKeys.create({
        headers: {},
        query: {},
        payload: { name: "x", permissions }
      })
      return "key" in data ? data : assert.fail("no key")
    })
  const ownersKey = yield* keyOf(owner.token, users.rights)
  yield* keyOf(other.token, users.rights)
  const keyOfAll = yield* keyOf(all.token, everything.rights)
  const keyOfLittle = yield* keyOf(all.token, users.rights)
  const [gone, revokedKey] = [yield* userWith(everything.ids), yield* keyOf(all.token, everything.rights)]
  yield* sql`UPDATE sessions SET revoked_at = now() WHERE user_id = ${gone.id}`
  yield* sql`UPDATE api_keys SET revoked_at = now() WHERE id = ${revokedKey.id}`
  yield* sql`UPDATE users SET status = 'disabled' WHERE id = ${disabled.id}`
  const product = ids.get("/v1/products")?.[0] ?? ""
  yield* sql`INSERT INTO food_votes (product_id, house_id, is_food) VALUES (${product}, ${owner.id}, true)`
  const [entry] = yield* sql<{ id: string }>`SELECT id FROM audit_log WHERE context = 'products' LIMIT 1`
  const [event] = yield* sql<{ id: string }>`SELECT id FROM events WHERE tag LIKE 'products/%' LIMIT 1`
  const { body: { data: recipe } } = yield* (yield* clientOf(owner.token)).recipes.create({
    headers: {},
    query: {},
    payload: {
      name: "A secret",
      ingredients: [{ name: "rice" }],
      tags: [{ key: "a", value: "b" }, { key: "c", value: "d" }]
    }
  })
  const { body: { data: meal } } = yield* (yield* clientOf(owner.token)).meals.create({
    headers: {},
    query: {},
    payload: { name: "A secret" }
  })
  const shared = { name: "Known to all", privacy: "public" } as const
  const { body: { data: publicRecipe } } = yield* (yield* clientOf(owner.token)).recipes.create({
    headers: {},
    query: {},
    payload: { ...shared, ingredients: [{ name: "rice" }] }
  })
  const { body: { data: client } } = yield* (yield* clientOf(owner.token)).clients.create({
    headers: {},
    query: {},
    payload: { name: "Ana" }
  })
  const { body: { data: menu } } = yield* (yield* clientOf(owner.token)).menus.create({
    headers: {},
    query: {},
    payload: { name: "May", clientId: client.id, startDate: "2027-05-03" }
  })
  const { body: { data: { plan } } } = yield* (yield* clientOf(owner.token)).menus.putSlot({
    headers: {},
    query: {},
    params: { id: menu.id },
    payload: { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id }
  })
  const { body: { data: list } } = yield* (yield* clientOf(owner.token)).shoppingLists.save({
    headers: {},
    query: {},
    params: { id: client.id },
    payload: { name: "May", menuIds: [menu.id], ownLines: [{ text: "Napkins" }] }
  })
  const [response, suggestion] = [SecureRandom.uuidV7Unsafe(), SecureRandom.uuidV7Unsafe()]
  owners.set(response, owner.id)
  yield* sql`
    INSERT INTO client_suggestions (id, response_id, owner_id, form_title, matches)
    VALUES (${suggestion}, ${response}, ${owner.id}, 'Form', '[]')`
  const { body: { data: publicMeal } } = yield* (yield* clientOf(owner.token)).meals.create({
    headers: {},
    query: {},
    payload: shared
  })
  const asked = { title: "A form", fields: [{ ref: "a", type: "short_text", title: "A" }] } as const
  const registered = Effect.flatMap(
    clientOf(owner.token),
    (api) => api.forms.register({ headers: {}, query: {}, payload: asked })
  )
  const [{ body: { data: draftForm } }, { body: { data: form } }] = [yield* registered, yield* registered]
  yield* (yield* clientOf(owner.token)).forms.activate({ headers: {}, query: {}, params: { id: form.id } })
  const [typeform, formResponse] = [FormId.make(SecureRandom.uuidV7Unsafe()), SecureRandom.uuidV7Unsafe()]
  const { seals } = yield* FormSecrets
  yield* sql`
    INSERT INTO forms (id, owner_id, provider, status, title, language, typeform_id, fields, retention_days, webhook_desired,
      webhook_sync, sealed_secret)
    VALUES (${typeform}, ${owner.id}, 'typeform', 'active', 'A form', 'en', 'abc', '[]', 365, 'enabled', 'applied',
      ${yield* seals.seal(`webhook ${typeform}`, "a secret")})`
  yield* sql`
    INSERT INTO form_responses (id, form_id, definition_version, token_hash, status, raw_body, submitted_at)
    VALUES (${formResponse}, ${form.id}, 1, 'x', 'processed', '[]', now())`
  const { data: [tag, otherTag] } = yield* (yield* clientOf(owner.token)).tags.list({ query: {} })
  const [ownersSession] = yield* sql<{ id: string }>`SELECT id FROM sessions WHERE user_id = ${owner.id}`
  const things: Things = {
    owner: owner.id,
    apiKey: ownersKey.id,
    sid: ownersSession?.id ?? "",
    login: logins[0] ?? assert.fail("nobody has a password"),
    product,
    recipe: recipe.id,
    meal: meal.id,
    publicRecipe: publicRecipe.id,
    publicMeal: publicMeal.id,
    client: client.id,
    menu: menu.id,
    slot: plan[0]?.days[0]?.slots[0]?.id ?? assert.fail("no slot"),
    response,
    suggestion,
    draftForm: draftForm.id,
    openForm: form.id,
    slug: form.slug ?? "",
    typeform,
    formResponse,
    shoppingList: list.id,
    shoppingLine: list.ownLines[0]?.id ?? assert.fail("no line"),
    tag: tag?.id ?? "",
    otherTag: otherTag?.id ?? "",
    user: (yield* userWith([])).id,
    keeper: (yield* userWith(of(({ context, name }) => context === "iam" && name === "administrator").ids)).id,
    productManager: of(({ name }) => name === "product_manager").ids[0] ?? "",
    auditor: of(({ context, name }) => context === "iam" && name === "auditor").ids[0] ?? "",
    auditEntry: entry?.id ?? "",
    event: event?.id ?? ""
  }
  const callers: ReadonlyArray<Caller> = [
    { name: "no token", token: undefined, refused: "credential_missing", asking: nobody },
    { name: "an expired token", token: tokens.useless.at(-1), refused: "token_invalid", asking: nobody },
    { name: "a disabled user with every right", token: disabled.token, refused: "user_disabled", asking: nobody },
    { name: "a login that has ended", token: gone.token, refused: "token_invalid", asking: nobody },
    { name: "a revoked API key", token: revokedKey.key, refused: "api_key_invalid", asking: nobody },
    { name: "a user without roles", token: (yield* userWith([])).token, asking: nobody },
    ...yield* Effect.forEach(roles, ({ context, id, name, permissions }) =>
      Effect.map(userWith([id]), ({ token }) => ({
        name: `${name} of ${context}`,
        token,
        asking: { ...nobody, rights: new Set(permissions) }
      }))),
    { name: "the owner", token: owner.token, asking: { ...nobody, rights: users.rights, isOwner: true } },
    { name: "another owner", token: other.token, asking: { ...nobody, rights: users.rights } },
    {
      name: "the administrator",
      token: (yield* userWith(administrators.ids)).token,
      asking: { ...nobody, rights: administrators.rights }
    },
    {
      name: "an API key with every right",
      token: keyOfAll.key,
      asking: { rights: everything.rights, isOwner: false, isApiKey: true }
    },
    {
      name: "an API key with few of its owner's rights",
      token: keyOfLittle.key,
      asking: { rights: users.rights, isOwner: false, isApiKey: true }
    }
  ]
  return { callers, things }
})

class Matrix extends Context.Service<Matrix, Effect.Success<typeof makeMatrix>>()("test/contract/Matrix") {
  static readonly layer = Layer.effect(Matrix, makeMatrix)
}

const isTriable = ({ query }: Operation) => query.some(({ name }) => name === "dryRun")

/** The request of a row, with what it names, which changes nothing where that can be had. */
const requestOf = (operation: Operation, { body, path, query }: Row, draft: Draft, things: Things, token?: string) =>
  attempt("a cell", "any", {
    ...draft,
    path: path?.(things) ?? draft.path,
    body: body === undefined ? draft.body : body(things),
    query: [...query === undefined ? draft.query : [query(things)], ...isTriable(operation) ? ["dryRun=true"] : []],
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` }
  })

const codeOf = (body: string) => {
  const problem: unknown = body === "" ? {} : JSON.parse(body)
  return isObject(problem) ? problem["code"] : undefined
}

const differences = Effect.fnUntraced(function*(operation: Operation, row: Row) {
  const world = yield* World
  const { callers, things } = yield* Matrix
  const required = { ...operation, query: operation.query.filter((parameter) => parameter.required) }
  const draft = drafter(required, world, "authorisation")
  const dice = new Dice(operation.operationId)
  return yield* Effect.forEach(callers, ({ asking, name, refused, token }) =>
    Effect.promise(async () => {
      const expected = row.isOpen === true ? row.rule(asking) : refused ?? row.rule(asking)
      const { sent } = requestOf(operation, row, draft(dice), things, token)
      const { body, status } = await world.send(sent)
      const answered = status < 300 ? "allowed" : codeOf(body)
      return answered === expected ? [] : [`${name}: ${answered} where it must be ${expected}`]
    }), { concurrency: 4 }).pipe(Effect.map((found) => found.flat()))
})

const TestLayer = Matrix.layer.pipe(
  Layer.provideMerge(World.layer),
  Layer.provide(FormSecrets.layer),
  Layer.provideMerge(TestServer({
    TYPEFORM_TOKEN: "none",
    PUBLIC_URL: "https://cardapio.example.org",
    FORM_POSTS_PER_HOUR: "0"
  })),
  Layer.provide(FakeResponses())
)

layer(TestLayer, { excludeTestServices: true })("who may do what", (it) => {
  for (const operation of operations) {
    it.effect(`${operation.method} ${operation.path}`, () =>
      Effect.map(
        Effect.forEach(
          rowsOf(names.get(operation.operationId) ?? operation.operationId),
          (row) => differences(operation, row)
        ),
        (found) => {
          assert.deepStrictEqual(found.flat(), [])
        }
      ))
  }
})
