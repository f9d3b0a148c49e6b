import { Effect, Layer, Redacted, Schema } from "effect"
import { Command, Prompt } from "effect/cli"
import { text } from "node:stream/consumers"
import { IssueResetCode, SetPassword } from "../src/contexts/iam/contract/LoginCommands.ts"
import { ResetCode } from "../src/contexts/iam/contract/Logins.ts"
import { Iam } from "../src/contexts/iam/Iam.ts"
import { Passwords } from "../src/contexts/iam/Passwords.ts"
import { email, userOf } from "./iam-users.ts"
import { acting, as, CommandFailed, json, remark, result, Tools } from "./Operator.ts"

const Services = Iam.layer.pipe(Layer.merge(Passwords.layer), Layer.provideMerge(Tools))

/** From the terminal, twice and without being shown; else the first line of stdin. */
const givenPassword = Effect.gen(function*() {
  if (!process.stdin.isTTY) return (yield* Effect.promise(() => text(process.stdin))).split("\n", 1).join("")
  const first = Redacted.value(yield* Prompt.Password({ message: "New password" }))
  const again = Redacted.value(yield* Prompt.Password({ message: "Once more" }))
  return first === again ? first : yield* new CommandFailed({ message: "the two are not the same" })
})

export const setPassword = Command.make(
  "set-password",
  { email, as, json },
  ({ as, email, json }) =>
    Effect.gen(function*() {
      const { id } = yield* userOf(email)
      const hash = yield* (yield* Passwords).strongHash(yield* givenPassword, id)
      yield* (yield* Iam).execute(new SetPassword({ id, hash }))
      if (json) yield* result(JSON.stringify({ id, email }))
      yield* remark(`${email} has a new password; all logins have ended`)
    }).pipe(
      Effect.catchTag("PasswordTooWeak", ({ errors = [] }) =>
        new CommandFailed({
          message: `the password ${errors.map(({ detail }) => detail).join(", and ")}`
        })),
      acting(as),
      Effect.provide(Services)
    )
).pipe(
  Command.withDescription("Set a user's password, read from the terminal or from stdin"),
  Command.withExamples([{
    command: "iam set-password --email admin@localhost",
    description: "Let the first administrator log in"
  }])
)

export const resetCode = Command.make(
  "reset-code",
  { email, as, json },
  ({ as, email, json }) =>
    Effect.gen(function*() {
      const { id } = yield* userOf(email)
      const issued = yield* (yield* Iam).execute(new IssueResetCode({ id }))
      yield* result(json ? JSON.stringify(yield* Schema.encodeEffect(ResetCode)(issued)) : issued.code)
      yield* remark(`good until ${issued.expiresAt.toJSON()}, once: POST /v1/auth/reset-password`)
    }).pipe(acting(as), Effect.provide(Services))
).pipe(
  Command.withDescription("Make a code with which a user sets a password, and print it")
)
