import { Effect, Layer, Scope } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { Api } from "../Api.ts"

const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src data:",
  "connect-src 'self'",
  "worker-src blob:",
  "frame-ancestors 'none'"
].join("; ")

/** The page, made when it is first asked for: three megabytes of script that most servers are never asked for. */
const page = Effect.gen(function*() {
  const { layer } = yield* Effect.promise(() => import("effect/http-api/HttpApiScalar"))
  const router = yield* HttpRouter.make
  const scalar = layer(Api, {
    path: "/docs",
    scalar: {
      withDefaultFonts: false,
      hideModels: true,
      showOperationId: true,
      authentication: { preferredSecurityScheme: "bearer" }
    }
  })
  yield* Effect.provideService(Layer.build(scalar), HttpRouter.HttpRouter, router)
  return router.asHttpEffect()
})

/** `/docs`: the interactive reference. All that it needs is in the page; the policy lets it ask nobody but us. */
export const Docs = HttpRouter.use(Effect.fnUntraced(function*(router) {
  const made = yield* Effect.cached(Effect.provideService(page, Scope.Scope, yield* Effect.scope))
  yield* router.add(
    "GET",
    "/docs",
    Effect.map(
      Effect.flatten(made),
      HttpServerResponse.setHeaders({ "content-security-policy": policy, "cache-control": "max-age=300" })
    )
  )
}))
