import { Data, Effect, type Request } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { type Actor, Actors, requirePermission } from "./Actors.ts"
import { CommandTimedOut, type PermissionMissing, type UserDisabled, type UserUnknown } from "./contract/Problems.ts"
import { type ContextName, CurrentCredential } from "./contract/Rights.ts"
import { Settings } from "./Settings.ts"

/** A command is a tagged request: its success and error types travel with the value. */
export type AnyCommand = Request.Any & { readonly _tag: string }

type Tagged<C, Tag> = Extract<C, { readonly _tag: Tag }>

/** One handler for each command of a context. What a handler leaves of `SqlError` is a defect. */
export type Handlers<C extends AnyCommand> = {
  readonly [Tag in C["_tag"]]: (
    command: Tagged<C, Tag>,
    actor: Actor
  ) => Effect.Effect<
    Request.Success<Tagged<C, Tag>>,
    Request.Error<Tagged<C, Tag>> | SqlError.SqlError
  >
}

/** What any command can fail with besides its own errors. */
export type CommandFailure = PermissionMissing | UserUnknown | UserDisabled | CommandTimedOut

export interface CommandBus<C extends AnyCommand> {
  /** Runs the command in one transaction: all of it is kept, or nothing. */
  execute<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
  /** Does all that `execute` does, and rolls it back: what would come of it, without doing it. */
  dryRun<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
}

/** Fails a transaction that was only to be tried; carries what it would have answered. */
class Tried extends Data.TaggedError("Tried")<{ readonly answer: unknown }> {}

type AnyHandler = {
  /** A method, because methods compare their parameters in both directions: each handler takes its own command. */
  handle(command: AnyCommand, actor: Actor): Effect.Effect<unknown, unknown>
}["handle"]

/** The bus of one context: time limit inside the transaction, rights as its first statement, permission, handler. */
export const make = Effect.fnUntraced(function*<C extends AnyCommand>(options: {
  readonly context: ContextName
  readonly permissions: Readonly<Record<C["_tag"], string>>
  readonly handlers: Handlers<C>
}) {
  const sql = yield* SqlClient.SqlClient
  const actors = yield* Actors
  const { commandTimeout } = yield* Settings
  const handlers = new Map<string, AnyHandler>(Object.entries(options.handlers))
  const permissions = new Map<string, string>(Object.entries(options.permissions))

  const handled = Effect.fnUntraced(function*(command: C) {
    const handle = handlers.get(command._tag)
    const permission = permissions.get(command._tag)
    if (handle === undefined || permission === undefined) return yield* Effect.die(`${command._tag} has no handler`)
    const actor = yield* actors.read(sql, yield* CurrentCredential)
    yield* requirePermission(actor, options.context, permission)
    return yield* handle(command, actor)
  })

  function execute<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
  function execute(command: C): Effect.Effect<unknown, unknown, CurrentCredential> {
    // Outside the transaction, the limit could report a command as timed out that has committed.
    const limited = Effect.timeoutOrElse(handled(command), {
      duration: commandTimeout,
      orElse: () => Effect.fail(new CommandTimedOut({ detail: `${command._tag} took too long.` }))
    })
    return sql.withTransaction(limited).pipe(
      Effect.catchIf(SqlError.isSqlError, Effect.die),
      Effect.withSpan(command._tag)
    )
  }

  function dryRun<Cmd extends C>(
    command: Cmd
  ): Effect.Effect<Request.Success<Cmd>, Request.Error<Cmd> | CommandFailure, CurrentCredential>
  function dryRun(command: C): Effect.Effect<unknown, unknown, CurrentCredential> {
    return sql.withTransaction(Effect.flatMap(execute(command), (answer) => Effect.fail(new Tried({ answer })))).pipe(
      Effect.catchIf(SqlError.isSqlError, Effect.die),
      Effect.catchIf((error) => error instanceof Tried, ({ answer }) => Effect.succeed(answer))
    )
  }

  const bus: CommandBus<C> = { execute, dryRun }
  return bus
})
