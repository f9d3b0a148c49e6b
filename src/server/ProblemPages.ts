import { Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServerRespondable, HttpServerResponse } from "effect/http"
import * as HttpApi from "effect/http-api/HttpApi"
import { Api } from "../Api.ts"
import type { ProblemPage } from "../kernel/contract/Problem.ts"
import { MethodNotAllowed, RouteUnknown } from "../kernel/contract/Problems.ts"
import { escaped } from "../kernel/escaped.ts"

const pageOf = (schema: Schema.Top) => Schema.resolveAnnotations(schema)?.problemPage

/** Every problem that the API declares, and the two that only addresses without an endpoint answer. */
const problemPages: ReadonlyMap<string, ProblemPage> = (() => {
  const pages = new Map<string, ProblemPage>()
  const add = (schema: Schema.Top) => {
    const page = pageOf(schema)
    if (page !== undefined) pages.set(page.code, page)
  }
  HttpApi.reflect(Api, {
    onGroup: () => {},
    onEndpoint: ({ errors }) => errors.forEach((schemas) => schemas.forEach(add))
  })
  add(RouteUnknown)
  add(MethodNotAllowed)
  return new Map([...pages].toSorted(([a], [b]) => a < b ? -1 : 1))
})()

const html = (title: string, body: string) =>
  HttpServerResponse.text(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
pre{background:#f3f3f3;padding:1rem;overflow:auto}a{color:#0b57a4}</style>
</head>
<body>
${body}
</body>
</html>
`,
    {
      contentType: "text/html; charset=utf-8",
      headers: {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "cache-control": "max-age=300"
      }
    }
  )

const example = ({ code, status, title }: ProblemPage) =>
  JSON.stringify(
    { type: `/problems/${code}`, title, status, code, instance: "/v1/…", correlationId: "019c0d5e-…" },
    null,
    2
  )

const pageResponse = (page: ProblemPage) =>
  html(
    page.title,
    `<h1>${escaped(page.title)}</h1>
<p><code>${page.code}</code>, status ${page.status}</p>
<h2>Cause</h2>
<p>${escaped(page.cause)}</p>
<h2>Example</h2>
<pre>${escaped(example(page))}</pre>
<h2>Cure</h2>
<p>${escaped(page.cure)}</p>
<p><a href="/problems">All problems</a></p>`
  )

const index = html(
  "Problems",
  `<h1>Problems</h1>
<p>What this server can answer besides what was asked for (RFC 9457).</p>
<ul>
${
    [...problemPages.values()].map(({ code, status, title }) =>
      `<li><a href="/problems/${code}"><code>${code}</code></a> (${status}): ${escaped(title)}</li>`
    ).join("\n")
  }
</ul>`
)

/** `/problems` and `/problems/<code>`: where the `type` of every problem leads. */
export const ProblemPages = Layer.mergeAll(
  HttpRouter.add("GET", "/problems", index),
  HttpRouter.add(
    "GET",
    "/problems/:code",
    Effect.flatMap(HttpRouter.params, ({ code }) => {
      const page = problemPages.get(code ?? "")
      return page === undefined
        ? HttpServerRespondable.toResponse(new RouteUnknown({ detail: "There is no such problem." }))
        : Effect.succeed(pageResponse(page))
    })
  )
)
