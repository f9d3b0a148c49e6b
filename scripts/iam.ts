import { Duration, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { AccessTokens } from "../src/contexts/iam/AccessTokens.ts"
import { account, CommandFailed, result, Tools } from "./Operator.ts"

const token = Command.make("token", {
  email: Flag.String("email").pipe(Flag.withDescription("E-mail of the user whom the token speaks for")),
  minutes: Flag.Int("minutes").pipe(
    Flag.withDescription("How long it is valid, 1 to 1440"),
    Flag.withDefault(15)
  )
}, ({ email, minutes }) =>
  Effect.gen(function*() {
    if (minutes < 1 || minutes > 1440) {
      return yield* new CommandFailed({ message: "--minutes must be from 1 to 1440" })
    }
    const { id } = yield* account(email)
    yield* result(yield* (yield* AccessTokens).sign(id, Duration.minutes(minutes)))
  }).pipe(Effect.provide(AccessTokens.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("Sign an access token and print it"),
    Command.withExamples([{ command: "iam token --email admin@localhost", description: "A token for 15 minutes" }])
  )

export const iam = Command.make("iam").pipe(
  Command.withDescription("Users and credentials"),
  Command.withSubcommands([token])
)
