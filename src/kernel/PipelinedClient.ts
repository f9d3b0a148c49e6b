import { PgClient, type PgConnection, PgPool } from "@effect/sql-pg"
import { Context, Effect, Exit, Fiber, Scope, Semaphore, Stream } from "effect"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"

type Ask<A> = (connection: PgConnection.PgConnection) => Effect.Effect<A, SqlError.SqlError>
type Rows = (<A extends object>(rows: ReadonlyArray<A>) => ReadonlyArray<A>) | undefined

const begin: Ask<PgConnection.Result> = (connection) => connection.query("BEGIN")
const rollback: Ask<PgConnection.Result> = (connection) => connection.query("ROLLBACK")

const rolledBack = new SqlError.SqlError({
  reason: new SqlError.UnknownError({
    cause: new Error("COMMIT of an aborted transaction"),
    message: "The transaction was rolled back",
    operation: "commit"
  })
})

/** PostgreSQL answers COMMIT with ROLLBACK where a statement had failed. */
const commit: Ask<PgConnection.Result> = (connection) =>
  Effect.flatMap(
    connection.query("COMMIT"),
    (result) => result.command === "ROLLBACK" ? Effect.fail(rolledBack) : Effect.succeed(result)
  )

/** Sends both in one write, in this order: the second one waits for the first where that is not on its way at once. */
const together = <A>(
  first: Effect.Effect<unknown, SqlError.SqlError>,
  second: Effect.Effect<A, SqlError.SqlError>,
  isSent = () => true
) =>
  Effect.flatMap(Effect.forkChild(first, { startImmediately: true }), (fiber) =>
    Effect.flatMap(
      isSent() ? Effect.exit(second) : Effect.andThen(Fiber.await(fiber), Effect.exit(second)),
      (exit) => Effect.andThen(Fiber.join(fiber), exit)
    ))

/** Were BEGIN to fail, a read that went with it would leave no trace. */
const isRead = (sql: string) => /^\s*SELECT\b/.test(sql)

/**
 * A connection of one transaction that saves writes to the socket: BEGIN goes with a read that follows it, and COMMIT with a
 * statement that was put off. All other statements have the connection pinned, so that they are cancelled where they are interrupted.
 */
class Session implements SqlConnection.Connection {
  readonly #shared: PgConnection.PgConnection
  readonly #pinning = Semaphore.makeUnsafe(1)
  #pinned: { readonly connection: PgConnection.PgConnection; readonly scope: Scope.Closeable } | undefined
  #toBegin = false
  #ending: { sent: boolean } | undefined
  #putOff: Effect.Effect<unknown, SqlError.SqlError> | undefined

  constructor(connection: PgConnection.PgConnection) {
    this.#shared = connection
  }

