import * as NodeServices from "@effect/platform-node/NodeServices"
import { Duration, Effect, Layer, type Redacted } from "effect"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { Accounts } from "../../src/contexts/iam/Accounts.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { secret } from "./Programs.ts"
import { testSettings } from "./TestDatabase.ts"

/** A token as `cli iam token` prints it, without the cost of a process. */
export const signedToken = (url: Redacted.Redacted<string>, email: string) =>
  Effect.gen(function*() {
    const account = yield* (yield* Accounts).findByEmail(email)
    if (account === undefined) return yield* Effect.die(`no user ${email}`)
    return yield* (yield* AccessTokens).issue(account.id, Duration.minutes(15))
  }).pipe(Effect.provide(
    Layer.merge(AccessTokens.layer, Accounts.layer).pipe(
      Layer.provide(CommandDatabase),
      Layer.provide(Layer.succeed(DatabaseLocation)({ url, migrationUrl: url, embedded: undefined })),
      Layer.provide([testSettings({ AUTH_KEY_SECRET: secret }), NodeServices.layer])
    )
  ))
