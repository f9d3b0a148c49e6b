import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { exitCodes } from "../../scripts/failure.ts"
import { settingsTable } from "../../scripts/settingsTable.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { settings } from "../../src/kernel/SettingTable.ts"
import { command, refusal } from "../support/Commands.ts"
import { checkout } from "../support/compileCache.ts"
import { refusedStart } from "../support/Programs.ts"
import { testSettings } from "../support/TestDatabase.ts"

/** A wrong value for each setting; one that is missing here makes a test fail. */
const wrong: Readonly<Record<string, string>> = {
  HOST: " ",
  PORT: "99999",
  DATA_DIR: " ",
  DATABASE_URL: "mysql://user:hunter2-hunter2@127.0.0.1/x",
  DATABASE_MIGRATION_URL: "postgres:/user:hunter2-hunter2@127.0.0.1/x",
  MIGRATE: "yes",
  DATABASE_POOL_SIZE: "1",
  COMMAND_TIMEOUT: "10",
  EVENT_TIMEOUT: "soon",
  EVENT_CONCURRENCY: "0",
  SQL_STATEMENT_TIMEOUT: "50 ms",
  RATE_LIMIT_PER_MINUTE: "-1",
  MAX_CONCURRENT_REQUESTS: "many",
  TRUSTED_PROXIES: "10.0.0.0/40",
  CORS_ORIGINS: "*",
  PUBLIC_URL: "example.org",
  SHUTDOWN_GRACE: "soon",
  LOG_LEVEL: "loud",
  OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318",
  OTEL_EXPORTER_OTLP_HEADERS: "hunter2-hunter2",
  OTEL_SERVICE_NAME: " ",
  AUTH_KEY_SECRET: "hunter2-hunter2",
  AUTH_HASH_CONCURRENCY: "0",
  AUTH_LOCAL: "yes",
  AUTH_ISSUERS: "[{\"issuer\":\"https://id.example.org\"}]",
  IMPORT_FETCH: "yes",
  TYPEFORM_TOKEN: " ",
  TYPEFORM_BASE_URL: "api.typeform.com",
  ONBOARDING_SECRET_KEY: "hunter2-hunter2",
  SECRET_OVERLAP: "soon",
  FORM_POSTS_PER_HOUR: "ten",
  FORM_POSTS_PER_DAY: "-1"
}

const issuer = { issuer: "https://id.example.org", audience: ["cardapio"] }

const wrongIssuers: Readonly<Record<string, unknown>> = {
  "no list": issuer,
  "no address": [{ ...issuer, issuer: "id.example.org" }],
  "http": [{ ...issuer, issuer: "http://id.example.org" }],
  "http to a name like that of this machine": [{ ...issuer, issuer: "http://localhost.example.org" }],
  "a password in the address": [{ ...issuer, issuer: "https://user:password@id.example.org" }],
  "a query in the address": [{ ...issuer, issuer: "https://id.example.org?tenant=1" }],
  "no audience": [{ ...issuer, audience: [] }],
  "one audience that is no list": [{ ...issuer, audience: "cardapio" }],
  "keys over http": [{ ...issuer, jwksUri: "http://id.example.org/keys" }],
  "an algorithm with a shared secret": [{ ...issuer, algorithms: ["HS256"] }],
  "no algorithm": [{ ...issuer, algorithms: [] }],
  "another use": [{ ...issuer, tokenUse: "refresh" }],
  "another way to provision": [{ ...issuer, provision: "administrator" }],
  "a leeway of an hour": [{ ...issuer, leeway: 3600 }],
  "a word that is not known": [{ ...issuer, algorithm: ["ES256"] }],
  "the same issuer twice": [issuer, issuer]
}

const read = (environment: Readonly<Record<string, string>>) =>
  Effect.map(Effect.scoped(Layer.build(testSettings(environment))), Context.get(Settings))

const brokenAddresses = {
  DATABASE_URL: "postgres://user:hunter2-#hunter2@127.0.0.1:1/x",
  DATABASE_MIGRATION_URL: "postgres://user:hunter2-hunter2@127.0.0.1:99999/x"
}

const expectOneLine = ({ code, stderr, stdout }: { code: number | null; stderr: string; stdout: string }) => {
  expect({ code, stdout, lines: stderr.trimEnd().split("\n") }).toEqual({
    code: 1,
    stdout: "",
    lines: [expect.stringMatching(/^cardapio: \S/)]
  })
}

