import { type ByteSize, Context } from "effect"
import { FindMyWay } from "effect/http"
import { HttpApi, type HttpApiGroup } from "effect/http-api"
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

/** Which methods an address takes, as the API and the other routes declare them. */
export const makeRoutes = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>,
  others: ReadonlyArray<string>
) => {
  const router = FindMyWay.make<Route>(routerConfig)
  const fixed = new Set(others.filter((path) => !path.includes(":")))
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint: { annotations, method, path } }) => {
      if (!path.includes(":")) fixed.add(path)
      router.on(method, routerPath(path), {
        path,
        isApi: true,
        bodyLimit: Context.get(annotations, BodyLimit),
        produces: Context.get(annotations, Produces)
      })
    }
  })
  const bodyLimit = Context.get(Context.empty(), BodyLimit)
  const produces = Context.get(Context.empty(), Produces)
  for (const path of others) router.on("GET", routerPath(path), { path, isApi: false, bodyLimit, produces })
  const find = (method: string, url: string) => router.find(method === "HEAD" ? "GET" : method, url)?.handler
  return {
    find,
    /** Whether the address is one without parameters. */
    isFixed: (url: string) => fixed.has(url.split(/[?#]/, 1).join("")),
    /** Those of the address itself: `/products/nutrients` is no `/products/:id`. */
    allowed: (url: string): ReadonlyArray<string> => {
      const found = methods.flatMap((method) => {
        const path = find(method, url)?.path
        return path === undefined ? [] : [{ method, path }]
      })
      const itself = found.find(({ path }) => !path.includes(":"))?.path
      const own = found.filter(({ path }) => itself === undefined || path === itself).map(({ method }) => method)
      if (own.length === 0) return []
      return [...own, ...own.includes("GET") ? ["HEAD"] : [], "OPTIONS"]
    }
  }
}

export type Routes = ReturnType<typeof makeRoutes>
