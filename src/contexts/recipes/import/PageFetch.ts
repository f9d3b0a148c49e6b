import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Context, Data, Effect, Layer, Result, Semaphore, Stream } from "effect"
import { HttpClient, type HttpClientRequest, type HttpClientResponse } from "effect/http"
import { Dns, NetAddress } from "effect/net"
import type { LookupFunction } from "node:net"
import { Overloaded } from "../../../kernel/contract/Problems.ts"
import { Settings } from "../../../kernel/Settings.ts"
import { FetchDisabled, FetchFailed } from "../contract/RecipeImport.ts"
import { PageNetwork } from "../PageNetwork.ts"
import { decodedPage } from "./decodedPage.ts"

const redirects = 5
const maxBytes = 5 * 1024 * 1024
const headers = {
  accept: "text/html, application/xhtml+xml, application/ld+json, application/json;q=0.9",
  "accept-encoding": "identity",
  "user-agent": "cardapio"
}

/** Why a page could not be read, and where; whether a name is unknown or leads into a private network is not told. */
class PageFault extends Data.TaggedError("PageFault")<{ readonly why: string }> {}

const noPublicAddress = "leads to no public address"
class NoPublicAddress extends Error {}

/** Gives the sockets the addresses of a name that were looked at here: a second answer is never asked for. */
const lookupWith =
  (addressesOf: (host: string) => Effect.Effect<ReadonlyArray<NetAddress.IpAddress>, Dns.DnsError>): LookupFunction =>
  (host, options, done) => {
    Effect.runCallback(Effect.result(addressesOf(host)), {
      onExit: (exit) => {
        const found = exit._tag === "Success" ? Result.getOrElse(exit.value, () => []) : []
        const all = found.map((address) => ({
          address: NetAddress.formatIp(address),
          family: NetAddress.isIpv4Address(address) ? 4 : 6
        }))
        const [first] = all
        if (first === undefined) done(new NoPublicAddress(noPublicAddress), "")
        else if (options.all === true) done(null, all)
        else done(null, first.address, first.family)
      }
    })
  }

const causeOf = (error: { readonly reason: object }) => "cause" in error.reason ? error.reason.cause : undefined

/** Says of each hop of a way where it went wrong. */
const hop = (isAllowed: (address: NetAddress.IpAddress) => boolean) =>
<E extends { readonly reason: object }>(
  sent: Effect.Effect<HttpClientResponse.HttpClientResponse, E>,
  { url }: HttpClientRequest.HttpClientRequest
) => {
  const { hostname, protocol } = new URL(url)
  const fault = (why: string) => new PageFault({ why: `${url}: ${why}` })
  // Sockets look up names, not addresses.
  const literal = NetAddress.ipFromString(hostname.replace(/^\[|\]$/g, ""))
  if (!/^https?:$/.test(protocol)) return Effect.fail(fault("is no http or https address"))
  if (Result.isSuccess(literal) && !isAllowed(literal.success)) return Effect.fail(fault(noPublicAddress))
  return Effect.mapError(
    sent,
    (error) => fault(causeOf(error) instanceof NoPublicAddress ? noPublicAddress : "cannot be reached")
  )
}

const textOf = Effect.fnUntraced(function*(response: HttpClientResponse.HttpClientResponse) {
  const { headers, request: { url }, status, stream } = response
  const fault = (why: string) => new PageFault({ why: `${url}: ${why}` })
  if (status !== 200) return yield* fault(`answers with status ${status}`)
  if (!/^(?:identity)?$/i.test(headers["content-encoding"] ?? "")) return yield* fault("is sent compressed")
  const chunks = yield* stream.pipe(
    Stream.mapError(() => fault("ends before its end")),
    Stream.limitBytes(maxBytes, () => Stream.fail(fault("is longer than 5 MiB"))),
    Stream.runCollect
  )
  return { text: decodedPage(Buffer.concat(chunks), headers["content-type"]), url }
})

interface FetchedPage {
  readonly text: string
  /** Where it was in the end. */
  readonly url: string
}

type Failure = FetchDisabled | FetchFailed | Overloaded

/** Reads pages of the public internet: within 10 s, of at most 5 MiB, over at most 5 redirects. */
export class PageFetch extends Context.Service<PageFetch, {
  read(url: string): Effect.Effect<FetchedPage, Failure>
}>()("cardapio/contexts/recipes/import/PageFetch") {
  static readonly layerNoDeps = Layer.effect(
    PageFetch,
    Effect.gen(function*() {
      const { importFetch, poolSize } = yield* Settings
      if (!importFetch) return PageFetch.of({ read: () => Effect.fail(new FetchDisabled({})) })
      const { isAllowed, patience } = yield* PageNetwork
      const dns = yield* Dns.Dns
      const allowed = (host: string) =>
        Effect.map(dns.lookup(host), (addresses) => addresses.every(isAllowed) ? addresses : [])
      const client = yield* NodeHttpClient.makeNodeHttp.pipe(
        Effect.provideServiceEffect(NodeHttpClient.HttpAgent, NodeHttpClient.makeAgent({ lookup: lookupWith(allowed) }))
      )
      const following = client.pipe(HttpClient.transform(hop(isAllowed)), HttpClient.followRedirects(redirects))
      // One that has a key to be kept to one effect holds a connection meanwhile; the other half is for those who fetch nothing.
      const turns = yield* Semaphore.make(Math.max(1, Math.floor(poolSize / 2)))
      const failed = (detail: string) => new FetchFailed({ errors: [{ pointer: "/url", detail }] })

      return PageFetch.of({
        read: Effect.fn("PageFetch.read")(function*(url) {
          const page = yield* following.get(url, { headers }).pipe(
            Effect.flatMap(textOf),
            Effect.timeoutOrElse({
              duration: patience,
              orElse: () => Effect.fail(new PageFault({ why: `${url}: is not there in time` }))
            }),
            Effect.mapError((error) => failed("why" in error ? error.why : `${url}: cannot be reached`)),
            turns.withPermitsIfAvailable(1)
          )
          return page._tag === "Some" ? page.value : yield* new Overloaded({ detail: "Too many pages are fetched." })
        })
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide(Layer.unwrap(Effect.map(PageNetwork, ({ dns }) => dns)))
  )
}
