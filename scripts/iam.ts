import { Duration, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { AccessTokens } from "../src/contexts/iam/AccessTokens.ts"
import { Accounts } from "../src/contexts/iam/Accounts.ts"
import { Email } from "../src/contexts/iam/contract/User.ts"
import { keys } from "./iam-keys.ts"
import { resetCode, setPassword } from "./iam-passwords.ts"
import { assign, disable, enable, logoutAll, remove, roles, users } from "./iam-users.ts"
import { account, CommandFailed, remark, result, Tools } from "./Operator.ts"

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
    yield* result(yield* (yield* AccessTokens).issue(id, Duration.minutes(minutes)))
  }).pipe(Effect.provide(AccessTokens.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("Sign an access token and print it"),
    Command.withExamples([{ command: "iam token --email admin@localhost", description: "A token for 15 minutes" }])
  )

const createAdmin = Command.make("create-admin", {
  email: Flag.String("email").pipe(Flag.withDescription("E-mail of the first administrator"), Flag.withSchema(Email))
}, ({ email }) =>
  Effect.gen(function*() {
    if (!(yield* (yield* Accounts).ensureAdministrator(email))) {
      return yield* new CommandFailed({ message: "there are users already: only the first one is made in this way" })
    }
    yield* remark(`created ${email}; a token: npm run -s cli -- iam token --email ${email}`)
  }).pipe(Effect.provide(Tools))).pipe(Command.withDescription("Create the first administrator of an empty database"))

export const iam = Command.make("iam").pipe(
  Command.withDescription("Users and credentials"),
  Command.withSubcommands([
    token,
    createAdmin,
    setPassword,
    resetCode,
    users,
    roles,
    assign,
    remove,
    disable,
    enable,
    logoutAll,
    keys
  ])
)
