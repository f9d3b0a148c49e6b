import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Dns, NetAddress } from "effect/net"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { PageNetwork } from "../../../src/contexts/recipes/PageNetwork.ts"
import { Administrator, TestServer } from "../../support/TestServer.ts"

const allowed = "127.0.0.1"
const inside = "127.0.0.2"

/** Names, and what each answers: one answer after the other, the last one for good. */
const zone: Readonly<Record<string, ReadonlyArray<ReadonlyArray<string>>>> = {
  "pages.example": [[allowed]],
  "inside.example": [[inside]],
  "both.example": [[allowed, inside]],
  "turning.example": [[allowed], [inside]]
}
const looked: Array<string> = []
const dns = Layer.succeed(
  Dns.Dns,
  Dns.make({
    lookup: (host) =>
      Effect.sync(() => {
        const name = host.replace(/\.$/, "")
        const answers = zone[name] ?? []
        const answer = answers[Math.min(looked.filter((each) => each === name).length, answers.length - 1)] ?? []
        looked.push(name)
        return answer.map(NetAddress.ipFromStringUnsafe)
      })
  })
)

const page = (name: string, head = "") =>
  `<html>${head}<script type="application/ld+json">${
    JSON.stringify({ "@type": "Recipe", name, recipeYield: 1, recipeIngredient: ["1 cup rice"] })
  }</script></html>`

const requested: Array<string> = []
const limit = 5 * 1024 * 1024

const answer = ({ headers, url = "" }: IncomingMessage, response: ServerResponse) => {
  requested.push(url)
  const port = headers.host?.split(":")[1]
  const redirect = (location: string) => response.writeHead(302, { location }).end()
  const whole = (text: string, bytes: number) => response.end(text + " ".repeat(bytes - text.length))
  switch (url) {
    case "/soup":
      return response.end(page("Soup"))
    case "/latin":
      return response.end(Buffer.from(page("Pão", "<meta charset=iso-8859-1>"), "latin1"))
    case "/header":
      return response.setHeader("content-type", "text/html; charset=windows-1252").end(
        Buffer.from(page("Pão"), "latin1")
      )
    case "/moved":
      return redirect("/soup")
    case "/round":
      return redirect("/round")
    case "/to-address":
      return redirect(`http://${inside}:${port}/soup`)
    case "/to-name":
      return redirect(`http://inside.example:${port}/soup`)
    case "/to-file":
      return redirect("file:///etc/passwd")
    case "/to-turning":
      return redirect(`http://turning.example:${port}/soup`)
    case "/full":
      return whole(page("Soup"), limit)
    case "/long":
      return whole(page("Soup"), limit + 1)
    case "/packed":
      return response.setHeader("content-encoding", "gzip").end(page("Soup"))
    case "/cut":
      response.writeHead(200, { "content-length": "1000" }).write("<html>")
      return setImmediate(() => response.destroy())
    case "/silent":
      return
    default:
      return response.writeHead(404).end(page("Soup"))
  }
}

const port = Effect.acquireRelease(
  Effect.callback<ReturnType<typeof createServer>>((resume) => {
    const made = createServer(answer)
    made.listen(0, allowed, () => resume(Effect.succeed(made)))
  }),
  (server) =>
    Effect.sync(() => {
      server.closeAllConnections()
      server.close()
    })
).pipe(Effect.map((server) => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}))

const send = Effect.fnUntraced(function*(url: string, path = "/preview") {
  const { token } = yield* Administrator
  const response = yield* HttpClientRequest.post(`/v1/recipes/import${path}`).pipe(
    HttpClientRequest.bearerToken(token),
    HttpClientRequest.bodyJsonUnsafe({ url }),
    HttpClient.execute
  )
  return { status: response.status, body: JSON.parse(yield* response.text) }
})

const Server = TestServer({ IMPORT_FETCH: "true" }).pipe(Layer.provide(Layer.succeed(PageNetwork, {
  dns,
  isAllowed: (address: NetAddress.IpAddress) => NetAddress.formatIp(address) === allowed,
  patience: "1 second"
})))

