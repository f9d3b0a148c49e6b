import { Context, Effect, Fiber, Layer, Schedule, type Scope } from "effect"
import { Reads } from "./Database.ts"
import { migrationState } from "./Migrations.ts"

/** Ends once the database has every migration; at once where a start has brought it up to date. */
const Migrated = Context.Reference<Effect.Effect<void> | undefined>("cardapio/kernel/Migrated", {
  defaultValue: () => undefined
})

/** Looks every second whether an operator has run `cli migrate`. */
export const awaitMigrations = Layer.effect(
  Migrated,
  Effect.gen(function*() {
    const sql = yield* Reads
    return migrationState(sql).pipe(
      Effect.map(({ state }) => state === "current"),
      Effect.catchCause(() => Effect.succeed(false)),
      Effect.repeat({ until: (current) => current, schedule: Schedule.spaced("1 second") }),
      Effect.asVoid
    )
  })
)

/** Makes what needs our tables: now, or in the background as soon as they are there; who uses it before that waits. */
export const onceMigrated = <A, E, R>(
  make: Effect.Effect<A, E, R>
): Effect.Effect<Effect.Effect<A, E>, E, R | Scope.Scope> =>
  Effect.flatMap(Migrated, (migrated) =>
    migrated === undefined
      ? Effect.map(make, (made) => Effect.succeed(made))
      : Effect.map(Effect.forkScoped(Effect.andThen(migrated, make)), Fiber.join))