describe("a wrong setting is told in one line that names it, its fault and an example", () => {
  for (const { example, fault, name, secret } of Object.values(settings)) {
    it.effect(name, () =>
      Effect.gen(function*() {
        const value = wrong[name] ?? ""
        expect(value, `a wrong value for ${name} in this test`).not.toBe("")
        const { message } = yield* Effect.flip(Effect.scoped(Layer.build(testSettings({ [name]: value }))))
        const shown = secret ? name : `${name}=${JSON.stringify(value)}`
        expect(message).toBe(`${shown} ${fault}. Example: ${name}=${JSON.stringify(example)}`)
      }))
  }
})

describe("the README", () => {
  const readme = readFileSync(join(checkout, "README.md"), "utf8")

  it("has the table that `config --markdown` prints", () => expect(readme).toContain(settingsTable()))

  it("has the exit codes that there are, and says what each server counts for itself", () => {
    const [, told = ""] = /^Exit codes: (.*)$/m.exec(readme) ?? []
    expect([...told.matchAll(/(?:^|, )(\d+) /g)].map(([, code]) => Number(code))).toEqual(Object.values(exitCodes))
    expect(readme.replaceAll("\n", " ")).toMatch(/Rate limits are counted by each server for itself/)
  })
})

describe("issuers that cannot be trusted are refused", () => {
  for (const [why, value] of Object.entries(wrongIssuers)) {
    it.effect(why, () =>
      Effect.gen(function*() {
        const AUTH_ISSUERS = JSON.stringify(value)
        const { message } = yield* Effect.flip(read({ AUTH_ISSUERS }))
        expect(message).toBe(
          `AUTH_ISSUERS=${JSON.stringify(AUTH_ISSUERS)} ${settings.authIssuers.fault}. Example: AUTH_ISSUERS=${
            JSON.stringify(settings.authIssuers.example)
          }`
        )
      }))
  }

  it.effect("but not one of this machine, unless in production", () =>
    Effect.gen(function*() {
      for (const host of ["localhost:8443", "127.0.0.1", "[::1]:80"]) {
        const AUTH_ISSUERS = JSON.stringify([{ ...issuer, issuer: `http://${host}` }])
        expect((yield* read({ AUTH_ISSUERS })).authIssuers).toHaveLength(1)
        expect((yield* Effect.flip(read({ AUTH_ISSUERS, NODE_ENV: "production" }))).message).toContain("AUTH_ISSUERS=")
        const keys = JSON.stringify([{ ...issuer, jwksUri: `http://${host}/keys` }])
        expect((yield* Effect.flip(read({ AUTH_ISSUERS: keys, NODE_ENV: "production" }))).message).toContain("/keys")
      }
      expect((yield* read({ AUTH_ISSUERS: JSON.stringify([issuer]), NODE_ENV: "production" })).authIssuers).toEqual([{
        ...issuer,
        algorithms: ["RS256"],
        tokenUse: "access",
        provision: "refuse",
        leeway: 60
      }])
    }))
})

describe.concurrent("a wrong setting stops the start", () => {
  it.live("of the process", () =>
    Effect.map(refusedStart({ PORT: wrong["PORT"] ?? "" }), (ended) => {
      expectOneLine(ended)
      expect(ended.stderr).toContain("cardapio: PORT")
    }))

  for (const name of ["PORT", "DATABASE_URL", "DATABASE_MIGRATION_URL", "AUTH_KEY_SECRET", "AUTH_ISSUERS"]) {
    it.live(name, () =>
      Effect.gen(function*() {
        const ended = yield* refusal({ [name]: wrong[name] ?? "" })
        expectOneLine(ended)
        expect(ended.stderr).toContain(`cardapio: ${name}`)
        expect(ended.stderr).not.toContain("hunter2")
      }))
  }

  for (const [name, address] of Object.entries(brokenAddresses)) {
    it.live(`${name} that looks like an address and is none`, () =>
      Effect.gen(function*() {
        const ended = yield* refusal({
          DATABASE_URL: "postgres://user:hunter2-hunter2@127.0.0.1:1/x",
          AUTH_KEY_SECRET: "s".repeat(40),
          [name]: address
        })
        expectOneLine(ended)
        expect(ended.stderr).toContain(name)
        expect(ended.stderr).not.toContain("hunter2")
      }))
  }

  it.live("which doctor says, too", () =>
    Effect.gen(function*() {
      const doctor = yield* command(["doctor"], { MIGRATE: "yes" })
      expect(doctor).toMatchObject({ code: 1, stderr: "" })
      expect(doctor.stdout).toMatch(
        /^FAIL {2}settings +MIGRATE="yes" must be true or false\. Example: MIGRATE="false"$/m
      )
    }))
})
