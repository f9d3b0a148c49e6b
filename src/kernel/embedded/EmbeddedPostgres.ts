import { Data, Effect, Redacted, type Scope } from "effect"
import { randomUUID } from "node:crypto"
import type { Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import * as DataDir from "./DataDir.ts"
import { type Attempt, knock } from "./KeeperConnection.ts"
import * as KeeperFile from "./KeeperFile.ts"
import type { Ready } from "./KeeperProtocol.ts"
import { startKeeper } from "./KeeperStart.ts"
import { logFile } from "./Log.ts"
import * as PostgresPrograms from "./PostgresPrograms.ts"
import { lineOf } from "./Refusal.ts"

/** `message` is one line that says what is wrong and what to do. */
export class EmbeddedPostgresError extends Data.TaggedError("EmbeddedPostgresError")<{ readonly message: string }> {}

export interface EmbeddedPostgres {
  /** `postgres://USER:PASSWORD@127.0.0.1:PORT/cardapio`, the same for as long as the registration lives. */
  readonly url: Redacted.Redacted<string>
  /** Where PostgreSQL's data really lies. */
  readonly directory: string
  /** Whether this very call made the data directory. */
  readonly created: boolean
  /** Lines for the start banner. */
  readonly notes: ReadonlyArray<string>
}

export interface Options {
  /** Absolute, or relative to the working directory; made when it is missing. */
  readonly dataDir: string
  /** One server per data directory, and any number of tools. */
  readonly program: { readonly role: "server"; readonly port: number } | { readonly role: "tool" }
  /** Settings of PostgreSQL beyond ours; those of the program that starts it count. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A program's membership in the circle that keeps PostgreSQL running; `socket` is its standing connection. */
interface Membership {
  readonly id: string
  readonly dataDir: string
  readonly options: Options
  socket: Socket | undefined
}

const patience = 120_000

/** The system's time, also under a test's clock: it is a process that we wait for. */
const pause = (milliseconds: number) => Effect.promise((signal) => sleep(milliseconds, undefined, { signal }))

const failure = (cause: unknown) => new EmbeddedPostgresError({ message: lineOf(cause) })

const register = (member: Membership, keeper: KeeperFile.KeeperFile, again: boolean) =>
  Effect.callback<Attempt>((resume) => {
    const { program } = member.options
    const port = program.role === "server" ? program.port : 0
    const hello = { program: member.id, pid: process.pid, role: program.role, port, again }
    const socket = knock(keeper, hello, (attempt) => {
      // Once it is registered, the connection alone must not keep the program from ending.
      if (attempt.type === "ready") socket.unref()
      else socket.destroy()
      resume(Effect.succeed(attempt))
    })
    member.socket = socket
    return Effect.sync(() => socket.destroy())
  })

const start = (member: Membership, port: number | undefined) =>
  Effect.tryPromise({
    try: () =>
      startKeeper({
        ...PostgresPrograms.find(),
        dataDir: member.dataDir,
        settings: member.options.settings ?? {},
        port,
        program: member.id
      }),
    catch: failure
  })

/** Finds the keeper or starts one, until one of them answers; `port` is PostgreSQL's when pools know it already. */
const join = Effect.fnUntraced(function*(
  member: Membership,
  port: number | undefined
): Effect.fn.Return<Ready, EmbeddedPostgresError> {
  const deadline = Date.now() + patience
  let silent = 0
  while (Date.now() < deadline) {
    const keeper = yield* Effect.try({ try: () => KeeperFile.list(member.dataDir)[0], catch: failure })
    const attempt: Attempt = keeper === undefined
      ? { type: "gone" }
      : yield* register(member, keeper, port !== undefined)
    if (attempt.type === "ready") return attempt
    if (attempt.type === "refused") return yield* new EmbeddedPostgresError({ message: attempt.message })
    if (attempt.type === "silent" && ++silent > 2) {
      const message =
        `the keeper of ${member.dataDir} (pid ${keeper?.pid}) does not answer: end it (kill -9 ${keeper?.pid})`
      return yield* new EmbeddedPostgresError({ message })
    }
    if (attempt.type === "stopping") yield* pause(20)
    else yield* start(member, port)
  }
  const message = `PostgreSQL was not ready within ${patience / 1000} s: ${logFile(member.dataDir)} may say why`
  return yield* new EmbeddedPostgresError({ message })
})

const lost = (member: Membership) =>
  Effect.callback<void>((resume) => {
    const { socket } = member
    if (socket === undefined || socket.destroyed) return resume(Effect.void)
    socket.once("close", () => resume(Effect.void))
  })

/** Whenever the keeper is killed, joins another one, which gives PostgreSQL the port that our pools know. */
const stay = (member: Membership, port: number) =>
  lost(member).pipe(
    Effect.andThen(
      join(member, port).pipe(
        Effect.tapError((error) => Effect.andThen(Effect.logWarning(error.message), pause(500))),
        Effect.eventually
      )
    ),
    Effect.tap((ready) =>
      ready.port === port
        ? Effect.void
        : Effect.logError(`PostgreSQL came back on port ${ready.port} instead of ${port}: start this program again`)
    ),
    Effect.forever
  )

/**
 * Gives a PostgreSQL of our own on a data directory: starts it, or finds the one that runs for other programs there. It
 * is registered as used until the scope closes or the process ends, and stops 2 s after the last program that used it.
 */
export const acquire = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<EmbeddedPostgres, EmbeddedPostgresError, Scope.Scope> {
  const dataDir = yield* Effect.try({ try: () => DataDir.prepare(options.dataDir), catch: failure })
  const member: Membership = { id: randomUUID(), dataDir, options, socket: undefined }
  yield* Effect.addFinalizer(() => Effect.sync(() => member.socket?.destroy()))
  const ready = yield* join(member, undefined)
  yield* Effect.forkScoped(stay(member, ready.port))
  return {
    url: Redacted.make(`postgres://cardapio:${ready.password}@127.0.0.1:${ready.port}/cardapio`),
    directory: ready.directory,
    created: ready.created,
    notes: ready.notes
  }
})