  /** One fiber pins it for all of a transaction. */
  #pinOnce() {
    return this.#pinning.withPermit(Effect.suspend(() => {
      if (this.#pinned !== undefined) return Effect.succeed(this.#pinned.connection)
      const scope = Scope.makeUnsafe()
      return Effect.map(Scope.provide(this.#shared.pin, scope), (connection) => {
        this.#pinned = { connection, scope }
        return connection
      })
    }))
  }

  #withPinned<A>(ask: Ask<A>) {
    return this.#pinned === undefined ? Effect.flatMap(this.#pinOnce(), ask) : ask(this.#pinned.connection)
  }

  unpin() {
    const pinned = this.#pinned
    this.#pinned = undefined
    return pinned === undefined ? Effect.void : Scope.close(pinned.scope, Exit.void)
  }

  #ask<A>(sql: string, ask: Ask<A>): Effect.Effect<A, SqlError.SqlError> {
    return Effect.suspend(() => {
      if (this.#ending !== undefined) {
        this.#ending.sent = true
        return ask(this.#shared)
      }
      if (this.#toBegin) {
        this.#toBegin = false
        return isRead(sql)
          ? together(begin(this.#shared), ask(this.#shared))
          : this.#withPinned((pinned) => Effect.andThen(begin(pinned), ask(pinned)))
      }
      const putOff = this.#putOff
      this.#putOff = undefined
      return putOff === undefined ? this.#withPinned(ask) : Effect.andThen(putOff, this.#ask(sql, ask))
    })
  }

  /** Sends `statement` with COMMIT, or before what comes sooner; it fails what it goes with. The first one is sent at once. */
  putOff(statement: Effect.Effect<unknown, SqlError.SqlError>) {
    return Effect.suspend(() => {
      if (this.#toBegin) return statement
      const before = this.#putOff ?? Effect.void
      this.#putOff = undefined
      return Effect.map(before, () => {
        this.#putOff = statement
      })
    })
  }

  #commit(): Effect.Effect<unknown, SqlError.SqlError> {
    const putOff = this.#putOff
    this.#putOff = undefined
    if (putOff === undefined) return this.#toBegin ? Effect.void : this.#withPinned(commit)
    return Effect.flatMap(this.unpin(), () => {
      const ending = { sent: false }
      this.#ending = ending
      return together(putOff, commit(this.#shared), () => ending.sent)
    })
  }

  #rollback(): Effect.Effect<unknown, SqlError.SqlError> {
    this.#putOff = undefined
    return this.#toBegin ? Effect.void : this.#withPinned(rollback)
  }

  execute(sql: string, params: ReadonlyArray<unknown>, transformRows: Rows) {
    switch (sql) {
      case "BEGIN":
        this.#toBegin = true
        return Effect.succeed([])
      case "COMMIT":
        return Effect.as(Effect.suspend(() => this.#commit()), [])
      case "ROLLBACK":
        return Effect.as(Effect.suspend(() => this.#rollback()), [])
      default:
        return this.#rows(sql, params, transformRows, true)
    }
  }

  executeUnprepared(sql: string, params: ReadonlyArray<unknown>, transformRows: Rows) {
    return this.#rows(sql, params, transformRows, false)
  }

  #rows(sql: string, params: ReadonlyArray<unknown>, transformRows: Rows, prepare: boolean) {
    return this.#ask(sql, (connection) =>
      Effect.map(
        connection.query(sql, params, prepare),
        ({ rows }) => transformRows === undefined ? rows : transformRows(rows)
      ))
  }

  executeRaw(sql: string, params: ReadonlyArray<unknown>) {
    return this.#ask(sql, (connection) => connection.query(sql, params))
  }

  executeValues(sql: string, params: ReadonlyArray<unknown>) {
    return this.#ask(sql, (connection) => connection.queryValues(sql, params))
  }

  executeValuesUnprepared(sql: string, params: ReadonlyArray<unknown>) {
    return this.#ask(sql, (connection) => connection.queryValues(sql, params, false))
  }

  executeStream(sql: string, params: ReadonlyArray<unknown>, transformRows: Rows) {
    const rows = Stream.unwrap(this.#ask("", (connection) => Effect.succeed(connection.stream(sql, params))))
    return transformRows === undefined ? rows : Stream.flattenIterable(Stream.map(Stream.chunks(rows), transformRows))
  }
}

/** A client for commands and handlers of events, over a pool whose connections belong to one transaction at a time. */
export const make = Effect.fnUntraced(
  function*(config: Omit<PgClient.PgPoolConfig, "multiplex" | "multiplexConcurrency">) {
    const { transformQueryNames, transformResultNames } = config
    const pool = yield* PgPool.make({ ...config, multiplex: true, multiplexConcurrency: 1 })
    const acquirer = Effect.acquireRelease(
      Effect.map(pool.get, (connection) => new Session(connection)),
      (session) => Effect.suspend(() => session.unpin())
    )
    return yield* SqlClient.make({
      acquirer,
      compiler: PgClient.makeCompiler(transformQueryNames, false),
      driver: "postgresql",
      prepareTransactionControls: true,
      releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
      spanAttributes: [["db.system.name", "postgresql"], ["db.namespace", "postgres"]],
      transformRows: transformResultNames && Statement.defaultTransforms(transformResultNames, false).array
    })
  }
)

/**
 * Lets the last statement of a command, whose answer nobody waits for, go with COMMIT. It runs at once within a savepoint and
 * outside of a transaction.
 */
export const putOff = (
  sql: SqlClient.SqlClient,
  statement: Statement.Statement<object>
): Effect.Effect<unknown, SqlError.SqlError> =>
  Effect.contextWith((context: Context.Context<never>) => {
    const [session, depth] = Context.getOrUndefined(context, sql.transactionService) ?? []
    return depth === 0 && session instanceof Session
      ? session.putOff(Effect.provideContext(statement, context))
      : statement
  })
