import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgClient } from "@effect/sql-pg"
import { ConfigProvider, Context, Duration, Effect, Layer, Redacted, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { existsSync } from "node:fs"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { acquire } from "../../src/kernel/embedded/EmbeddedPostgres.ts"
import { migrate } from "../../src/kernel/Migrations.ts"
import { Settings } from "../../src/kernel/Settings.ts"

const secret = "the secret of a benchmark, long enough to be one"

/** Removed once PostgreSQL has left it. As root, PostgreSQL runs as another user, who must reach it. */
const temporaryFolder = Effect.acquireRelease(
  Effect.promise(async () => {
    const folder = await mkdtemp(join(tmpdir(), "cardapio-bench-"))
    await chmod(folder, 0o755)
    return folder
  }),
  (folder) =>
    Effect.sync(() => existsSync(join(folder, "postmaster.pid"))).pipe(
      Effect.repeat({ while: (runs) => runs, schedule: Schedule.spaced("100 millis"), times: 100 }),
      Effect.andThen(Effect.promise(() => rm(folder, { recursive: true, force: true, maxRetries: 10 })))
    )
)

/** The rows of one statement, over a connection of its own. */
export const statement = <Row extends object = object>(
  url: string,
  text: string,
  values: ReadonlyArray<unknown> = []
) =>
  SqlClient.SqlClient.use((sql) => sql.unsafe<Row>(text, values)).pipe(
    Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 })),
    Effect.orDie
  )

const named = (server: string, name: string) => Object.assign(new URL(server), { pathname: `/${name}` }).href

/** A migrated database of this run, with what a server of ours needs to work on it. */
export interface FreshDatabase {
  readonly url: string
  readonly environment: Readonly<Record<string, string>>
}

const dropped = (server: string, name: string) => statement(server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)

/** The PostgreSQL of a run: that of DATABASE_URL, or an embedded one with its default settings on a temporary folder. */
export class BenchDatabase extends Context.Service<BenchDatabase, {
  readonly version: string
  readonly embedded: boolean
}>()("bench/BenchDatabase") {
  static readonly layer = Layer.effectContext(Effect.gen(function*() {
    const given = process.env["DATABASE_URL"] ?? ""
    const server = given === ""
      ? Redacted.value((yield* acquire({ dataDir: yield* temporaryFolder, program: { role: "tool" } })).url)
      : given
    const [row] = yield* statement<{ version: string }>(server, "SELECT current_setting('server_version') AS version")
    return Context.make(BenchDatabase, { version: row?.version ?? "", embedded: given === "" }).pipe(
      Context.add(Server, server)
    )
  }))
}

class Server extends Context.Service<Server, string>()("bench/BenchDatabase/Server") {}

/** A migrated database, dropped when the scope closes. */
export const freshDatabase = Effect.fnUntraced(function*(part: string) {
  const server = yield* Server
  const name = `cardapio_bench_${part}_${process.pid}`
  const url = named(server, name)
  yield* Effect.acquireRelease(
    Effect.andThen(dropped(server, name), statement(server, `CREATE DATABASE "${name}"`)),
    () => dropped(server, name)
  )
  yield* migrate(Redacted.make(url))
  const environment = {
    DATABASE_URL: url,
    DATABASE_MIGRATION_URL: url,
    AUTH_KEY_SECRET: secret,
    ONBOARDING_SECRET_KEY: secret
  }
  return { url, environment } satisfies FreshDatabase
})

/** Makes the first administrator, and signs a token for it that outlives the run. */
export const administratorToken = (environment: FreshDatabase["environment"]) =>
  Effect.gen(function*() {
    const accounts = yield* Accounts
    yield* accounts.ensureAdministrator(firstAdministrator)
    const account = yield* accounts.findByEmail(firstAdministrator)
    if (account === undefined) return yield* Effect.die("no administrator was made")
    return yield* (yield* AccessTokens).issue(account.id, Duration.hours(24))
  }).pipe(Effect.provide(
    Layer.merge(AccessTokens.layer, Accounts.layer).pipe(
      Layer.provide(CommandDatabase),
      Layer.provide(DatabaseLocation.layer("tool")),
      Layer.provide(Settings.layer),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(environment))),
      Layer.provide(NodeServices.layer)
    )
  ))
