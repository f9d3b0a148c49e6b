import { assert, layer } from "@effect/vitest"
import { Cause, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { SqlClient } from "effect/sql"
import crypto from "node:crypto"
import { SetPassword } from "../../../src/contexts/iam/contract/LoginCommands.ts"
import { Iam } from "../../../src/contexts/iam/Iam.ts"
import { iamJobs } from "../../../src/contexts/iam/iamJobs.ts"
import { Argon2Missing, PasswordHashes } from "../../../src/contexts/iam/password/PasswordHashes.ts"
import { Sealing } from "../../../src/kernel/Sealing.ts"
import { explained } from "../../../src/server/explained.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, leastHashCost, TestServer } from "../../support/TestServer.ts"

const password = "correct horse battery"

/** A user with a password, and no login yet. */
const person = Effect.fnUntraced(function*(...roles: Parameters<typeof callerWith>) {
  const { id } = yield* callerWith(...roles)
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM sessions WHERE user_id = ${id}`
  const hash = yield* (yield* PasswordHashes).hash(password)
  yield* (yield* Iam).executeAsSystem(new SetPassword({ id, hash }))
  return { id, email: `${id}@example.org` }
})

type Answer = Record<string, unknown> & {
  readonly status: number
  readonly headers: HttpClientResponse.HttpClientResponse["headers"]
}

const post = (
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {}
): Effect.Effect<Answer, never, HttpClient.HttpClient> =>
  HttpClientRequest.post(path, { headers }).pipe(
    HttpClientRequest.bodyJsonUnsafe(body),
    HttpClient.execute,
    Effect.flatMap((response) =>
      Effect.map(response.text, (text) => ({
        ...(text === "" ? {} : JSON.parse(text)),
        status: response.status,
        headers: response.headers
      }))
    ),
    Effect.orDie
  )

const login = (email: string, given = password) => post("/v1/auth/login", { email, password: given })

const dataOf = ({ data }: Answer): { accessToken: string; refreshToken: string } => Object(data)

const refresh = (refreshToken: string, key?: string) =>
  post("/v1/auth/refresh", { refreshToken }, key === undefined ? {} : { "idempotency-key": key })

const forgetAttempts = SqlClient.SqlClient.use((sql) => sql`DELETE FROM login_throttles`)

const TestLayer = Layer.merge(Iam.layer, PasswordHashes.layer.pipe(Layer.provide(leastHashCost))).pipe(
  Layer.provideMerge(TestServer())
)

layer(TestLayer, { excludeTestServices: true })("logging in", (it) => {
  it.effect("gives tokens without anything personal, a login that is listed, and an entry in the audit log", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person(["products", "user"])
      const answer = yield* login(email.toUpperCase())
      assert.deepInclude(Object(answer["data"]), { tokenType: "Bearer", expiresIn: 900 })
      const { accessToken } = dataOf(answer)
      const client = yield* clientOf(accessToken)
      const { body: { data: me } } = yield* client.me.get({})
      assert.strictEqual(me.id, id)
      const { data: [own, ...others] } = yield* client.logins.list({ query: {} })
      assert.lengthOf(others, 0)
      assert.deepInclude(own, { via: "password", current: true })
      const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString())
      assert.deepInclude(claims, { sub: id, sid: own?.sid })
      assert.sameMembers(Object.keys(claims), ["iss", "aud", "sub", "exp", "iat", "nbf", "jti", "sid"])
      assert.strictEqual(claims.exp - claims.iat, 900)
      assert.notInclude(JSON.stringify(claims), "example.org")
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(
        yield* sql`SELECT actor_type, actor_id, target_id, outcome FROM audit_log WHERE command = 'iam/Login' AND actor_id = ${id}`,
        [{ actorType: "user", actorId: id, targetId: own?.sid, outcome: "ok" }]
      )
    }))

  it.effect("fails alike for a wrong password, an unknown, a disabled user and one without a password", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const sql = yield* SqlClient.SqlClient
      const { email } = yield* person()
      const disabled = yield* person()
      yield* sql`UPDATE users SET status = 'disabled' WHERE id = ${disabled.id}`
      const external = yield* callerWith()
      const answers = yield* Effect.forEach(
        [[email, "wrong"], ["nobody@example.org", password], [disabled.email, password], [
          `${external.id}@example.org`,
          ""
        ]],
        ([to = "", given = ""]) => login(to, given === "" ? "x" : given)
      )
      const told = answers.map(({ correlationId, headers, ...rest }) => ({
        ...rest,
        headers: headers["www-authenticate"],
        correlated: typeof correlationId
      }))
      for (const each of told) assert.deepStrictEqual(each, told[0])
      assert.deepInclude(Object(told[0]), { status: 401, code: "credentials_invalid" })
      const entries = yield* sql<{ actorType: string }>`
        SELECT actor_type FROM audit_log WHERE outcome = 'failed_login' AND command = 'iam/Login' ORDER BY at, id`
      assert.deepStrictEqual(entries.map(({ actorType }) => actorType), ["user", "system", "user", "user"])
    }))

  it.effect("makes a hash anew at today's cost where it was made at another one", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person().pipe(Effect.provide(Layer.fresh(PasswordHashes.layer)))
      const sql = yield* SqlClient.SqlClient
      const read = Effect.map(
        sql<{ hash: string }>`SELECT hash FROM passwords WHERE user_id = ${id}`,
        ([row]) => row?.hash ?? ""
      )
      assert.match(yield* read, /^\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
      assert.strictEqual((yield* login(email)).status, 200)
      assert.match(yield* read, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
      assert.strictEqual((yield* login(email)).status, 200)
    }))
})

layer(TestLayer, { excludeTestServices: true })("refreshing", (it) => {
  it.effect("gives the next tokens once, and ends the login where a token comes again", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person()
      const first = dataOf(yield* login(email))
      const second = dataOf(yield* refresh(first.refreshToken))
      assert.notStrictEqual(second.refreshToken, first.refreshToken)
      const client = yield* clientOf(second.accessToken)
      yield* client.me.get({})
      const reused = yield* refresh(first.refreshToken)
      assert.deepInclude(reused, { status: 401, code: "refresh_reused" })
      assert.strictEqual((yield* Effect.flip(client.me.get({})))._tag, "TokenInvalid")
      assert.deepInclude(yield* refresh(second.refreshToken), { status: 401, code: "refresh_invalid" })
      const sql = yield* SqlClient.SqlClient
      const [told] = yield* sql<
        { payload: object }
      >`SELECT payload FROM events WHERE tag = 'iam/SessionsRevoked' AND payload->>'userId' = ${id}`
      assert.deepInclude({ ...told?.payload }, { userId: id, reason: "reuse" })
      const entries = yield* sql`SELECT FROM audit_log WHERE command = 'iam/Refresh' AND actor_id = ${id}`
      assert.lengthOf(entries, 1)
      const [kept] = yield* sql<
        { text: string }
      >`SELECT string_agg(refresh_tokens::text, ' ') AS text FROM refresh_tokens`
      assert.notInclude(kept?.text, first.refreshToken)
    }))

  it.effect("gives the same answer to the same key within ten seconds, and to no other", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      const sql = yield* SqlClient.SqlClient
      const { refreshToken } = dataOf(yield* login(email))
      const once = yield* refresh(refreshToken, "key")
      const again = yield* refresh(refreshToken, "key")
      assert.strictEqual(again.status, 200)
      assert.deepStrictEqual(again.data, once.data)
      yield* sql`UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'`
      assert.deepInclude(yield* refresh(refreshToken, "key"), { status: 401, code: "refresh_reused" })
      const other = dataOf(yield* login(email))
      yield* refresh(other.refreshToken, "key")
      assert.deepInclude(yield* refresh(other.refreshToken, "another"), { status: 401, code: "refresh_reused" })
    }))

  it.effect("keeps an answer no longer than it is given again", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      yield* refresh(dataOf(yield* login(email)).refreshToken, "a-key")
      const sql = yield* SqlClient.SqlClient
      const kept = Effect.map(
        sql`SELECT FROM refresh_tokens WHERE sealed_answer IS NOT NULL AND idempotency_key = 'a-key'`,
        (rows) => rows.length
      )
      const purged = Effect.flatMap(iamJobs, ([purge]) => purge === undefined ? Effect.die("no job") : purge.run(sql))
      yield* purged
      assert.isAbove(yield* kept, 0)
      yield* sql`UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds'`
      yield* purged
      assert.strictEqual(yield* kept, 0)
    }).pipe(Effect.provide(Sealing.layer)))

  it.effect("lets one of two at once win; the other counts as reuse, unless it shares the key", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      for (const key of [undefined, "shared"]) {
        const { refreshToken } = dataOf(yield* login(email))
        const both = yield* Effect.all([refresh(refreshToken, key), refresh(refreshToken, key)], { concurrency: 2 })
        assert.deepStrictEqual(
          both.map(({ status }) => status).toSorted(),
          key === undefined ? [200, 401] : [200, 200]
        )
      }
    }))

  it.effect("ends with the token, the login, its 90 days, and the user", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person()
      const sql = yield* SqlClient.SqlClient
      const [span] = yield* Effect.andThen(
        login(email),
        sql<{ family: number; token: number }>`
          SELECT round(extract(epoch FROM s.expires_at - s.created_at) / 86400)::integer AS family,
            round(extract(epoch FROM t.expires_at - s.created_at) / 86400)::integer AS token
          FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id WHERE s.user_id = ${id}`
      )
      assert.deepStrictEqual(span, { family: 90, token: 30 })
      for (
        const end of [
          sql`UPDATE refresh_tokens SET expires_at = now() WHERE used_at IS NULL`,
          sql`UPDATE sessions SET expires_at = now() WHERE user_id = ${id}`,
          sql`UPDATE users SET status = 'disabled' WHERE id = ${id}`
        ]
      ) {
        const { refreshToken } = dataOf(yield* login(email))
        yield* end
        assert.deepInclude(yield* refresh(refreshToken), { status: 401, code: "refresh_invalid" })
      }
      assert.deepInclude(yield* refresh("nonsense"), { status: 401, code: "refresh_invalid" })
    }))
})

