import { Effect } from "effect"
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { crafted, type IssuerPair, type Part } from "./CraftedToken.ts"

/** How the issuer answers. */
export type Mode =
  | "well"
  /** Takes the request and says nothing. */
  | "silent"
  /** Says a part, and no more. */
  | "dripping"
  | "garbled"
  | "redirecting"
  /** A byte more than is read, or as much as is. */
  | "oversized"
  | "full"
  | "crowded"
  | "failing"
  | "away"
  /** Its discovery document is that of another issuer. */
  | "misnamed"
  /** Its discovery document says that its keys are at an address that cannot be trusted. */
  | "plain"

const json = (response: ServerResponse, value: unknown) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value))

export class FakeIssuer {
  mode: Mode = "well"
  /** The paths that were asked for. */
  readonly requests: Array<string> = []
  keys: ReadonlyArray<object>
  readonly pairs: ReadonlyArray<IssuerPair>
  readonly issuer: string

  constructor(issuer: string, pairs: ReadonlyArray<IssuerPair>) {
    this.issuer = issuer
    this.pairs = pairs
    this.keys = pairs.map(({ jwk }) => jwk)
  }

  /** What is right for discovery and for the keys, with so many bytes. */
  #padded(bytes: number) {
    const document = JSON.stringify({
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/keys`,
      keys: this.keys,
      padding: ""
    })
    return document.slice(0, -2) + "x".repeat(Math.max(0, bytes - document.length)) + document.slice(-2)
  }

  answer(path: string, response: ServerResponse) {
    this.requests.push(path)
    if (path === "/elsewhere") return json(response, { keys: this.keys })
    switch (this.mode) {
      case "silent":
        return
      case "dripping":
        return response.writeHead(200).write("{")
      case "garbled":
        return response.writeHead(200).end("<html>")
      case "redirecting":
        return response.writeHead(302, { location: "/elsewhere" }).end()
      case "oversized":
        return response.writeHead(200).end(this.#padded(256 * 1024 + 1))
      case "full":
        return response.writeHead(200).end(this.#padded(256 * 1024))
      case "crowded":
        return json(response, { keys: [...this.keys, ...Array.from({ length: 65 - this.keys.length }, () => ({}))] })
      case "failing":
        response.statusCode = 500
        return response.end(this.#padded(1000))
      case "away":
        return response.destroy()
    }
    if (path !== "/.well-known/openid-configuration") return json(response, { keys: this.keys })
    return json(response, {
      issuer: this.mode === "misnamed" ? `${this.issuer}/` : this.issuer,
      jwks_uri: this.mode === "plain" ? `${this.issuer.replace("127.0.0.1", "0.0.0.0")}/keys` : `${this.issuer}/keys`
    })
  }

  /** The entry of AUTH_ISSUERS for it. */
  entry(options: object = {}) {
    return { issuer: this.issuer, audience: ["cardapio-api"], algorithms: ["RS256", "ES256", "EdDSA"], ...options }
  }

  pair(alg: IssuerPair["alg"] = "RS256") {
    const pair = this.pairs.find((each) => each.alg === alg)
    if (pair === undefined) throw new Error(`the issuer has no key for ${alg}`)
    return pair
  }

  claims(nowSeconds: number): Record<string, unknown> {
    return { iss: this.issuer, aud: "cardapio-api", sub: "a subject", iat: nowSeconds, exp: nowSeconds + 300 }
  }

  sign(claims: Part, { alg, kid, privateKey }: IssuerPair = this.pair(), header: object = {}) {
    return crafted({ alg, typ: "JWT", kid, ...header }, claims, privateKey, alg)
  }
}

/** An OpenID Connect issuer with these keys, over HTTP on a port of its own. */
export const fakeIssuer = (pairs: ReadonlyArray<IssuerPair>) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer((request, response) => issuer.answer(request.url ?? "", response))
      await once(server.listen(0, "127.0.0.1"), "listening")
      const issuer = new FakeIssuer(`http://127.0.0.1:${portOf(server.address())}`, pairs)
      return { issuer, server }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      })
  ).pipe(Effect.map(({ issuer }) => issuer))

const portOf = (address: AddressInfo | string | null) =>
  typeof address === "object" && address !== null ? address.port : 0
