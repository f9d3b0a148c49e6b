import { Context, Duration, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpServer } from "effect/http"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { Passwords } from "../../src/contexts/iam/Passwords.ts"
import { FormSecrets } from "../../src/contexts/onboarding/FormSecrets.ts"
import { SessionId, UserId } from "../../src/kernel/contract/Rights.ts"
import { Administrator, clientOf, leastHashCost } from "../support/TestServer.ts"
import { isObject } from "./Conformance.ts"
import { type Operation, operations } from "./Document.ts"
import { populateForms } from "./FormWorld.ts"
import { type Send, senderTo } from "./Http.ts"

export interface Known {
  /** Ids by the path of the list that answers them. */
  readonly ids: ReadonlyMap<string, ReadonlyArray<string>>
  /** Ids of things that nobody else asks for, and that can be done away with once, by the path of their list. */
  readonly disposable: ReadonlyMap<string, Array<string>>
  /** Queries with a `nextCursor` of theirs, by the path of the list. */
  readonly cursors: ReadonlyMap<string, ReadonlyArray<string>>
  /** Users with a password, and tokens of theirs. */
  readonly logins: Array<{ readonly email: string; readonly password: string; readonly token: string }>
  /** Each of a user of its own, to be used up. */
  readonly leaving: Array<string>
  /** Products that nobody changes or discards. */
  readonly foods: ReadonlyArray<string>
  readonly refreshTokens: Array<string>
  /** By the address of an open form's page. */
  readonly pageTokens: ReadonlyMap<string, string>
  readonly resetCodes: Array<{ readonly email: string; readonly code: string }>
  readonly tokens: {
    readonly administrator: string
    readonly powerless: string
    /** Of users who may make API keys, of which each has few. */
    readonly holders: ReadonlyArray<string>
    /** Signed by us, but of no use: for nobody, for a disabled user, expired. */
    readonly useless: ReadonlyArray<string>
  }
}

const parse = (body: string): { readonly data: ReadonlyArray<unknown>; readonly nextCursor: unknown } => {
  const page: unknown = JSON.parse(body)
  if (!isObject(page) || !Array.isArray(page["data"])) return { data: [], nextCursor: undefined }
  return { data: page["data"], nextCursor: isObject(page["pagination"]) ? page["pagination"]["nextCursor"] : undefined }
}

const idsOf = (data: ReadonlyArray<unknown>) =>
  data.flatMap((each) => isObject(each) && typeof each["id"] === "string" ? [each["id"]] : [])

const isList = (operation: Operation) =>
  operation.method === "GET" && operation.query.some(({ name }) => name === "cursor")

/** The fields that a list's `sort` names. */
export const sortFields = (operation: Operation): ReadonlyArray<string> => {
  const description = operation.query.find(({ name }) => name === "sort")?.schema.description ?? ""
  const [, fields = ""] = /Fields: (.*?)\. /.exec(description) ?? []
  return fields.split(", ").flatMap((field) => /^[\w.]+/.exec(field.replace(/^.*<.*$/, ""))?.[0] ?? [])
}

/** A cursor with another number in it may be as good as before. */
const amounts =
  /energy|protein|carbohydrate|fat|sugar|sodium|coverage|weight|minutes|average|calorie|rating|weeks|people|startDate|birthday/i

const known = async (send: Send, token: string, others: ReadonlyMap<string, ReadonlyArray<string>>) => {
  const ids = new Map<string, ReadonlyArray<string>>()
  const cursors = new Map<string, ReadonlyArray<string>>()
  const headers = { authorization: `Bearer ${token}` }
  const read = async (target: string) => parse((await send({ method: "GET", target, headers })).body)
  for (const operation of operations.filter(isList)) {
    // The list of a thing's parts is read of the first thing there is.
    const path = operation.path.replace(/(.*)\/\{\w+\}/, (_, things: string) => `${things}/${ids.get(things)?.[0]}`)
    ids.set(operation.path, idsOf((await read(path)).data))
    const found: Array<string> = []
    const sorts = [
      "",
      ...sortFields(operation).flatMap((field) => amounts.test(field) ? [] : [`sort=${field}&`, `sort=-${field}&`])
    ]
    for (const sort of sorts) {
      const { nextCursor } = await read(`${path}?${sort}limit=1`)
      if (typeof nextCursor === "string") found.push(`${sort}cursor=${nextCursor}`)
    }
    cursors.set(operation.path, found)
  }
  ids.set("/v1/products/barcode", barcodes)
  // Never those on whom the others depend.
  for (const [path, strangers] of others) ids.set(path, strangers)
  return { ids, cursors }
}

