import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { User, UserQuery } from "../../../src/contexts/iam/contract/User.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const conditional = (user: User) => ({ "if-match": `"${user.version}"` })

const created = Effect.fnUntraced(function*(name = "Ana Souza") {
  const client = yield* clientOf()
  const email = `${SecureRandom.uuidV7Unsafe()}@Example.org`
  const { body } = yield* client.users.create({ headers: {}, query: {}, payload: { email, name } })
  return { client, user: body.data }
})

const events = (userId: string) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(
      sql<{ tag: string; payload: Record<string, unknown> }>`
        SELECT tag, payload - '_tag' AS payload FROM events WHERE payload->>'userId' = ${userId} ORDER BY published_at, id`,
      (rows) => rows.map(({ payload, tag }) => [tag, payload] as const)
    )
  )

layer(TestServer(), { excludeTestServices: true })("users", (it) => {
  it.effect("are created with the role user of every context, and an address that nobody else has", () =>
    Effect.gen(function*() {
      const { client, user } = yield* created()
      assert.deepStrictEqual(user.roles.map(({ context, name }) => [context, name]), [
        ["iam", "user"],
        ["onboarding", "user"],
        ["products", "user"],
        ["recipes", "user"]
      ])
      assert.deepInclude(user, { status: "active", version: 1, lastSeenAt: null, identities: [] })
      const payload = { email: user.email?.toUpperCase() ?? "", name: "Other" }
      assert.strictEqual(
        (yield* Effect.flip(client.users.create({ headers: {}, query: {}, payload })))._tag,
        "EmailTaken"
      )
      assert.deepStrictEqual(yield* events(user.id), [["iam/UserCreated", { userId: user.id, via: "local" }]])
      const same = yield* Effect.all(
        [1, 2, 3].map(() =>
          Effect.exit(
            client.users.create({ headers: {}, query: {}, payload: { email: "at-once@example.org", name: "x" } })
          )
        ),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(same.filter(({ _tag }) => _tag === "Success"), 1)
    }))

  it.effect("are changed in the version that was read, and stay as they are where nothing changes", () =>
    Effect.gen(function*() {
      const { client, user } = yield* created()
      const { user: other } = yield* created()
      const params = { id: user.id }
      const { body: { data: renamed } } = yield* client.users.update({
        params,
        headers: conditional(user),
        query: {},
        payload: { name: "Ana Lima" }
      })
      assert.deepInclude(renamed, { name: "Ana Lima", email: user.email, version: 2 })
      const stale = client.users.update({ params, headers: conditional(user), query: {}, payload: { name: "x" } })
      assert.strictEqual((yield* Effect.flip(stale))._tag, "VersionMismatch")
      const taken = client.users.update({ params, headers: {}, query: {}, payload: { email: other.email ?? "" } })
      assert.strictEqual((yield* Effect.flip(taken))._tag, "EmailTaken")
      const same = yield* client.users.update({ params, headers: {}, query: {}, payload: { name: "Ana Lima" } })
      assert.strictEqual(same.body.data.version, 2)
      const nobody = client.users.get({ params: { id: UserId.make(SecureRandom.uuidV7Unsafe()) } })
      assert.strictEqual((yield* Effect.flip(nobody))._tag, "UserNotFound")
    }))

  it.effect("are disabled with all their logins and keys, which an enabled user must open anew", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const caller = yield* callerWith(["products", "product_manager"])
      const params = { id: caller.id }
      const disabled = yield* client.users.disable({ params, headers: {}, query: {} })
      assert.strictEqual(disabled.body.data.status, "disabled")
      assert.strictEqual((yield* Effect.flip(caller.client.me.get({})))._tag, "UserDisabled")
      yield* client.users.disable({ params, headers: {}, query: {} })
      assert.deepStrictEqual(yield* events(caller.id), [
        ["iam/UserDisabled", { userId: caller.id }],
        ["iam/SessionsRevoked", { userId: caller.id, sid: "all", reason: "disabled" }]
      ])
      yield* client.users.enable({ params, headers: {}, query: {} })
      assert.strictEqual((yield* Effect.flip(caller.client.me.get({})))._tag, "TokenInvalid")
      const again = yield* callerWith()
      const ended = yield* client.users.endLogins({ params: { id: again.id }, headers: {}, query: {} })
      assert.deepStrictEqual(ended.data, { ended: 1 })
      assert.strictEqual((yield* Effect.flip(again.client.me.get({})))._tag, "TokenInvalid")
    }))

  it.effect("are erased for good: no name, no address, no identity, and nobody can act for them", () =>
    Effect.gen(function*() {
      const { client, user } = yield* created()
      const params = { id: user.id }
      const identity = { issuer: "https://login.example.com", subject: user.id }
      yield* client.users.linkIdentity({ params, headers: {}, query: {}, payload: identity })
      const { body: { data: erased } } = yield* client.users.erase({ params, headers: {}, query: {} })
      assert.deepInclude(erased, { name: null, email: null, identities: [], status: "disabled" })
      const sql = yield* SqlClient.SqlClient
      const [traces] = yield* sql<{ traces: number }>`
        SELECT count(*)::integer AS traces FROM (
          SELECT audit_log::text AS text FROM audit_log UNION ALL SELECT events::text FROM events
          UNION ALL SELECT users::text FROM users
        ) AS kept WHERE text LIKE ${`%${user.email}%`} OR text LIKE '%Ana Souza%' AND text LIKE ${`%${user.id}%`}`
      assert.strictEqual(traces?.traces, 0)
      const { body } = yield* client.users.create({
        headers: {},
        query: {},
        payload: { email: user.email ?? "", name: "Another Ana" }
      })
      assert.notStrictEqual(body.data.id, user.id)
    }))

  it.effect("are linked to one subject of another issuer, by hand alone", () =>
    Effect.gen(function*() {
      const { client, user } = yield* created()
      const { user: other } = yield* created()
      const payload = { issuer: "https://login.example.com", subject: SecureRandom.uuidV7Unsafe() }
      const link = (id: UserId) => client.users.linkIdentity({ params: { id }, headers: {}, query: {}, payload })
      const { body: { data: linked } } = yield* link(user.id)
      assert.deepStrictEqual(linked.identities, [payload])
      assert.strictEqual((yield* link(user.id)).body.data.version, linked.version)
      assert.strictEqual((yield* Effect.flip(link(other.id)))._tag, "IdentityTaken")
      const unlinked = yield* client.users.unlinkIdentity({ params: { id: user.id }, headers: {}, query: {}, payload })
      assert.deepStrictEqual(unlinked.body.data.identities, [])
      assert.deepStrictEqual((yield* link(other.id)).body.data.identities, [payload])
    }))

  it.effect("are found by part of name or address, by role, context and issuer", () =>
    Effect.gen(function*() {
      const { client, user } = yield* created("Zélia Müller")
      const nutritionist = yield* callerWith(["recipes", "recipe_manager"], ["products", "user"])
      yield* client.users.linkIdentity({
        params: { id: user.id },
        headers: {},
        query: {},
        payload: { issuer: "https://zelia.example.com", subject: "1" }
      })
      const found = (query: UserQuery) =>
        Effect.map(client.users.list({ query }), ({ data }) => data.map(({ id }) => id))
      for (
        const [query, expected] of [
          [{ q: "zelia mul" }, [user.id]],
          [{ q: user.email?.slice(3, 20).toUpperCase() ?? "" }, [user.id]],
          [{ name: ["zelia muller"] }, [user.id]],
          [{ email: [user.email ?? ""] }, [user.id]],
          [{ "email[like]": user.email?.slice(0, 20) ?? "" }, [user.id]],
          [{ role: ["recipe_manager"] }, [nutritionist.id]],
          [{ role: ["recipe_manager"], context: ["recipes"] }, [nutritionist.id]],
          [{ role: ["recipe_manager"], context: ["products"] }, []],
          [{ issuer: ["https://zelia.example.com"] }, [user.id]],
          [{ id: [user.id], status: ["disabled"] }, []]
        ] as const satisfies ReadonlyArray<readonly [UserQuery, ReadonlyArray<unknown>]>
      ) {
        assert.deepStrictEqual(yield* found(query), [...expected], JSON.stringify(query))
      }
    }))

  it.effect("read themselves with what they may at this moment, and change their name alone", () =>
    Effect.gen(function*() {
      const caller = yield* callerWith(["products", "product_manager"], ["iam", "auditor"])
      const { body: { data: me } } = yield* caller.client.me.get({})
      assert.deepStrictEqual(me.permissions, {
        products: ["manage_products"],
        recipes: [],
        onboarding: [],
        iam: ["view_audit_log"]
      })
      const renamed = yield* caller.client.me.update({ headers: {}, query: {}, payload: { name: "Ana" } })
      assert.deepInclude(renamed.body.data, { id: caller.id, name: "Ana", version: 2 })
    }))

  it.effect("are found among ten thousand", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        INSERT INTO users (id, email, name) SELECT uuidv7(), 'n' || n || '@many.example', 'Many ' || n FROM generate_series(1, 10000) n`
      yield* sql`ANALYZE users`
      const client = yield* clientOf()
      const { pagination } = yield* client.users.list({ query: { q: "any 999", limit: 200 } })
      assert.strictEqual(pagination.total, 11)
    }))
})
