import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApiScalar } from "effect/http-api"
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

/** `/docs`: the interactive reference. All that it needs is in the page; the policy lets it ask nobody but us. */
export const Docs = HttpApiScalar.layer(Api, {
  path: "/docs",
  scalar: {
    withDefaultFonts: false,
    hideModels: true,
    showOperationId: true,
    authentication: { preferredSecurityScheme: "bearer" }
  }
}).pipe(
  Layer.provide(
    HttpRouter.middleware(Effect.map(HttpServerResponse.setHeaders({
      "content-security-policy": policy,
      "cache-control": "max-age=300"
    }))).layer
  )
)