const kinds = ["brand", "category", "parentCategory", "foodGroup", "processType"]

const ids = (count: number) => Array.from({ length: count }, () => SecureRandom.uuidV7Unsafe())

const lists = ["sources", "brands", "categories", "parent-categories", "food-groups", "process-types"]

/** Of each kind fifty, which a list begins with, and at its end those to be done away with. */
const classify = Effect.fnUntraced(function*(userId: string) {
  const sql = yield* SqlClient.SqlClient
  const disposable = new Map<string, Array<string>>()
  for (const [n, kind] of ["source", ...kinds].entries()) {
    const gone = ids(1000)
    yield* sql`
      INSERT INTO classifications (id, kind, name, description, author_id)
      SELECT uuidv7(), ${kind}, '0 ' || n, 'Made for the test', ${userId}::uuid FROM generate_series(1, 50) n`
    yield* sql`
      INSERT INTO classifications (id, kind, name) SELECT id, ${kind}, 'zz ' || id FROM unnest(${gone}::uuid[]) AS id`
    disposable.set(`/v1/products/${lists[n]}`, gone)
  }
  return disposable
})

/** Things of every kind, a user without rights and one who is disabled. */
const populate = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const { userId } = yield* Administrator
  const [powerless, disabled] = [UserId.make(SecureRandom.uuidV7Unsafe()), UserId.make(SecureRandom.uuidV7Unsafe())]
  yield* sql`INSERT INTO users (id, email, name) VALUES (${powerless}, 'powerless@localhost', 'Powerless')`
  yield* sql`INSERT INTO users (id, email, status) VALUES (${disabled}, 'disabled@localhost', 'disabled')`
  const classified = yield* classify(userId)
  const [products, voted, events] = [ids(2000), ids(2000), ids(1000)]
  yield* sql`
    INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, created_at, updated_at)
    SELECT id, 'disposable', 'disposable', 'en', '01980000-0000-7000-8002-000000000001', id::text, '2020-01-01', '2020-01-01'
    FROM unnest(${[...products, ...voted]}::uuid[]) AS id`
  yield* sql`UPDATE products SET food_votes_yes = 1 WHERE id = ANY(${voted}::uuid[])`
  yield* sql`
    INSERT INTO food_votes (product_id, house_id, is_food) SELECT id, id, true FROM unnest(${voted}::uuid[]) AS id`
  yield* sql`INSERT INTO events (id, tag, payload) SELECT id, 'products/Gone', '{}' FROM unnest(${events}::uuid[]) AS id`
  yield* sql`
    INSERT INTO effect_queue (id, queue_name, element, state, attempts, last_failure, visible_at, created_at, updated_at)
    SELECT id || '/products/OnGone', 'events', '{"subscription":"products/OnGone"}', 'failed', 10, 'Error', now(), now(), now()
    FROM unnest(${events}::text[]) AS id`
  const [holders, keys, kept] = [
    ids(10 + Math.ceil(Number(process.env["CONTRACT_RUNS"] ?? 100) / 25)),
    ids(1000),
    ids(20)
  ]
  yield* sql`INSERT INTO users (id, email) SELECT id, id::text || '@localhost' FROM unnest(${holders}::uuid[]) AS id`
  yield* sql`
    INSERT INTO role_assignments SELECT id, (SELECT id FROM roles WHERE name = 'product_manager')
    FROM unnest(${holders}::uuid[]) AS id`
  yield* sql`
    INSERT INTO api_keys (id, user_id, name, prefix, secret_hash, permissions, expires_at)
    SELECT id, CASE WHEN id = ANY(${kept}::uuid[]) THEN ${userId}::uuid ELSE ${disabled}::uuid END, 'Till',
      right(id::text, 12), '', '{products:manage_products}', now() + interval '1 day'
    FROM unnest(${[...keys, ...kept]}::uuid[]) AS id`
  const [people, roles, unusedRoles] = [ids(50), ids(50), ids(1000)]
  yield* sql`
    INSERT INTO users (id, email, name) SELECT id, id::text || '@example.org', 'Somebody' FROM unnest(${people}::uuid[]) AS id`
  yield* sql`
    INSERT INTO roles (id, context, name) SELECT id, 'recipes', 'role_' || right(replace(id::text, '-', ''), 20)
    FROM unnest(${[...roles, ...unusedRoles]}::uuid[]) AS id`
  yield* sql`INSERT INTO role_permissions SELECT id, 'manage_menus' FROM unnest(${[
    ...roles,
    ...unusedRoles
  ]}::uuid[]) AS id`
  // Held, so that no request that was meant otherwise deletes them.
  yield* sql`INSERT INTO role_assignments SELECT ${disabled}, id FROM unnest(${roles}::uuid[]) AS id`
  const [logins, endedLogins] = [ids(50), ids(1000)]
  yield* sql`
    INSERT INTO sessions (id, user_id, via, expires_at) SELECT id, ${userId}::uuid, 'operator', now() + interval '1 day'
    FROM unnest(${[...logins, ...endedLogins]}::uuid[]) AS id`
  const foods = ids(20)
  yield* sql`
    INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, created_at, updated_at)
    SELECT id, 'food', 'food', 'en', '01980000-0000-7000-8002-000000000001', id::text, '2019-01-01', '2019-01-01'
    FROM unnest(${foods}::uuid[]) AS id`
  const [recipes, goneRecipes] = [ids(50), ids(2000)]
  const { body: { data: recipe } } = yield* (yield* clientOf()).recipes.create({
    headers: {},
    query: {},
    payload: { name: "Rice", privacy: "public", ingredients: [{ name: "rice" }] }
  })
  yield* sql`
    INSERT INTO recipes (id, author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils,
      computed, summary, complete, allergen_free, product_ids)
    SELECT copy.id, author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils,
      computed, summary, complete, allergen_free, product_ids
    FROM recipes r, unnest(${[...recipes, ...goneRecipes]}::uuid[]) AS copy(id) WHERE r.id = ${recipe.id}`
  yield* sql`
    INSERT INTO recipe_ratings (recipe_id, user_id, taste, convenience)
    SELECT id, ${userId}::uuid, 3, 3 FROM unnest(${goneRecipes}::uuid[]) AS id`
  const [meals, goneMeals] = [ids(50), ids(1000)]
  const { body: { data: meal } } = yield* (yield* clientOf()).meals.create({
    headers: {},
    query: {},
    payload: { name: "Lunch", components: [{ recipeId: recipe.id, portions: 1 }] }
  })
  yield* sql`
    INSERT INTO meals (id, author_id, name, privacy, kept, components, recipe_ids, computed, summary, complete, allergen_free,
      product_ids)
    SELECT copy.id, author_id, name, privacy, kept, components, recipe_ids, computed, summary, complete, allergen_free, product_ids
    FROM meals m, unnest(${[...meals, ...goneMeals]}::uuid[]) AS copy(id) WHERE m.id = ${meal.id}`
  const [clients, goneClients, withLists] = [ids(50), ids(1000), ids(500)]
  const { body: { data: client } } = yield* (yield* clientOf()).clients.create({
    headers: {},
    query: {},
    payload: { name: "Ana", restrictions: { allergens: ["milk"] } }
  })
  yield* sql`
    INSERT INTO clients (id, author_id, name, sex, contact, address, restrictions, targets, emails, phones, allergens)
    SELECT copy.id, author_id, name, sex, contact, address, restrictions, targets, emails, phones, allergens
    FROM clients c, unnest(${[...clients, ...goneClients, ...withLists]}::uuid[]) AS copy(id) WHERE c.id = ${client.id}`
  // The slot of a menu has the menu's id, as all parameters of a path have.
  const [menus, goneMenus, withSlots] = [ids(50), ids(1000), ids(500)]
  yield* sql`
    INSERT INTO menus (id, author_id, client_id, name, weeks, people, pattern, start_date)
    SELECT id, ${userId}, ${client.id}, 'Menu', 4, 1, '[]', '2028-02-28' FROM unnest(${[
    ...menus,
    ...goneMenus,
    ...withSlots
  ]}::uuid[]) AS id`
  yield* sql`
    INSERT INTO menu_slots (id, menu_id, week, weekday, meal_type, meal_type_key, meal_id, meal_name, portions)
    SELECT id, id, 1, 1, 'Lunch', 'lunch', ${meal.id}, 'Lunch', 1 FROM unnest(${[
    ...menus,
    ...withSlots
  ]}::uuid[]) AS id`
  // As have the list of a client, and its line by hand.
  yield* sql`
    INSERT INTO shopping_lists (id, client_id, name, input, computed, own_lines, menu_ids, meal_ids, recipe_ids, product_ids)
    SELECT id, id, 'List', ${JSON.stringify({ menuIds: menus.slice(0, 1) })}::jsonb,
      '{"lines": [], "pantry": [], "unresolved": []}', jsonb_build_array(jsonb_build_object('id', id, 'text', 'x', 'department', NULL)),
      '{}', '{}', '{}', '{}' FROM unnest(${[...clients, ...withLists]}::uuid[]) AS id`
  const [suggestions, goneSuggestions] = [ids(50), ids(1000)]
  yield* sql`
    INSERT INTO client_suggestions (id, response_id, owner_id, form_title, matches)
    SELECT id, uuidv7(), ${userId}, 'Form', '[]' FROM unnest(${[...suggestions, ...goneSuggestions]}::uuid[]) AS id`
  const [tags, goneTags] = [ids(50), ids(2000)]
  yield* sql`
    INSERT INTO tags (id, author_id, type, key, value)
    SELECT id, ${userId}::uuid, 'recipe', 'of the world', id::text FROM unnest(${[...tags, ...goneTags]}::uuid[]) AS id`
  const strangers = new Map([
    ["/v1/users", people],
    ["/v1/roles", roles],
    ["/v1/me/logins", logins],
    ["/v1/recipes", recipes],
    ["/v1/tags", tags],
    ["/v1/meals", meals],
    ["/v1/clients", clients],
    ["/v1/menus", menus],
    ["/v1/clients/suggestions", suggestions]
  ])
  const disposable = new Map([
    ["/v1/api-keys", keys],
    ["/v1/roles", unusedRoles],
    ["/v1/me/logins", endedLogins],
    ...classified,
    ["/v1/products", products],
    ["/v1/recipes", goneRecipes],
    ["/v1/meals", goneMeals],
    ["/v1/clients", goneClients],
    ["/v1/menus", goneMenus],
    ["/v1/clients/suggestions", goneSuggestions],
    ["/v1/menus/{id}/slots", withSlots],
    ["/v1/clients/{id}/shopping-lists", withLists],
    ["/v1/tags", goneTags],
    ["/v1/products/{id}/food-votes", voted],
    ["/v1/events", events]
  ])
  return { powerless, disabled, disposable, foods, holders, strangers }
})

