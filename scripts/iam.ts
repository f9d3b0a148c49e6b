import { Duration, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { AccessTokens } from "../src/contexts/iam/AccessTokens.ts"
import { Email } from "../src/contexts/iam/contract/User.ts"
import { CreateAdministrator } from "../src/contexts/iam/contract/UserCommands.ts"
import { Iam } from "../src/contexts/iam/Iam.ts"
import { Settings } from "../src/kernel/Settings.ts"
import { keys } from "./iam-keys.ts"
import { resetCode, setPassword } from "./iam-passwords.ts"
import { assign, disable, enable, logoutAll, remove, roles, users } from "./iam-users.ts"
import { account, CommandFailed, json, remark, result, Tools } from "./Operator.ts"

const token = Command.make("token", {
  email: Flag.String("email").pipe(Flag.withDescription("E-mail of the user whom the token speaks for")),
  minutes: Flag.Int("minutes").pipe(
    Flag.withDescription("How long it is valid, 1 to 1440"),
    Flag.withDefault(15)
  ),
  json
}, ({ email, json, minutes }) =>
  Effect.gen(function*() {
    if (minutes < 1 || minutes > 1440) {
      return yield* new CommandFailed({ message: "--minutes must be from 1 to 1440" })
    }
    if (!(yield* Settings).authLocal) {
      return yield* new CommandFailed({ message: "AUTH_LOCAL is false: only tokens of AUTH_ISSUERS are taken" })
    }
    const { id } = yield* account(email)
    const accessToken = yield* (yield* AccessTokens).issue(id, Duration.minutes(minutes))
    yield* result(
      json ? JSON.stringify({ accessToken, tokenType: "Bearer", expiresIn: minutes * 60 }) : accessToken
    )
  }).pipe(Effect.provide(AccessTokens.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("Sign an access token and print it"),
    Command.withExamples([{ command: "iam token --email admin@localhost", description: "A token for 15 minutes" }])
  )

const createAdmin = Command.make("create-admin", {
  email: Flag.String("email").pipe(Flag.withDescription("E-mail of the first administrator"), Flag.withSchema(Email)),
  json
}, ({ email, json }) =>
  Effect.gen(function*() {
    const id = yield* (yield* Iam).executeAsSystem(new CreateAdministrator({ email }))
    if (id === undefined) {
      return yield* new CommandFailed({ message: "there are users already: only the first one is made in this way" })
    }
    if (json) yield* result(JSON.stringify({ id, email }))
    yield* remark(`created ${email}; a token: npm run -s cli -- iam token --email ${email}`)
  }).pipe(Effect.provide(Iam.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("Create the first administrator of an empty database")
  )

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
