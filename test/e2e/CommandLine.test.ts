import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Exit, type Redacted, Schema, Scope } from "effect"
import { settings } from "../../src/kernel/SettingTable.ts"
import { command } from "../support/Commands.ts"
import { addUser, cli, launchCommand, onDatabase, query, startServer } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const as = ["--as", "admin@example.org"]
const scope = Scope.makeUnsafe()
let url: Redacted.Redacted<string>

const run = (...args: ReadonlyArray<string>) => Effect.suspend(() => command(args, onDatabase(url)))

beforeAll(() =>
  Effect.gen(function*() {
    url = (yield* freshDatabase()).url
    yield* addUser(url, "admin@example.org")
    yield* addUser(url, "reader@example.org", { roles: ["user"] })
    yield* addUser(url, "gone@example.org", { status: "disabled" })
    yield* query(
      url,
      `INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, nutrient_basis, created_by)
       SELECT uuidv7(), 'Food ' || n, 'food ' || n, 'en', (SELECT id FROM classifications WHERE key = 'manual'),
         'ref ' || n, 'per100g', (SELECT id FROM users LIMIT 1)
       FROM generate_series(1, 120) AS n`
    )
  }).pipe(Scope.provide(scope), Effect.runPromise)
)
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const Checks = Schema.Array(Schema.Struct({
  check: Schema.String,
  ok: Schema.Boolean,
  detail: Schema.String,
  cure: Schema.NullOr(Schema.String)
}))

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "")

describe.concurrent("iam token", () => {
  it.live("prints one line on stdout and nothing else", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* cli(["iam", "token", "--email", "ADMIN@example.org"], onDatabase(url))
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    }))

  for (
    const [whom, email, line] of [
      ["a user who is not there", "nobody@example.org", /no user has the e-mail nobody@example\.org/],
      ["a disabled user", "gone@example.org", /gone@example\.org is disabled/]
    ] as const
  ) {
    it.live(`for ${whom} is refused`, () =>
      Effect.gen(function*() {
        const { code, stderr, stdout } = yield* run("iam", "token", "--email", email)
        expect({ code, stdout, lines: linesOf(stderr) }).toEqual({
          code: 1,
          stdout: "",
          lines: [expect.stringMatching(line)]
        })
      }))
  }
})

describe.concurrent("iam", () => {
  it.live("says in a line which filter is not known, and what is not there", () =>
    Effect.gen(function*() {
      const said = (...args: ReadonlyArray<string>) => Effect.map(run(...args), ({ stderr }) => linesOf(stderr))
      expect(yield* said("iam", "users", "foo=1", ...as)).toEqual([
        expect.stringMatching(/^cardapio: foo is not known here; allowed: /)
      ])
      expect(yield* said("recipes", "nutrition", "019c0d5e-0000-7000-8000-00000000000a", ...as)).toEqual([
        expect.stringMatching(/^cardapio: There is no such recipe: No recipe has that id/)
      ])
    }))

  it.live("lets an operator give a role and a password, and says what it did", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const environment = onDatabase(url)
      yield* addUser(url, "admin@example.org", { roles: ["administrator", "user"] })
      yield* addUser(url, "ana@example.org", { roles: ["user"] })
      const asAdmin = ["--email", "ana@example.org", ...as]
      const assigned = yield* command(["iam", "assign", "--role", "recipes/recipe_manager", ...asAdmin], environment)
      expect(assigned).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("recipes/recipe_manager") })
      const weak = yield* cli(["iam", "set-password", ...asAdmin], environment, "ana@example.org\n")
      expect(weak).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/must not be the e-mail address/)
      })
      const set = yield* cli(["iam", "set-password", ...asAdmin], environment, "correct horse battery\n")
      expect(set).toMatchObject({ code: 0, stdout: "" })
      expect(set.stderr).not.toContain("correct")
    }))

  it.live("adds one key that signs next, whoever asks for it at the same moment, and says so as JSON", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const environment = onDatabase(url)
      yield* addUser(url, "admin@example.org", { roles: ["administrator", "user"] })
      const rotate = cli(["iam", "keys", "rotate", "--json", ...as], environment)
      const both = yield* Effect.all([rotate, rotate], { concurrency: 2 })
      expect(both.map(({ code }) => code)).toEqual([0, 0])
      expect(both.map(({ stdout }) => stdout).toSorted()).toEqual(["{\"published\":false}\n", "{\"published\":true}\n"])
      const { stdout } = yield* command(["iam", "keys", "list", "--json"], environment)
      expect(linesOf(stdout).map((line): unknown => JSON.parse(line).state)).toEqual(["next"])
    }))
})

