import { Effect, Random, Redacted } from "effect"
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { FrontendReader } from "./FrontendReader.ts"

/** What can happen to a COMMIT on its way: cut before it arrives, cut after, or its answer never comes. */
const fates = ["cutBefore", "cutAfter", "swallowed"] as const
type Fate = (typeof fates)[number]

interface Meddling {
  /** How many COMMITs met each fate. */
  readonly counts: Record<Fate | "passed", number>
  /** How many more may meet one. */
  left: number
}

interface CommitProxy extends Meddling {
  readonly url: Redacted.Redacted<string>
}

const pair = (client: Socket, server: Socket, meddling: Meddling, chance: () => number) => {
  const reader = new FrontendReader("cardapio commands")
  const end = () => {
    client.destroy()
    server.destroy()
  }
  for (const socket of [client, server]) socket.setNoDelay(true).on("error", end).on("close", end)
  const answers = (chunk: Buffer) => client.write(chunk)
  server.on("data", answers)
  client.on("data", (chunk: Buffer) => {
    const { commitAt, ready } = reader.read(chunk)
    if (commitAt === undefined || meddling.left === 0 || chance() < 0.5) {
      if (commitAt !== undefined) meddling.counts.passed++
      server.write(ready)
      return
    }
    meddling.left--
    const fate = fates[Math.floor(chance() * fates.length)] ?? "cutBefore"
    meddling.counts[fate]++
    server.off("data", answers)
    server.resume()
    if (fate === "cutBefore") server.write(ready.subarray(0, commitAt), end)
    else server.write(ready)
    if (fate === "cutAfter") {
      server.off("close", end).on("close", () => client.destroy())
      client.off("close", end).destroy()
      server.end()
    }
  })
}

/** A way to a database on which every other COMMIT of a command meets a fate, as long as some are `left` to. */
export const commitProxy = Effect.fnUntraced(function*(target: Redacted.Redacted<string>) {
  const random = yield* Random.Random
  const behind = new URL(Redacted.value(target))
  const meddling: Meddling = { counts: { cutBefore: 0, cutAfter: 0, swallowed: 0, passed: 0 }, left: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client.on("close", () => sockets.delete(client)))
    pair(client, connect(Number(behind.port), behind.hostname), meddling, () => random.nextDoubleUnsafe())
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? `${address.port}` : ""
  const url = Redacted.make(Object.assign(new URL(behind), { port }).href)
  const proxy: CommitProxy = Object.assign(meddling, { url })
  return proxy
})
