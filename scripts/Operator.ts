import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Data, Effect, Layer, Option } from "effect"
import { Flag } from "effect/cli"
import { Accounts, firstAdministrator } from "../src/contexts/iam/Accounts.ts"
import { type Credential, CurrentCredential } from "../src/kernel/contract/Rights.ts"
import { DatabaseLocation } from "../src/kernel/DatabaseLocation.ts"
import { Settings } from "../src/kernel/Settings.ts"
import { Infrastructure } from "../src/server/Infrastructure.ts"

/** A command cannot do what it was asked: `message` is one line that says what to do. */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{ readonly message: string }> {}

/** A command that has said all it has to say, and ends with this exit code. */
export class Ends extends Data.TaggedError("Ends")<{ readonly code: number }> {}

/** The layers of the server, without serving. */
export const Tools = Infrastructure.pipe(
  Layer.provideMerge(DatabaseLocation.layer("tool")),
  Layer.provideMerge(Settings.layer),
  Layer.provideMerge(NodeServices.layer)
)

export const as = Flag.String("as").pipe(
  Flag.withDescription("E-mail of the user who acts. Default: the embedded database's administrator"),
  Flag.optional
)

export const json = Flag.Boolean("json").pipe(Flag.withDescription("Print it as JSON"), Flag.withDefault(false))

/** The active user with this e-mail. */
export const account = Effect.fnUntraced(function*(email: string) {
  const found = yield* (yield* Accounts).findByEmail(email)
  if (found === undefined) return yield* new CommandFailed({ message: `no user has the e-mail ${email}` })
  if (found.status === "disabled") return yield* new CommandFailed({ message: `the user ${email} is disabled` })
  return found
})

/** Runs an effect as the user of `--as`: the same permissions count as over HTTP. */
export const acting = (email: Option.Option<string>) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const { embedded } = yield* DatabaseLocation
    if (Option.isNone(email) && embedded === undefined) {
      return yield* new CommandFailed({
        message: "with DATABASE_URL the acting user must be named: --as you@example.org"
      })
    }
    const { id } = yield* account(Option.getOrElse(email, () => firstAdministrator))
    const credential: Credential = { userId: id, proof: { _tag: "Operator" } }
    return yield* Effect.provideService(effect, CurrentCredential, credential)
  })

/** Results go to stdout alone, all else to stderr. */
export const result = (line: string) => Console.log(line)
export const remark = (line: string) => Console.error(line)
