import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { RoleId } from "../../../src/contexts/iam/contract/Role.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const roleOf = (context: string, name: string) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(
      sql<{ id: string }>`SELECT id FROM roles WHERE context = ${context} AND name = ${name}`,
      ([row]) => RoleId.make(row?.id ?? "")
    )
  )

let made = 0

const customRole = Effect.fnUntraced(
  function*(permissions: ReadonlyArray<string> = ["manage_menus", "manage_clients"]) {
    const client = yield* clientOf()
    const payload = { context: "recipes" as const, name: `nutritionist_${++made}`, permissions }
    return (yield* client.roles.create({ headers: {}, query: {}, payload })).body.data
  }
)

const eventsOf = (userId: string) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(
      sql<{ tag: string }>`SELECT tag FROM events WHERE payload->>'userId' = ${userId} ORDER BY published_at, id`,
      (rows) => rows.map(({ tag }) => tag)
    )
  )

layer(TestServer(), { excludeTestServices: true })("roles", (it) => {
  it.effect("are made of permissions of their context, under a name of their own", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const role = yield* customRole()
      assert.deepInclude(role, { builtIn: false, version: 1, permissions: ["manage_clients", "manage_menus"] })
      const refused = (name: string, permissions: ReadonlyArray<string>) =>
        Effect.flip(client.roles.create({ headers: {}, query: {}, payload: { context: "recipes", name, permissions } }))
      assert.strictEqual((yield* refused(role.name, ["manage_menus"]))._tag, "RoleNameTaken")
      const unknown = yield* refused("other", ["manage_menus", "manage_products"])
      assert.deepInclude(unknown, { _tag: "PermissionUnknown", status: 422 })
      assert.match(JSON.stringify(unknown), /\/permissions\/1.*must be one of .*manage_clients/)
      for (const name of ["root", "system", "ab", "Nutritionist", "a-b-c"]) {
        assert.strictEqual((yield* refused(name, ["manage_menus"]))._tag, "SchemaError", name)
      }
    }))

  it.effect("that are built in stay as they are, and grant what the documentation says", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { data } = yield* client.roles.list({ query: { builtIn: [true], limit: 200 } })
      const granted = new Map(data.map(({ context, name, permissions }) => [`${context} ${name}`, [...permissions]]))
      assert.lengthOf(data, 29)
      assert.deepStrictEqual(granted.get("iam administrator"), ["manage_roles", "manage_users", "view_audit_log"])
      assert.deepStrictEqual(granted.get("onboarding form_viewer"), ["access_client_data", "view_onboarding_responses"])
      assert.deepStrictEqual(granted.get("onboarding administrator"), granted.get("onboarding form_administrator"))
      const params = { id: yield* roleOf("products", "user") }
      const changed = client.roles.update({ params, headers: {}, query: {}, payload: { name: "users" } })
      assert.strictEqual((yield* Effect.flip(changed))._tag, "RoleIsBuiltIn")
      assert.strictEqual(
        (yield* Effect.flip(client.roles.delete({ params, headers: {}, query: {} })))._tag,
        "RoleIsBuiltIn"
      )
    }))

  it.effect("count from the next request on, as they are given, changed, taken and deleted", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const role = yield* customRole()
      const caller = yield* callerWith()
      const rights = Effect.map(caller.client.me.get({}), ({ body }) => body.data.permissions.recipes)
      const asked = { params: { id: caller.id, roleId: role.id }, headers: {}, query: {} }
      const { body: { data: holder } } = yield* client.users.assignRole(asked)
      assert.deepStrictEqual(holder.roles, [{ id: role.id, context: "recipes", name: role.name }])
      assert.deepStrictEqual(yield* rights, ["manage_clients", "manage_menus"])
      assert.strictEqual((yield* client.users.assignRole(asked)).body.data.version, holder.version)
      const params = { id: role.id }
      yield* client.roles.update({ params, headers: {}, query: {}, payload: { permissions: ["manage_meals"] } })
      assert.deepStrictEqual(yield* rights, ["manage_meals"])
      yield* client.users.removeRole(asked)
      assert.deepStrictEqual(yield* rights, [])
      yield* client.users.removeRole(asked)
      assert.deepStrictEqual(yield* eventsOf(caller.id), ["iam/RoleAssigned", "iam/RoleRemoved"])
      yield* client.users.assignRole(asked)
      const used = yield* Effect.flip(client.roles.delete({ params, headers: {}, query: {} }))
      assert.deepInclude(used, { _tag: "RoleInUse", count: 1 })
      yield* client.roles.delete({ params, headers: {}, query: { removeAssignments: true } })
      assert.deepStrictEqual(yield* rights, [])
      assert.deepStrictEqual((yield* eventsOf(caller.id)).slice(2), ["iam/RoleAssigned", "iam/RoleRemoved"])
      assert.strictEqual((yield* Effect.flip(client.roles.get({ params })))._tag, "RoleNotFound")
    }))

  it.effect("are given by whoever manages the context's users and has what they grant, or manages roles", () =>
    Effect.gen(function*() {
      const target = yield* callerWith()
      const gives = (caller: Effect.Success<ReturnType<typeof callerWith>>, context: string, name: string) =>
        Effect.flatMap(
          roleOf(context, name),
          (roleId) =>
            caller.client.users.assignRole({ params: { id: target.id, roleId }, headers: {}, query: { dryRun: true } })
        ).pipe(
          Effect.as("given"),
          Effect.catch(({ _tag }) => Effect.succeed(_tag))
        )
      const manager = yield* callerWith(["products", "user_manager"], ["products", "product_manager"])
      assert.strictEqual(yield* gives(manager, "products", "product_manager"), "given")
      assert.strictEqual(yield* gives(manager, "products", "user_manager"), "given")
      assert.strictEqual(yield* gives(manager, "products", "auditor"), "PermissionNotHeld")
      assert.strictEqual(yield* gives(manager, "recipes", "user"), "PermissionMissing")
      assert.strictEqual(yield* gives(manager, "iam", "user"), "PermissionMissing")
      const users = yield* callerWith(["iam", "user_manager"])
      assert.strictEqual(yield* gives(users, "iam", "user_manager"), "PermissionMissing")
      const roles = yield* callerWith(["iam", "role_manager"])
      assert.strictEqual(yield* gives(roles, "recipes", "administrator"), "given")
      const sql = yield* SqlClient.SqlClient
      const denied = yield* sql`
        SELECT command, outcome FROM audit_log WHERE actor_id = ${manager.id} AND outcome = 'denied' ORDER BY at, id LIMIT 1`
      assert.deepStrictEqual(denied, [{ command: "iam/AssignRole", outcome: "denied" }])
      const [{ entries } = { entries: 0 }] = yield* sql<{ entries: number }>`
        SELECT count(*)::integer AS entries FROM audit_log WHERE actor_id = ${manager.id}`
      assert.strictEqual(entries, 3)
    }))
})