layer(TestLayer, { excludeTestServices: true })("logging out", (it) => {
  it.effect("ends this login, another one, or all of them, and tells of it", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person()
      const clients = yield* Effect.forEach([1, 2, 3, 4], () =>
        Effect.flatMap(login(email), (answer) => clientOf(dataOf(answer).accessToken)))
      const [one, two, three, four] = clients
      assert.isDefined(one && two && three && four)
      if (one === undefined || two === undefined || three === undefined || four === undefined) {
        return
      }
      yield* one.logins.logout({ headers: {}, query: { dryRun: true } })
      yield* one.me.get({})
      yield* one.logins.logout({ headers: {}, query: {} })
      assert.strictEqual((yield* Effect.flip(one.me.get({})))._tag, "TokenInvalid")
      const { data } = yield* two.logins.list({ query: {} })
      assert.lengthOf(data, 3)
      const { data: [mine] } = yield* three.logins.list({ query: {} }).pipe(
        Effect.map((page) => ({
          data: page.data.filter(({ current }) =>
            current
          )
        }))
      )
      assert.isDefined(mine)
      if (mine === undefined) return
      yield* two.logins.end({ params: { sid: mine.sid }, query: {} })
      assert.strictEqual((yield* Effect.flip(three.me.get({})))._tag, "TokenInvalid")
      assert.strictEqual(
        (yield* Effect.flip(two.logins.end({ params: { sid: mine.sid }, query: {} })))._tag,
        "LoginNotFound"
      )
      yield* two.logins.logoutAll({ headers: {}, query: {} })
      for (const client of [two, four]) assert.strictEqual((yield* Effect.flip(client.me.get({})))._tag, "TokenInvalid")
      const sql = yield* SqlClient.SqlClient
      const told = yield* sql<{ sid: string; reason: string }>`
        SELECT payload->>'sid' AS sid, payload->>'reason' AS reason FROM events
        WHERE tag = 'iam/SessionsRevoked' AND payload->>'userId' = ${id} ORDER BY published_at, id`
      assert.deepStrictEqual(told.map(({ reason }) => reason), ["logout", "logout", "logout"])
      assert.strictEqual(told.at(-1)?.sid, "all")
    }))
})

