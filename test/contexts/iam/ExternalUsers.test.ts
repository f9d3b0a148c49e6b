import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { SetPassword } from "../../../src/contexts/iam/contract/LoginCommands.ts"
import { Iam } from "../../../src/contexts/iam/Iam.ts"
import { PasswordHashes } from "../../../src/contexts/iam/password/PasswordHashes.ts"
import { callerWith } from "../../support/Callers.ts"
import { makePair } from "../../support/CraftedToken.ts"
import { type FakeIssuer, fakeIssuer } from "../../support/FakeIssuer.ts"
import { clientOf, leastHashCost, TestServer } from "../../support/TestServer.ts"

const pair = makePair("RS256", "the first")

const tokenOf = (issuer: FakeIssuer, subject: string, claims: object = {}) =>
  issuer.sign({
    ...issuer.claims(Math.floor(Date.now() / 1000)),
    sub: subject,
    jti: crypto.randomUUID(),
    ...claims
  }, pair)

/** Runs a test against a server that takes the tokens of a fake issuer. */
const withServer = <A, E, R>(
  provision: "user" | "refuse",
  test: (issuer: FakeIssuer) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function*() {
    const issuer = yield* fakeIssuer([pair])
    const server = TestServer({ AUTH_ISSUERS: JSON.stringify([{ ...issuer.entry({}), provision }]) })
    return yield* Effect.provide(test(issuer), Iam.layer.pipe(Layer.provideMerge(server)))
  }).pipe(Effect.scoped)

const whoIs = (token: string) => Effect.flatMap(clientOf(token), (client) => client.me.get({}))

it.live("a subject that is seen first becomes one user, however many requests come at once", () =>
  withServer("user", (issuer) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const tokens = Array.from({ length: 8 }, () =>
        tokenOf(issuer, "auth0|1", { email: "ana@example.org", name: "Ana" }))
      const seen = yield* Effect.all(tokens.map(whoIs), { concurrency: "unbounded" })
      const ids = new Set(seen.map(({ body }) =>
        body.data.id
      ))
      assert.strictEqual(ids.size, 1)
      const [me] = seen
      assert.deepInclude(Object(me?.body.data), {
        email: "ana@example.org",
        name: "Ana",
        identities: [{ issuer: issuer.issuer, subject: "auth0|1" }]
      })
      assert.deepStrictEqual(me?.body.data.permissions.products, ["access_basic_features"])
      const events = yield* sql<
        { via: string }
      >`SELECT payload->>'via' AS via FROM events WHERE tag = 'iam/UserCreated'`
      assert.deepStrictEqual(events.map(({ via }) => via), ["external"])
    })))

it.live("an e-mail address links to nobody by itself", () =>
  withServer("user", (issuer) =>
    Effect.gen(function*() {
      const { id } = yield* callerWith(["iam", "administrator"])
      const token = tokenOf(issuer, "auth0|2", { email: `${id}@example.org` })
      const { body: { data: stranger } } = yield* whoIs(token)
      assert.notStrictEqual(stranger.id, id)
      assert.isNull(stranger.email)
      assert.deepStrictEqual(stranger.permissions.iam, ["access_basic_features"])
    })))

it.live("a subject that nobody linked is refused where none are taken in, as is one that was unlinked, and a disabled user", () =>
  withServer("refuse", (issuer) =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { id } = yield* callerWith()
      const token = tokenOf(issuer, "auth0|3")
      assert.strictEqual((yield* Effect.flip(whoIs(token)))._tag, "UserUnknown")
      const payload = { issuer: issuer.issuer, subject: "auth0|3" }
      const asked = { params: { id }, headers: {}, query: {} }
      yield* client.users.linkIdentity({ ...asked, payload })
      assert.strictEqual((yield* whoIs(token)).body.data.id, id)
      yield* client.users.disable(asked)
      assert.strictEqual((yield* Effect.flip(whoIs(token)))._tag, "UserDisabled")
      yield* client.users.enable(asked)
      yield* client.users.unlinkIdentity({ ...asked, payload })
      assert.strictEqual((yield* Effect.flip(whoIs(token)))._tag, "UserUnknown")
    })))

it.live("a token of our own is refused where only others' are taken", () =>
  Effect.gen(function*() {
    const issuer = yield* fakeIssuer([pair])
    const settings = { AUTH_LOCAL: "false", AUTH_ISSUERS: JSON.stringify([{ ...issuer.entry({}), provision: "user" }]) }
    yield* Effect.gen(function*() {
      const own = yield* Effect.flip((yield* clientOf()).me.get({}))
      assert.strictEqual(own._tag, "TokenInvalid")
      const { id } = yield* callerWith()
      const password = "correct horse battery"
      const hash = yield* (yield* PasswordHashes).hash(password)
      yield* (yield* Iam).executeAsSystem(new SetPassword({ id, hash }))
      const { auth } = yield* clientOf()
      const login = auth.login({ payload: { email: `${id}@example.org`, password } })
      assert.strictEqual((yield* Effect.flip(login))._tag, "CredentialsInvalid")
      const refresh = auth.refresh({ headers: {}, payload: { refreshToken: "x" } })
      assert.strictEqual((yield* Effect.flip(refresh))._tag, "RefreshInvalid")
      yield* whoIs(tokenOf(issuer, "auth0|4"))
      issuer.mode = "away"
      yield* whoIs(tokenOf(issuer, "auth0|4"))
    }).pipe(Effect.provide(
      Layer.merge(Iam.layer, Layer.provide(PasswordHashes.layer, leastHashCost)).pipe(
        Layer.provideMerge(TestServer(settings))
      )
    ))
  }).pipe(Effect.scoped))