describe.concurrent("misuse", () => {
  for (
    const [args, said] of [
      [["nonsense"], /Unknown subcommand "nonsense"/],
      [["iam", "token"], /--email[\s\S]*iam token --help/],
      [
        ["products", "import", "--json", "--format", "nope", "x"],
        /^\{"type":"about:blank","title":[^\n]*nope[^\n]*usda-sr28[^\n]*products import --help"\}\n$/
      ]
    ] as const
  ) {
    it.live(`exits with 64 and says how it goes: ${args.join(" ")}`, () =>
      Effect.gen(function*() {
        const { code, stderr, stdout } = yield* run(...args)
        expect({ code, stdout }).toEqual({ code: 64, stdout: "" })
        expect(stderr).toMatch(said)
      }))
  }

  it.live("ends the process with that code", () =>
    Effect.gen(function*() {
      expect(yield* cli(["nonsense"], {})).toMatchObject({ code: 64, stdout: "" })
    }))

  it.live("is not to ask for help, which is a result", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run("products", "import", "--help")
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      expect(stdout).toMatch(/USAGE[\s\S]*--resume/)
    }))
})

describe.concurrent("doctor", () => {
  it.live("finds a good installation good", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run("doctor")
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      for (const line of linesOf(stdout)) expect(line).toMatch(/^ok {4}\w/)
      expect(linesOf(stdout).length).toBeGreaterThanOrEqual(6)
    }))

  it.live("names what is wrong", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase("template0")
      const { code, stderr, stdout } = yield* command(["doctor"], onDatabase(url))
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" })
      expect(stdout).toMatch(/^FAIL {2}migrations .*migration 0 of \d+\n +mend it: npm run cli -- migrate$/m)
    }))

  it.live("tells it as JSON too, with a command that mends it", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const environment = onDatabase(url)
      const { code, stdout } = yield* command(["doctor", "--json"], environment)
      expect(code).toBe(1)
      const { cure } = Schema.decodeUnknownSync(Checks)(JSON.parse(stdout)).find(({ check }) => check === "users") ?? {}
      const mended = yield* Effect.flatMap(
        launchCommand("/bin/sh", ["-c", cure ?? "false"], environment),
        (command) => command.ended
      )
      expect(mended, `what doctor says mends it: ${cure}`).toMatchObject({ code: 0 })
      const told = yield* query(
        url,
        `SELECT e.payload->>'via' AS via, a.actor_type, a.command, a.target_id = u.id::text AS is_target
         FROM users u JOIN events e ON e.payload->>'userId' = u.id::text, audit_log a`
      )
      expect(told).toEqual([{ via: "cli", actor_type: "system", command: "iam/CreateAdministrator", is_target: true }])
    }))
})