/** A server whose two administrators alone manage roles: the tests' own, and one more. */
const twoAdministrators = Effect.gen(function*() {
  const client = yield* clientOf()
  const { data: administrators } = yield* client.users.list({
    query: { role: ["administrator", "role_manager"], context: ["iam"] }
  })
  for (const { id, name } of administrators) {
    if (name !== "Administrator") yield* client.users.disable({ params: { id }, headers: {}, query: {} })
  }
  return { first: yield* clientOf(), second: yield* callerWith(["iam", "administrator"]) }
})

layer(TestServer(), { excludeTestServices: true })("the last who may manage roles", (it) => {
  it.effect("stays, whatever would take that from him, and whoever asks at the same moment", () =>
    Effect.gen(function*() {
      const { first, second } = yield* twoAdministrators
      const { body: { data: me } } = yield* first.me.get({})
      const roleId = yield* roleOf("iam", "administrator")
      for (let round = 0; round < 5; round++) {
        const both = yield* Effect.all([
          Effect.exit(second.client.users.removeRole({ params: { id: me.id, roleId }, headers: {}, query: {} })),
          Effect.exit(first.users.removeRole({ params: { id: second.id, roleId }, headers: {}, query: {} }))
        ], { concurrency: "unbounded" })
        assert.lengthOf(both.filter(({ _tag }) => _tag === "Success"), 1, `round ${round}`)
        const sql = yield* SqlClient.SqlClient
        yield* sql`INSERT INTO role_assignments VALUES (${me.id}, ${roleId}), (${second.id}, ${roleId}) ON CONFLICT DO NOTHING`
      }
      yield* first.users.disable({ params: { id: second.id }, headers: {}, query: {} })
      const alone = { params: { id: me.id }, headers: {}, query: {} }
      assert.strictEqual((yield* Effect.flip(first.users.disable(alone)))._tag, "LastAdministrator")
      assert.strictEqual((yield* Effect.flip(first.users.erase(alone)))._tag, "LastAdministrator")
      const taken = first.users.removeRole({ params: { id: me.id, roleId }, headers: {}, query: {} })
      assert.strictEqual((yield* Effect.flip(taken))._tag, "LastAdministrator")
    }))

  it.effect("may hold that by a role of their own, which is then neither changed nor deleted", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { body: { data: me } } = yield* client.me.get({})
      const payload = { context: "iam" as const, name: "keeper", permissions: ["manage_roles"] }
      const { body: { data: keeper } } = yield* client.roles.create({ headers: {}, query: {}, payload })
      yield* client.users.assignRole({ params: { id: me.id, roleId: keeper.id }, headers: {}, query: {} })
      const roleId = yield* roleOf("iam", "administrator")
      yield* client.users.removeRole({ params: { id: me.id, roleId }, headers: {}, query: {} })
      const params = { id: keeper.id }
      const weaker = client.roles.update({ params, headers: {}, query: {}, payload: { permissions: ["manage_users"] } })
      assert.strictEqual((yield* Effect.flip(weaker))._tag, "LastAdministrator")
      const gone = client.roles.delete({ params, headers: {}, query: { removeAssignments: true } })
      assert.strictEqual((yield* Effect.flip(gone))._tag, "LastAdministrator")
    }))
})
