import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgClient } from "@effect/sql-pg"
import { Effect, Exit, Redacted, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import type { TestProject } from "vitest/node"
import { acquire } from "../../src/kernel/embedded/EmbeddedPostgres.ts"
import { migrate } from "../../src/kernel/Migrations.ts"
import { checkout, compileCache } from "./compileCache.ts"

declare module "vitest" {
  interface ProvidedContext {
    readonly serverUrl: string
  }
}

const withDatabase = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href

/** What the programs are compiled to is made once, by a start that is refused, and not by each of the first to start. */
const compiled = async () => {
  if (existsSync(compileCache)) return
  const env = { PATH: process.env["PATH"], PORT: "none", NODE_COMPILE_CACHE: compileCache }
  await once(spawn(process.execPath, ["src/server/main.ts"], { cwd: checkout, env, stdio: "ignore" }), "close")
}

/** One PostgreSQL for the whole run, with a migrated template that each test file's database is copied from. */
export default async function setup(project: TestProject) {
  const dataDir = await mkdtemp(path.join(tmpdir(), "cardapio-tests-"))
  // As root, PostgreSQL runs as another user, who must reach its data.
  await chmod(dataDir, 0o755)
  const scope = Scope.makeUnsafe()
  const compiling = compiled()
  const serverUrl = await Effect.gen(function*() {
    const { url } = yield* acquire({
      dataDir,
      program: { role: "tool" },
      settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }
    })
    const server = Redacted.value(url)
    yield* SqlClient.SqlClient.use((sql) => sql`CREATE DATABASE template`).pipe(
      Effect.provide(PgClient.layer({ url }))
    )
    yield* migrate(Redacted.make(withDatabase(server, "template")))
    return server
  }).pipe(Scope.provide(scope), Effect.provide(NodeServices.layer), Effect.runPromise)
  await compiling
  project.provide("serverUrl", serverUrl)
  return async () => {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    await rm(dataDir, { recursive: true, force: true })
  }
}