describe.concurrent("products list", () => {
  it.live("shows a page and says of how many", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run("products", "list", ...as)
      expect({ code, stderr, lines: linesOf(stdout).length }).toEqual({ code: 0, stderr: "50 of 120\n", lines: 50 })
    }))

  it.live("filters and sorts as over HTTP, and prints JSON", () =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* run(
        "products",
        "list",
        "--json",
        "name[like]=food 11",
        "sort=-name",
        "limit=3",
        ...as
      )
      expect(stderr).toBe("3 of 11\n")
      const names = linesOf(stdout).map((line): unknown => JSON.parse(line))
      expect(names).toEqual(["Food 119", "Food 118", "Food 117"].map((name) => expect.objectContaining({ name })))
    }))

  it.live("reads on to the end with --all, each product once", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* run("products", "list", "--all", "--json", "limit=50", ...as)
      expect(code).toBe(0)
      expect(new Set(linesOf(stdout)).size).toBe(120)
      expect(linesOf(stdout)).toHaveLength(120)
    }))

  it.live("ends in silence where nobody reads on", () =>
    Effect.gen(function*() {
      const list = `"${process.execPath}" scripts/cli.ts products list --all --json ${as.join(" ")}`
      const { stderr, stdout } = yield* Effect.scoped(
        Effect.flatMap(
          launchCommand("sh", ["-c", `(${list}; echo "ended with $?" >&2) | head -n 1`], onDatabase(url)),
          ({ ended }) => ended
        )
      )
      expect(stderr).toBe("ended with 0\n")
      expect(linesOf(stdout)).toHaveLength(1)
    }))

  it.live("names a filter that it does not know, for programs as a problem", () =>
    Effect.gen(function*() {
      const asked = ["products", "list", "colour=red", "limit=0", ...as]
      const [told, { code, stderr, stdout }] = yield* Effect.all([run(...asked), run(...asked, "--json")], {
        concurrency: 2
      })
      expect(told).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/^cardapio: [^\n]*colour[^\n]*\n$/)
      })
      expect(told.stderr).toMatch(/limit/)
      expect(told.stderr).not.toMatch(/excess property/)
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
      expect(JSON.parse(stderr)).toMatchObject({
        type: "/problems/invalid_request",
        status: 422,
        errors: [{ parameter: "colour" }, { parameter: "limit" }]
      })
    }))

  it.live("needs to know who asks", () =>
    Effect.gen(function*() {
      const [nobody, unknown] = yield* Effect.all([
        run("products", "list"),
        run("products", "list", "--as", "nobody@example.org")
      ], { concurrency: 2 })
      expect([nobody, unknown].map(({ code, stdout }) => [code, stdout])).toEqual([[1, ""], [1, ""]])
      expect(nobody.stderr).toMatch(/^cardapio: .*--as you@example\.org\n$/)
      expect(unknown.stderr).toMatch(/^cardapio: no user has the e-mail nobody@example\.org\n$/)
    }))
})

describe.concurrent("events", () => {
  it.live("are listed and shown, and dead ones are offered again", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const environment = onDatabase(url)
      const on = (...args: ReadonlyArray<string>) => command(["events", ...args, ...as], environment)
      yield* addUser(url, "admin@example.org", { roles: ["developer"] })
      const id = "019c0d5e-0000-7000-8000-000000000001"
      yield* query(url, `INSERT INTO events (id, tag, payload) VALUES ('${id}', 'products/ProductCreated', '{"a":1}')`)
      yield* query(
        url,
        `INSERT INTO effect_queue (id, queue_name, element, state, attempts, last_failure, visible_at, created_at, updated_at)
         VALUES ('${id}/recipes/On', 'events', '{"subscription":"recipes/On"}', 'failed', 10, 'Error: no', now(), now(), now())`
      )
      const [list, dead, show, misused] = yield* Effect.all([
        on("list", "tag[like]=product"),
        on("dead-letters"),
        on("show", id),
        on("replay")
      ], { concurrency: 2 })
      expect(list).toMatchObject({ code: 0, stderr: "1 of 1\n" })
      expect(list.stdout).toMatch(new RegExp(`^${id}\t\\S+Z\tproducts/ProductCreated\t0 waiting, 0 done, 1 dead\t-\n$`))
      expect(dead.stdout).toMatch(new RegExp(`^${id}\t\\S+Z\trecipes/On\t10 attempts\tError: no\n$`))
      expect(JSON.parse(show.stdout)).toMatchObject({ payload: { a: 1 }, deliveries: [{ state: "dead" }] })
      expect(misused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/--all/) })
      const doctor = yield* command(["doctor"], environment)
      expect(doctor.code).toBe(1)
      expect(doctor.stdout).toMatch(/^FAIL {2}events +1 dead; [^\n]*\n +mend it: npm run cli -- events dead-letters$/m)
      expect(yield* on("replay", "--all")).toMatchObject({ code: 0, stdout: "", stderr: "1 delivery offered again\n" })
      const again = yield* on("replay", id)
      expect(again).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/No delivery of the event is dead/)
      })
    }))
})

