import { Console, Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { DatabaseLocation } from "../src/kernel/DatabaseLocation.ts"
import { migrateAt } from "../src/kernel/Migrations.ts"
import { Settings } from "../src/kernel/Settings.ts"

const Location = DatabaseLocation.layer("tool").pipe(Layer.provideMerge(Settings.layer))

/** `cli migrate`: what MIGRATE=false leaves to an operator. */
export const migrate = Command.make("migrate", {}, () =>
  Effect.gen(function*() {
    const { applied, version } = yield* migrateAt(yield* DatabaseLocation)
    for (const name of applied) yield* Console.log(name)
    yield* Console.error(
      applied.length === 0
        ? `up to date (migration ${version})`
        : `${applied.length} applied, now at migration ${version}`
    )
  }).pipe(Effect.provide(Location))).pipe(Command.withDescription("Bring the database up to date, all or nothing"))