const makeTokens = Effect.fnUntraced(function*(users: {
  readonly powerless: UserId
  readonly disabled: UserId
  readonly holders: ReadonlyArray<string>
}) {
  const tokens = yield* AccessTokens
  const { token, userId } = yield* Administrator
  const later = Duration.minutes(15)
  return {
    administrator: token,
    powerless: yield* tokens.issue(users.powerless, later),
    holders: yield* Effect.forEach(users.holders, (id) => tokens.issue(UserId.make(id), later)),
    useless: [
      yield* tokens.issue(users.disabled, later),
      yield* tokens.sign(
        UserId.make(SecureRandom.uuidV7Unsafe()),
        SessionId.make(SecureRandom.uuidV7Unsafe()),
        later
      ),
      yield* tokens.issue(UserId.make(userId), Duration.hours(-1))
    ]
  }
})

const password = "correct horse battery"

/** People with a password, whom no throttle holds up; logins to be ended, and refresh tokens to be used. */
const makeLogins = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tokens = yield* AccessTokens
  yield* sql`
    CREATE FUNCTION unthrottled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      NEW.attempts := ARRAY[clock_timestamp()]; NEW.blocked_until := NULL; RETURN NEW;
    END $$`
  yield* sql`
    CREATE TRIGGER unthrottled BEFORE INSERT OR UPDATE ON login_throttles FOR EACH ROW EXECUTE FUNCTION unthrottled()`
  const of = (id: string) => tokens.issue(UserId.make(id), Duration.minutes(15))
  const [people, leavers, families, forgetful] = [ids(100), ids(700), ids(400), ids(400)]
  const strong = Passwords.use((passwords) => passwords.strongHash(password, UserId.make(people[0] ?? "")))
  const hash = yield* Effect.provide(strong, Layer.provide(Passwords.layer, leastHashCost))
  yield* sql`
    INSERT INTO users (id, email) SELECT id, id::text || '@example.net' FROM unnest(${[
    ...people,
    ...leavers,
    ...forgetful
  ]}::uuid[]) AS id`
  yield* sql`INSERT INTO passwords (user_id, hash) SELECT id, ${hash} FROM unnest(${people}::uuid[]) AS id`
  yield* sql`
    INSERT INTO sessions (id, user_id, via, expires_at) SELECT id, ${
    people[0] ?? ""
  }::uuid, 'password', now() + interval '1 day'
    FROM unnest(${families}::uuid[]) AS id`
  yield* sql`
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at) SELECT sha256(id::text::bytea), id, now() + interval '1 day'
    FROM unnest(${families}::uuid[]) AS id`
  yield* sql`
    INSERT INTO reset_codes (user_id, code_hash, expires_at) SELECT id, sha256(upper(id::text)::bytea), now() + interval '1 hour'
    FROM unnest(${forgetful}::uuid[]) AS id`
  return {
    resetCodes: forgetful.map((id) => ({ email: `${id}@example.net`, code: id })),
    logins: yield* Effect.forEach(
      people,
      (id) => Effect.map(of(id), (token) => ({ email: `${id}@example.net`, password, token }))
    ),
    leaving: yield* Effect.forEach(leavers, of),
    refreshTokens: families
  }
})