describe.concurrent("config", () => {
  it.live("shows each setting, where its value comes from, and no secret", () =>
    Effect.gen(function*() {
      const environment = {
        DATABASE_URL: "postgres://user:hunter2@127.0.0.1:1/x",
        COMMAND_TIMEOUT: "3 s",
        COMMAND_TIMEOUTS: "3 s"
      }
      const { code, stderr, stdout } = yield* cli(["config"], environment)
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: "COMMAND_TIMEOUTS is no setting: did you mean COMMAND_TIMEOUT?\n"
      })
      expect(stdout).not.toContain("hunter2")
      expect(stdout).toMatch(/^COMMAND_TIMEOUT +3 s +environment \(default 10 s\)$/m)
      expect(stdout).toMatch(/^EVENT_TIMEOUT +10 s +default$/m)
      expect(stdout).toMatch(/^DATABASE_URL +\(secret\) +environment$/m)
      for (const { name } of Object.values(settings)) expect(stdout).toMatch(new RegExp(`^${name} `, "m"))
    }))

  it.live("says which value cannot be used, also as JSON", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* cli(["config", "--json"], { PORT: "99999" })
      expect(code).toBe(1)
      expect(JSON.parse(stdout)).toContainEqual({
        name: "PORT",
        value: "99999",
        origin: "environment",
        default: "8080",
        fault: expect.stringMatching(/^must be a port .*Example: PORT="8080"$/)
      })
    }))
})

describe.concurrent("trace", () => {
  it.live("tells the story of a request", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      yield* addUser(url, "admin@example.org", { roles: ["administrator", "developer"] })
      yield* addUser(url, "reader@example.org", { roles: ["user"] })
      const token = yield* signedToken(url, "admin@example.org")
      const server = yield* startServer(onDatabase(url))
      const answer = yield* server.post("/v1/products", { name: "Arroz" }, token)
      const correlationId = answer.headers.get("x-correlation-id") ?? ""
      const [product] = yield* query<{ id: string }>(url, "SELECT id FROM products")
      const told = yield* command(["trace", correlationId, ...as], onDatabase(url))
      expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 0, stderr: "" })
      expect(linesOf(told.stdout)).toEqual([
        expect.stringMatching(`Z {2}command {3}products/CreateProduct {2}ok {2}product ${product?.id} {2}name$`),
        expect.stringMatching(/Z {2}event {5}products\/ProductCreated {2}published {2}[0-9a-f-]{36}$/)
      ])
      const [denied, unknown] = yield* Effect.all([
        command(["trace", correlationId, "--as", "reader@example.org"], onDatabase(url)),
        command(["trace", "no-such-request", ...as], onDatabase(url))
      ], { concurrency: 2 })
      expect(denied).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/access_support/) })
      expect(unknown).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/no-such-request/) })
      expect(server.said().stdout).toMatch(new RegExp(`"correlationId":"${correlationId}"[^\\n]*"status":201`))
    }))
})

describe("demo", () => {
  it.live("fills an empty database with what it says, and no other, until it is cleared", () =>
    Effect.gen(function*() {
      const empty = (yield* freshDatabase()).url
      yield* addUser(empty, "admin@example.org")
      const { code, stderr, stdout } = yield* command(["demo", ...as], onDatabase(empty))
      expect({ code, told: linesOf(stdout).length }).toEqual({ code: 0, told: 6 })
      expect(linesOf(stdout)[0]).toBe("TOKEN=$(npm run -s cli -- iam token --email admin@example.org)")
      expect(stderr).toMatch(/^19 foods \(TACO\), 12 recipes, 2 clients/)
      const counted =
        "SELECT (SELECT count(*)::integer FROM menus) AS menus, (SELECT count(*)::integer FROM menu_slots) AS slots"
      expect(yield* query(empty, counted)).toEqual([{ menus: 2, slots: 52 }])
      const again = yield* command(["demo", ...as], onDatabase(empty))
      expect(again.code).toBe(1)
      expect(again.stderr).toMatch(/demo fills an empty one/)
      const cleared = yield* command(["demo", "clear", ...as], onDatabase(empty))
      expect(cleared).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^discarded the \d\d things of the demo\n$/)
      })
      expect((yield* command(["demo", ...as], onDatabase(empty))).code).toBe(0)
    }).pipe(Effect.scoped))
})
