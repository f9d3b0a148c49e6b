import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { SqlClient } from "effect/sql"
import { RotateKeys } from "../src/contexts/iam/contract/LoginCommands.ts"
import { Logins } from "../src/contexts/iam/Logins.ts"
import { acting, as, json, remark, result, Tools } from "./Operator.ts"

const rotate = Command.make("rotate", { as, json }, ({ as, json }) =>
  Effect.gen(function*() {
    const added = yield* (yield* Logins).execute(new RotateKeys())
    if (json) yield* result(JSON.stringify({ published: added }))
    yield* remark(
      added
        ? "the next key is published; it signs in 10 minutes, where a server runs"
        : "there is a next key already"
    )
  }).pipe(acting(as), Effect.provide(Logins.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("Publish the next signing key")
  )

const list = Command.make("list", { json }, ({ json }) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const keys = yield* sql<{ kid: string; state: string; createdAt: Date; retiredAt: Date | null }>`
      SELECT kid, state, created_at, retired_at FROM signing_keys ORDER BY created_at`
    for (const key of keys) {
      const { createdAt, kid, retiredAt, state } = key
      yield* result(
        json
          ? JSON.stringify(key)
          : [kid, state, createdAt.toISOString(), retiredAt?.toISOString() ?? "-"].join("\t")
      )
    }
  }).pipe(Effect.provide(Tools))).pipe(Command.withDescription("List the signing keys"))

export const keys = Command.make("keys").pipe(
  Command.withDescription("The keys that sign access tokens"),
  Command.withSubcommands([rotate, list])
)
