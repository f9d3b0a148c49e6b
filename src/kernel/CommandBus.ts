import { Cause, Data, Effect, Exit, type Request } from "effect"
import { PersistedQueue } from "effect/persistence"
import { SqlClient, SqlError } from "effect/sql"
import { type Actor, Actors, requirePolicy, system, type Unauthenticated } from "./Actors.ts"
import { Audit, type Change } from "./Audit.ts"
import type { Event } from "./contract/Event.ts"
import { CommandTimedOut, type PermissionMissing } from "./contract/Problems.ts"
import { type ContextName, CurrentCredential, type Policy, type UserId } from "./contract/Rights.ts"
import { EventBus } from "./EventBus.ts"
import { metrics } from "./Metrics.ts"
import { afterRollback, outermost } from "./Outermost.ts"
import { Settings } from "./Settings.ts"
import { timed } from "./timed.ts"

/** A command is a tagged request: its success and error types travel with the value. */
export type AnyCommand = Request.Any & { readonly _tag: string }

type Tagged<C, Tag> = Extract<C, { readonly _tag: Tag }>

/** What a handler answers: the command's answer, what was changed (nothing where all stayed as it was), and what is told of it. */
interface Handled<A> {
  readonly answer: A
  readonly change?: Change
  /** Whom the audit log names, where a command of the system finds out who acts. */
  readonly by?: UserId
  readonly events?: ReadonlyArray<Event>
}

/** What a command would answer and publish. */
export interface DryRun<A> {
  readonly answer: A
  readonly events: ReadonlyArray<Event>
}

/** One handler for each command of a context. What a handler leaves of `SqlError` is a defect. */
export type Handlers<C extends AnyCommand> = {
  readonly [Tag in C["_tag"]]: (
    command: Tagged<C, Tag>,
    actor: Actor
  ) => Effect.Effect<
    Handled<Request.Success<Tagged<C, Tag>>>,
    Request.Error<Tagged<C, Tag>> | SqlError.SqlError
  >
}

/** What any command can fail with besides its own errors, `NotForApiKeys` among them where its policy refuses keys. */
export type CommandFailure = Unauthenticated | PermissionMissing | CommandTimedOut

export interface CommandBus<C extends AnyCommand> {
  /** Runs the command in one transaction: all of it is kept, or nothing. */
  execute<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
  /** Runs the command of a reaction or a background job: as the system, in its transaction where there is one. */
  executeAsSystem<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandTimedOut>
  /** Does all that `execute` does, and rolls it back: what would come of it, without doing it. */
  dryRun<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<DryRun<Request.Success<Cmd>>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
}

/** Fails a transaction that was only to be tried; carries what it would have answered. */
class Tried extends Data.TaggedError("Tried")<{ readonly run: DryRun<unknown> }> {}

type AnyHandler = {
  /** A method, because methods compare their parameters in both directions: each handler takes its own command. */
  handle(command: AnyCommand, actor: Actor): Effect.Effect<Handled<unknown>, unknown>
}["handle"]

const isQueueError = (error: unknown): error is PersistedQueue.PersistedQueueError =>
  error instanceof PersistedQueue.PersistedQueueError

/** Whatever a problem of status 403 says is denied to whoever asked. */
const isDenial = (error: unknown) =>
  typeof error === "object" && error !== null && "status" in error && error.status === 403

const outcomeOf = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isSuccess(exit)) return "ok"
  const error = exit.cause.reasons.find(Cause.isFailReason)?.error
  if (error instanceof CommandTimedOut) return "timed_out"
  return error !== undefined ? "refused" : Cause.hasInterruptsOnly(exit.cause) ? "interrupted" : "died"
}

/** The bus of one context: time limit inside the transaction, rights as its first statement, permission, handler. */
export const make = Effect.fnUntraced(function*<C extends AnyCommand>(options: {
  readonly context: ContextName
  /** What each command needs. */
  readonly permissions: Readonly<Record<C["_tag"], Policy>>
  readonly handlers: Handlers<C>
}) {
  const sql = yield* SqlClient.SqlClient
  const actors = yield* Actors
  const audit = yield* Audit
  const events = yield* EventBus
  const { commandTimeout } = yield* Settings
  const handlers = new Map<string, AnyHandler>(Object.entries(options.handlers))
  const permissions = new Map<string, Policy>(Object.entries(options.permissions))

  const entryOf = (command: C) => ({ context: options.context, command: command._tag })

  /** Leaves an entry of its own where the command was denied, by the bus or by its handler. */
  const telling = (command: C, actor: Actor) =>
    Effect.tapError((error: unknown) =>
      isDenial(error) && actor.userId !== null
        ? afterRollback(audit.denied(entryOf(command), actor))
        : Effect.void
    )

  const permitted = Effect.fnUntraced(function*(command: C) {
    const policy = permissions.get(command._tag)
    if (policy === undefined) return yield* Effect.die(`${command._tag} has no policy`)
    const actor = yield* actors.read(sql, yield* CurrentCredential)
    yield* requirePolicy(actor, options.context, policy).pipe(telling(command, actor))
    return actor
  })

  const handled = Effect.fnUntraced(function*<E, R>(command: C, acting: Effect.Effect<Actor, E, R>) {
    const handle = handlers.get(command._tag)
    if (handle === undefined) return yield* Effect.die(`${command._tag} has no handler`)
    const actor = yield* acting
    const { answer, by, change, events: published = [] } = yield* handle(command, actor).pipe(telling(command, actor))
    const author = by === undefined ? actor : { userId: by, apiKeyId: null }
    const entry = change === undefined ? undefined : yield* audit.changed(entryOf(command), author, change)
    yield* events.publish(published, author.userId, { beside: entry })
    return { answer, events: published }
  })

  const run = <E, R>(command: C, acting: Effect.Effect<Actor, E, R>) => {
    // Outside the transaction, the limit could report a command as timed out that has committed.
    const limited = Effect.timeoutOrElse(handled(command, acting), {
      duration: commandTimeout,
      orElse: () => Effect.fail(new CommandTimedOut({ detail: `${command._tag} took too long.` }))
    })
    return outermost(sql)(limited).pipe(
      Effect.catchIf(SqlError.isSqlError, Effect.die),
      // The queue wraps the fault of its database in a cause of its own.
      Effect.catchIf(isQueueError, ({ cause }) => Effect.die(Cause.isCause(cause) ? Cause.squash(cause) : cause)),
      timed((exit, seconds) => metrics.commandSeconds({ command: command._tag, outcome: outcomeOf(exit) }, seconds)),
      Effect.withSpan(command._tag, {}, { captureStackTrace: false })
    )
  }

  function execute<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
  function execute(command: C): Effect.Effect<unknown, unknown, CurrentCredential> {
    return Effect.map(run(command, permitted(command)), ({ answer }) => answer)
  }

  function executeAsSystem<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandTimedOut>
  function executeAsSystem(command: C): Effect.Effect<unknown, unknown> {
    return Effect.map(run(command, Effect.succeed(system)), ({ answer }) => answer)
  }

  function dryRun<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<DryRun<Request.Success<Cmd>>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
  function dryRun(command: C): Effect.Effect<DryRun<unknown>, unknown, CurrentCredential> {
    return outermost(sql)(
      Effect.flatMap(run(command, permitted(command)), (answered) => Effect.fail(new Tried({ run: answered })))
    ).pipe(
      Effect.catchIf(SqlError.isSqlError, Effect.die),
      Effect.catchIf((error) => error instanceof Tried, (tried) => Effect.succeed(tried.run))
    )
  }

  const bus: CommandBus<C> = { execute, executeAsSystem, dryRun }
  return bus
})