layer(TestLayer, { excludeTestServices: true })("passwords", (it) => {
  it.effect("are changed by who knows the old one, which ends all other logins", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      const [mine, other] = [
        yield* clientOf(dataOf(yield* login(email)).accessToken),
        yield* clientOf(dataOf(yield* login(email)).accessToken)
      ]
      const change = (oldPassword: string, next: string) =>
        mine.logins.changePassword({ query: {}, payload: { oldPassword, password: next } })
      assert.strictEqual((yield* Effect.flip(change("wrong", "wrong donkey socket")))._tag, "CredentialsInvalid")
      yield* change(password, "wrong donkey socket")
      yield* mine.me.get({})
      assert.strictEqual((yield* Effect.flip(other.me.get({})))._tag, "TokenInvalid")
      const sql = yield* SqlClient.SqlClient
      const [ended, ...more] = yield* sql<{ sid: string; revoked: boolean }>`
        SELECT e.payload->>'sid' AS sid, s.revoked_at IS NOT NULL AS revoked
        FROM events e LEFT JOIN sessions s ON s.id::text = e.payload->>'sid'
        WHERE e.payload->>'reason' = 'password' AND e.payload->>'userId' = (SELECT id::text FROM users WHERE email = ${email})
          AND e.payload->>'sid' <> 'all'`
      assert.lengthOf(more, 0)
      assert.isTrue(ended?.revoked)
      assert.strictEqual((yield* login(email)).status, 401)
      assert.strictEqual((yield* login(email, "wrong donkey socket")).status, 200)
    }))

  it.effect("are refused with each rule that they break", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      const client = yield* clientOf(dataOf(yield* login(email)).accessToken)
      const refused = (next: string) =>
        Effect.map(
          Effect.flip(client.logins.changePassword({ query: {}, payload: { oldPassword: password, password: next } })),
          (error) => "errors" in error ? error.errors?.map(({ detail }) => detail) ?? [] : []
        )
      for (
        const [next, rule] of [
          ["eleven char", /at least 12/],
          ["x".repeat(257), /at most 256/],
          ["Q1W2E3R4T5Y6", /most common/],
          ["ｑ１ｗ２ｅ３ｒ４ｔ５ｙ６", /most common/],
          [email, /e-mail address or the name/],
          [email.slice(0, 36).toUpperCase(), /e-mail address or the name/],
          [` ${email}  `, /e-mail address or the name/]
        ] as const
      ) {
        assert.match((yield* refused(next)).join(), rule, next)
      }
      yield* client.logins.changePassword({
        query: {},
        payload: { oldPassword: password, password: "ａ valid ｐassword ½" }
      })
      assert.strictEqual((yield* login(email, "a valid password 1⁄2")).status, 200)
    }))

  it.effect("are set by a code that a manager of users gave, once, within an hour", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person()
      const sql = yield* SqlClient.SqlClient
      const client = yield* clientOf()
      const issue = Effect.map(client.logins.issueResetCode({ params: { id }, headers: {}, query: {} }), ({ data }) =>
        "code" in data ? data.code : "")
      const before = yield* clientOf(dataOf(yield* login(email)).accessToken)
      const code = yield* issue
      const reset = (code: string) =>
        post("/v1/auth/reset-password", { email, code, password: "wrong donkey socket" })
      assert.deepInclude(yield* reset("WRONG"), { status: 401, code: "credentials_invalid" })
      assert.strictEqual((yield* reset(code.toLowerCase())).status, 204)
      assert.strictEqual((yield* Effect.flip(before.me.get({})))._tag, "TokenInvalid")
      assert.strictEqual((yield* login(email, "wrong donkey socket")).status, 200)
      assert.strictEqual((yield* reset(code)).status, 401)
      const late = yield* issue
      yield* sql`UPDATE reset_codes SET expires_at = now()`
      assert.strictEqual((yield* reset(late)).status, 401)
      const earlier = yield* issue
      yield* issue
      assert.strictEqual((yield* reset(earlier)).status, 401)
      const kept = yield* sql<{ text: string }>`SELECT reset_codes::text AS text FROM reset_codes`
      assert.notInclude(JSON.stringify(kept), earlier)
    }))

  it.effect("are judged only where the code is right, for that tells the user's name", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person()
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE users SET name = 'Ana Maria de Souza' WHERE id = ${id}`
      const client = yield* clientOf()
      const { data } = yield* client.logins.issueResetCode({ params: { id }, headers: {}, query: {} })
      const code = "code" in data ? data.code : ""
      const reset = (to: string, code: string, password: string) =>
        post("/v1/auth/reset-password", { email: to, code, password })
      const told = ({ code, status }: Answer) => [status, code]
      const refused = [401, "credentials_invalid"]
      assert.deepStrictEqual(told(yield* reset(email, "WRONG", "ana maria de souza")), refused)
      assert.deepStrictEqual(told(yield* reset("nobody@example.org", "WRONG", "ana maria de souza")), refused)
      assert.deepStrictEqual(told(yield* reset(email, code, "ana maria de souza")), [422, "password_too_weak"])
      assert.strictEqual((yield* reset(email, code, "wrong donkey socket")).status, 204)
    }))

  it.effect("are opened by nobody who could not do what their owner may", () =>
    Effect.gen(function*() {
      const { id } = yield* person(["iam", "administrator"])
      const manager = yield* callerWith(["iam", "user_manager"])
      const asked = { params: { id }, headers: {}, query: {} }
      assert.strictEqual((yield* Effect.flip(manager.client.logins.issueResetCode(asked)))._tag, "PermissionNotHeld")
      const payload = { issuer: "https://login.example.com", subject: id }
      const linked = manager.client.users.linkIdentity({ ...asked, payload })
      assert.strictEqual((yield* Effect.flip(linked))._tag, "PermissionNotHeld")
      const owner = yield* callerWith(["iam", "administrator"])
      const permissions = [{ context: "iam", permission: "manage_users" } as const]
      const { body: { data: made } } = yield* owner.client.apiKeys.create({
        headers: {},
        query: {},
        payload: { name: "x", permissions }
      })
      const asKey = yield* clientOf("key" in made ? made.key : "")
      const itself = asKey.users.linkIdentity({ ...asked, params: { id: owner.id }, payload })
      assert.strictEqual((yield* Effect.flip(itself))._tag, "PermissionNotHeld")
    }))
})

layer(TestLayer, { excludeTestServices: true })("checking passwords", (it) => {
  it.effect("is not begun with on a Node without argon2, which one line says", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const { argon2 } = crypto
        Reflect.set(crypto, "argon2", undefined)
        return argon2
      }),
      () =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(Effect.scoped(Layer.build(Layer.fresh(PasswordHashes.layer))))
          assert.instanceOf(error, Argon2Missing)
          assert.strictEqual(
            explained(Cause.fail(error)),
            `Node 24.7 or newer is needed for argon2; this is ${process.version}`
          )
        }),
      (argon2) => Effect.sync(() => Reflect.set(crypto, "argon2", argon2))
    ))

  it.effect("is waited for by a few at once, so that the others are not held up", () =>
    Effect.gen(function*() {
      const hashes = yield* PasswordHashes
      const waiting = yield* Effect.forkChild(
        Effect.all(Array.from({ length: 16 }, () => hashes.placed(Effect.never)), { concurrency: "unbounded" }),
        { startImmediately: true }
      )
      assert.strictEqual((yield* Effect.flip(hashes.placed(Effect.void)))._tag, "Overloaded")
      yield* Fiber.interrupt(waiting)
      yield* hashes.placed(Effect.void)
    }))
})

layer(TestLayer, { excludeTestServices: true })("guessing passwords", (it) => {
  const minutesBlocked = (answer: Answer) => Math.ceil(Number(answer.headers["retry-after"]) / 60)
  const pass = (minutes: number) =>
    SqlClient.SqlClient.use((sql) =>
      sql`
        UPDATE login_throttles SET blocked_until = blocked_until - ${minutes} * interval '1 minute',
          attempts = ARRAY(SELECT a - ${minutes} * interval '1 minute' FROM unnest(attempts) AS a)`
    )

  it.effect("makes an account wait for 1, 2, 4, 8, 15 minutes after 5 failures, also for the right password", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      for (let n = 0; n < 5; n++) assert.strictEqual((yield* login(email, "wrong")).status, 401)
      const waits: Array<number> = []
      for (let n = 0; n < 6; n++) {
        const answer = yield* login(email)
        assert.deepInclude(answer, { status: 429, code: "login_throttled" })
        waits.push(minutesBlocked(answer))
        yield* pass(minutesBlocked(answer))
        assert.strictEqual((yield* login(email, "wrong")).status, 401, `after ${waits.join()}`)
      }
      assert.deepStrictEqual(waits, [1, 2, 4, 8, 15, 15])
      yield* forgetAttempts
      for (let n = 0; n < 4; n++) yield* login(email, "wrong")
      assert.strictEqual((yield* login(email)).status, 200)
      for (let n = 0; n < 4; n++) assert.strictEqual((yield* login(email, "wrong")).status, 401)
    }))

  it.effect("makes an unknown account wait like any other", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      for (let n = 0; n < 5; n++) assert.strictEqual((yield* login("nobody@example.org", "wrong")).status, 401)
      assert.strictEqual((yield* login("NOBODY@example.org", "wrong")).status, 429)
    }))

  it.effect("takes the user for one, however the database lets its e-mail be spelled", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email, id } = yield* person()
      const sql = yield* SqlClient.SqlClient
      // What is an i to the lower() of many databases, and to JavaScript is none.
      yield* sql`UPDATE users SET email = lower('İ') || ${email} WHERE id = ${id}`
      const spelled = `İ${email}`
      assert.strictEqual((yield* login(spelled)).status, 200)
      const [plain] = yield* sql<{ email: string }>`SELECT email FROM users WHERE id = ${id}`
      for (let n = 0; n < 5; n++) assert.strictEqual((yield* login(plain?.email ?? "", "wrong")).status, 401)
      assert.strictEqual((yield* login(spelled)).status, 429)
    }))

  it.effect("counts what an account refuses for no address", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      for (let n = 0; n < 40; n++) yield* login(email, "wrong")
      assert.strictEqual((yield* login((yield* person()).email)).status, 200)
    }))

  it.effect("tests no more passwords where a hundred come at once", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      const answers = yield* Effect.all(
        Array.from({ length: 25 }, (_, n) => login(email, `guess ${n}`)),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(answers.filter(({ status }) => status === 401), 5)
      // Refused because of the failures, or because too many wait for an answer.
      assert.lengthOf(answers.filter(({ status }) => status === 429 || status === 503), 20)
      assert.strictEqual((yield* login(email)).status, 429)
    }))

  it.effect("makes an address wait after 30 failures, which a success does not undo, nor count", () =>
    Effect.gen(function*() {
      yield* forgetAttempts
      const { email } = yield* person()
      for (let n = 0; n < 35; n++) assert.strictEqual((yield* login(email)).status, 200, `${n}`)
      for (let n = 0; n < 30; n++) {
        assert.strictEqual((yield* login(`nobody${n}@example.org`, "wrong")).status, 401, `${n}`)
      }
      const answer = yield* login(email)
      assert.deepInclude(answer, { status: 429, code: "login_throttled" })
      assert.strictEqual(minutesBlocked(answer), 15)
    }))
})
