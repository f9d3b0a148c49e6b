import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Context, Duration, Effect, Layer, Logger } from "effect"
import { FetchHttpClient, HttpClient, HttpRouter, HttpServer } from "effect/http"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { HashCost } from "../../src/contexts/iam/HashCost.ts"
import { Products } from "../../src/contexts/products/Products.ts"
import { makeAdmission } from "../../src/kernel/Admission.ts"
import { routerConfig } from "../../src/kernel/EdgeRoutes.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { Routes } from "../../src/server/App.ts"
import { Infrastructure, Tokens } from "../../src/server/Infrastructure.ts"
import { makeServer } from "../../src/server/makeServer.ts"
import { sharedClient } from "./SharedClient.ts"
import { TestLocation, testSettings } from "./TestDatabase.ts"

/** The administrator's token, and a client that sends it. */
export class Administrator extends Context.Service<Administrator, {
  readonly userId: string
  readonly token: string
}>()("test/Administrator") {
  static readonly layer = Layer.effect(
    Administrator,
    Effect.gen(function*() {
      const accounts = yield* Accounts
      yield* accounts.ensureAdministrator(firstAdministrator)
      const account = yield* accounts.findByEmail(firstAdministrator)
      if (account === undefined) return yield* Effect.die("no administrator")
      const token = yield* (yield* AccessTokens).issue(account.id, Duration.minutes(15))
      return { userId: account.id, token }
    })
  )
}

/** As little as argon2 takes: what a hash costs is tried where it is made. */
export const leastHashCost = Layer.succeed(HashCost, { memory: 64, passes: 1, parallelism: 1 })

/** The whole server on a port of its own, over a database of its own unless it is told of one. */
export const TestServer = (overrides: Readonly<Record<string, string>> = {}, location = TestLocation) =>
  HttpRouter.serve(Routes, { routerConfig, disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(HttpServer.layerTestClient.pipe(Layer.provide(FetchHttpClient.layer))),
    Layer.provideMerge(
      Layer.unwrap(Effect.map(Settings, (settings) =>
        // A client that was held up must not find that a connection was closed meanwhile.
        NodeHttpServer.layer(() => Object.assign(makeServer(makeAdmission(settings)), { keepAliveTimeout: 60_000 }), {
          port: 0,
          gracefulShutdownTimeout: "2 seconds"
        })))
    ),
    Layer.provideMerge(Administrator.layer),
    Layer.provideMerge(Products.layer),
    Layer.provideMerge(Tokens),
    Layer.provideMerge(Infrastructure),
    Layer.provideMerge(location),
    Layer.provideMerge(testSettings(overrides)),
    Layer.provide(Logger.layer([])),
    Layer.provide(leastHashCost)
  )

/** The typed client of a caller with this token, or of the administrator. */
export const clientOf = (token?: string) =>
  Effect.gen(function*() {
    const sent = token ?? (yield* Administrator).token
    return yield* sharedClient({ http: yield* HttpClient.HttpClient, token: sent })
  })