const barcodes = ["96385074", "036000291452", "4006381333931"]

/** A product with each barcode, on which three houses have voted. */
const withProducts = async (send: Send, token: string) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
  const post = (target: string, body: object) =>
    send({ method: "POST", target, headers, body: Buffer.from(JSON.stringify(body)) })
  for (const barcode of barcodes) {
    await post("/v1/products", { name: "Café", barcode, packageSize: 1, packageSizeUnit: "kg" })
    for (const houseId of ids(3)) await post("/v1/products/food-votes", { barcode, isFood: true, houseId })
  }
}

/** A populated server, and what one must know of it to ask well. */
export class World extends Context.Service<World, Known & { readonly send: Send }>()("test/contract/World") {
  static readonly layer = Layer.effect(
    World,
    Effect.gen(function*() {
      const { address } = yield* HttpServer.HttpServer
      const port = address._tag === "InetAddressV4" || address._tag === "InetAddressV6" ? address.port : 0
      const { send } = yield* Effect.acquireRelease(
        Effect.sync(() => senderTo(port)),
        ({ close }) => Effect.sync(close)
      )
      const { disposable, foods, strangers, ...users } = yield* populate
      const { userId } = yield* Administrator
      const forms = yield* Effect.provide(populateForms(userId), FormSecrets.layer)
      const tokens = yield* makeTokens(users)
      yield* Effect.promise(() => withProducts(send, tokens.administrator))
      const made = yield* makeLogins
      const { cursors, ids } = yield* Effect.promise(() =>
        known(send, tokens.administrator, new Map([...strangers, ...forms.ids]))
      )
      const { pageTokens } = forms
      const thrownAway = new Map([...disposable, ...forms.disposable])
      return { send, tokens, cursors, ids, disposable: thrownAway, foods, pageTokens, ...made }
    })
  )
}
