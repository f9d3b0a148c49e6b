import { Api, type ApiClient } from "cardapio/api"
import { Context, Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import { Authorization } from "../../src/contexts/iam/contract/Authorization.ts"

/** Who calls, and over which HTTP client. */
interface Caller {
  readonly http: HttpClient.HttpClient
  readonly token: string
}

const Calling = Context.Reference<Caller | undefined>("test/support/Calling", { defaultValue: () => undefined })

const caller = Effect.flatMap(
  Calling,
  (found) => found === undefined ? Effect.die("nobody calls") : Effect.succeed(found)
)

const overHttp = HttpClient.makeWith(
  (asked: Effect.Effect<HttpClientRequest.HttpClientRequest>) =>
    Effect.flatMap(asked, (request) => Effect.flatMap(caller, ({ http }) => http.execute(request))),
  Effect.succeed
)

/** Made once: what it derives of each endpoint takes longer than a hundred calls. */
const shared = HttpApiClient.makeWith(Api, { httpClient: overHttp }).pipe(
  Effect.provide(HttpApiMiddleware.layerClient(
    Authorization,
    ({ next, request }) => Effect.flatMap(caller, ({ token }) => next(HttpClientRequest.bearerToken(request, token)))
  )),
  Effect.cached,
  Effect.runSync
)

const bound = <A extends object>(calls: A, by: Caller): A =>
  new Proxy(calls, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name)
      if (typeof found === "object" && found !== null) return bound(found, by)
      if (typeof found !== "function") return found
      return (...args: ReadonlyArray<unknown>) => {
        const called: unknown = Reflect.apply(found, undefined, args)
        return Effect.isEffect(called) ? Effect.provideService(called, Calling, by) : called
      }
    }
  })

/** The typed client of this caller. */
export const sharedClient = (by: Caller): Effect.Effect<ApiClient> => Effect.map(shared, (client) => bound(client, by))
