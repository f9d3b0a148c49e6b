/**
 * A program that uses a data directory until its standard input ends: `embedded-program.ts <DATA_DIR> <port, or 0 for a
 * tool>`. It tells what it got as one line of JSON.
 */
import { Cause, Effect, Exit, Redacted } from "effect"
import { once } from "node:events"
import { acquire } from "../../src/kernel/embedded/EmbeddedPostgres.ts"

const [dataDir = "", port = "0"] = process.argv.slice(2)

const program = Effect.gen(function*() {
  const postgres = yield* acquire({
    dataDir,
    program: port === "0" ? { role: "tool" } : { role: "server", port: Number(port) },
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }
  })
  console.log(JSON.stringify({ ...postgres, url: Redacted.value(postgres.url) }))
  yield* Effect.promise(() => once(process.stdin.resume(), "end"))
}).pipe(Effect.scoped)

const exit = await Effect.runPromiseExit(program)
if (Exit.isFailure(exit)) console.log(JSON.stringify({ message: Cause.pretty(exit.cause) }))
