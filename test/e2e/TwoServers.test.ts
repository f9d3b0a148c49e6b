import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { addUser, onDatabase, query, type RunningServer, startServer } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const ask = (server: RunningServer, method: string, path: string, token: string, body?: object) =>
  Effect.promise(async () => {
    const response = await fetch(`${server.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...body === undefined ? {} : { body: JSON.stringify(body) }
    })
    const text = await response.text()
    return { status: response.status, ...Object(text === "" ? {} : JSON.parse(text)) }
  })

describe("two servers on one database", () => {
  it.live("refuse at the next request what the other one took away", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const [one, other] = yield* Effect.all([startServer(onDatabase(url)), startServer(onDatabase(url))], {
        concurrency: 2
      })
      yield* addUser(url, "admin@example.org")
      yield* addUser(url, "ana@example.org", { roles: ["product_manager", "user"] })
      const [{ id = "" } = {}] = yield* query<{ id: string }>(
        url,
        "SELECT id FROM users WHERE email = 'ana@example.org'"
      )
      const [{ role = "" } = {}] = yield* query<{ role: string }>(
        url,
        "SELECT id AS role FROM roles WHERE name = 'product_manager'"
      )
      const admin = yield* signedToken(url, "admin@example.org")
      const create = (token: string) => ask(other, "POST", "/v1/products", token, { name: "Arroz" })
      const login = () => signedToken(url, "ana@example.org")

      const token = yield* login()
      const permissions = [{ context: "products", permission: "manage_products" }]
      const { data: { id: keyId, key } } = yield* ask(one, "POST", "/v1/api-keys", token, { name: "Till", permissions })
      expect(yield* create(token)).toMatchObject({ status: 201 })
      expect(yield* create(key)).toMatchObject({ status: 201 })

      yield* ask(one, "DELETE", `/v1/users/${id}/roles/${role}`, admin)
      expect(yield* create(token)).toMatchObject({ status: 403, code: "permission_missing" })
      expect(yield* create(key)).toMatchObject({ status: 403, code: "permission_missing" })
      yield* ask(one, "PUT", `/v1/users/${id}/roles/${role}`, admin)
      expect(yield* create(token)).toMatchObject({ status: 201 })

      yield* ask(one, "DELETE", `/v1/api-keys/${keyId}`, token)
      expect(yield* create(key)).toMatchObject({ status: 401, code: "api_key_invalid" })

      yield* ask(one, "POST", "/v1/auth/logout", token)
      expect(yield* create(token)).toMatchObject({ status: 401, code: "token_invalid" })

      const again = yield* login()
      expect(yield* create(again)).toMatchObject({ status: 201 })
      yield* ask(one, "POST", `/v1/users/${id}/logout-all`, admin)
      expect(yield* create(again)).toMatchObject({ status: 401, code: "token_invalid" })

      const last = yield* login()
      expect(yield* create(last)).toMatchObject({ status: 201 })
      yield* ask(one, "POST", `/v1/users/${id}/disable`, admin)
      expect(yield* create(last)).toMatchObject({ status: 401, code: "user_disabled" })
    }))
})