layer(Server, { excludeTestServices: true })("pages are fetched", (it) => {
  it.effect("over redirects, in their charset, up to 5 MiB, and told as the source of what comes of them", () =>
    Effect.gen(function*() {
      const at = `http://pages.example:${yield* port}`
      const made = yield* send(`${at}/moved`, "")
      assert.strictEqual(made.status, 201, JSON.stringify(made.body))
      const [{ ingredientLinks, recipe }] = made.body.data
      assert.deepStrictEqual([recipe.name, recipe.sourceUrl, ingredientLinks.length], ["Soup", `${at}/soup`, 1])
      for (const [path, name] of [["/latin", "Pão"], ["/header", "Pão"], ["/full", "Soup"]] as const) {
        const { body, status } = yield* send(`${at}${path}`)
        assert.deepStrictEqual([status, body.data?.[0]?.recipe.name], [200, name], path)
      }
      looked.length = 0
      yield* send(`${at}/soup`)
      assert.deepStrictEqual(looked, ["pages.example"], "what was looked at is what is connected to")
    }))

  it.effect("from public addresses alone, also over redirects and where a name turns to another one", () =>
    Effect.gen(function*() {
      const number = yield* port
      const at = `http://pages.example:${number}`
      requested.length = 0
      const refusals: ReadonlyArray<readonly [url: string, at: string]> = [
        [`http://${inside}:${number}/soup`, `http://${inside}:${number}/soup`],
        [`http://2130706434:${number}/soup`, `http://2130706434:${number}/soup`],
        [`http://[::1]:${number}/soup`, `http://[::1]:${number}/soup`],
        [`http://[::ffff:${allowed}]:${number}/soup`, `http://[::ffff:${allowed}]:${number}/soup`],
        [`http://inside.example:${number}/soup`, `http://inside.example:${number}/soup`],
        [`http://both.example:${number}/soup`, `http://both.example:${number}/soup`],
        [`http://nowhere.example:${number}/soup`, `http://nowhere.example:${number}/soup`],
        [`${at}/to-address`, `http://${inside}:${number}/soup`],
        [`${at}/to-name`, `http://inside.example:${number}/soup`],
        [`http://turning.example:${number}/to-turning`, `http://turning.example:${number}/soup`]
      ]
      for (const [url, where] of refusals) {
        const { body, status } = yield* send(url)
        const detail = `${where}: leads to no public address`
        assert.deepStrictEqual(
          [status, body.code, body.errors],
          [422, "fetch_failed", [{ pointer: "/url", detail }]],
          url
        )
      }
      assert.deepStrictEqual(requested, ["/to-address", "/to-name", "/to-turning"])
    }))

  it.effect("or it is told where and why not", () =>
    Effect.gen(function*() {
      const at = `http://pages.example:${yield* port}`
      const failures: ReadonlyArray<readonly [path: string, why: string]> = [
        ["/missing", "/missing: answers with status 404"],
        ["/round", "/round: answers with status 302"],
        ["/long", "/long: is longer than 5 MiB"],
        ["/packed", "/packed: is sent compressed"],
        ["/cut", "/cut: ends before its end"],
        ["/silent", "/silent: is not there in time"]
      ]
      for (const [path, why] of failures) {
        const { body, status } = yield* send(`${at}${path}`)
        assert.deepStrictEqual([status, body.errors?.[0]?.detail], [422, `${at}${why}`], path)
      }
      const file = yield* send(`${at}/to-file`)
      assert.strictEqual(file.body.errors[0].detail, "file:///etc/passwd: is no http or https address")
      const away = yield* send("http://pages.example:1/soup")
      assert.strictEqual(away.body.errors[0].detail, "http://pages.example:1/soup: cannot be reached")
      const text = yield* send(`${at}/soup`, "?dryRun=true")
      assert.deepStrictEqual([text.status, text.body.dryRun], [200, true])
    }))
})

layer(Layer.empty)("an address is public", (it) => {
  it.effect("or not, by the registries of IANA", () =>
    Effect.gen(function*() {
      const { isAllowed } = yield* PageNetwork
      const isPublic = (text: string) => isAllowed(NetAddress.ipFromStringUnsafe(text))
      for (
        const address of [
          "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.1.1.1 128.0.0.1 169.253.1.1 172.15.255.255",
          "172.32.0.0 192.0.1.1 192.167.1.1 192.169.1.1 198.17.1.1 198.20.1.1 203.0.112.1 203.0.114.1 223.255.255.255",
          "2606:4700:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 2003::1 3fff:1000::1"
        ].flatMap((line) => line.split(" "))
      ) assert.isTrue(isPublic(address), address)
      for (
        const address of [
          "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1",
          "192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255",
          ":: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 fc00::1",
          "fd00:ec2::254 fe80::1 fec0::1 ff02::1"
        ].flatMap((line) => line.split(" "))
      ) assert.isFalse(isPublic(address), address)
    }))
})
