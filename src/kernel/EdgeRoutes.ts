import { type ByteSize, Context } from "effect"
import { FindMyWay, type HttpMethod } from "effect/http"
import * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { BodyLimit } from "./contract/BodyLimit.ts"
import { Produces } from "./contract/Produces.ts"

/** How paths are read everywhere: to the letter. */
export const routerConfig = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, caseSensitive: true }

/** What watches the server is answered even when it has more to do than it can. */
export const isWatched = (url: string) => /^\/(?:health(?:\/ready)?|metrics)(?:\?|$)/.test(url)

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const

const routerPath = (path: string): FindMyWay.PathInput => `/${path.replace(/^\//, "")}`

/** What is known of an address before its request is read. */
export interface Route {
  readonly path: string
  readonly isApi: boolean
  readonly bodyLimit: ByteSize.ByteSize
  readonly produces: string
}

/** Addresses that differ in the names of their parameters alone are one. */
const shapeOf = (path: string) => path.replace(/:\w+/g, ":_")

/** Which methods an address takes, as the API and the other routes declare them. */
export const makeRoutes = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  others: ReadonlyArray<string>
) => {
  const router = FindMyWay.make<Route>(routerConfig)
  const addresses = FindMyWay.make<ReadonlySet<string>>(routerConfig)
  const methodsOf = new Map<string, Set<string>>()
  const add = (method: HttpMethod.HttpMethod, route: Route) => {
    router.on(method, routerPath(route.path), route)
    const shape = shapeOf(route.path)
    const known = methodsOf.get(shape) ?? new Set()
    if (known.size === 0) addresses.on("GET", routerPath(shape), known)
    methodsOf.set(shape, known.add(method))
  }
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint: { annotations, method, path } }) => {
      add(method, {
        path,
        isApi: true,
        bodyLimit: Context.get(annotations, BodyLimit),
        produces: Context.get(annotations, Produces)
      })
    }
  })
  const bodyLimit = Context.get(Context.empty(), BodyLimit)
  const produces = Context.get(Context.empty(), Produces)
  for (const path of others) add("GET", { path, isApi: false, bodyLimit, produces })
  const asRead = (method: string) => method === "HEAD" ? "GET" : method
  /** Of the address itself, the closest that there is: `/products/nutrients` is no `/products/:id`. */
  const at = (url: string) => addresses.find("GET", url)?.handler
  return {
    find: (method: string, url: string) => router.find(asRead(method), url)?.handler,
    /** Whether the address is another one's, which takes the method: it is not meant by whoever asks. */
    isElsewhere: (method: string, url: string, { path }: Route) =>
      path.includes(":") && at(url)?.has(asRead(method)) === false,
    allowed: (url: string): ReadonlyArray<string> => {
      const taken = at(url)
      const own = methods.filter((method) => taken?.has(method))
      if (own.length === 0) return []
      return [...own, ...own.includes("GET") ? ["HEAD"] : [], "OPTIONS"]
    }
  }
}

export type Routes = ReturnType<typeof makeRoutes>
