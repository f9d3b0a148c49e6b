import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { watchedSocket } from "../../src/kernel/watchedSocket.ts"

const silenceMillis = 300
const message = (type: string, body = "") => {
  const header = Buffer.alloc(5)
  header.write(type)
  header.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([header, Buffer.from(body)])
}
const sync = message("S")
const ready = message("Z", "I")
const row = message("D", "Z\0\0\0\x05I")
const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0])

/** A watched connection that has begun its session, with the server's side of it. */
const session = Effect.gen(function*() {
  const accepted: Array<Socket> = []
  const server = yield* Effect.acquireRelease(
    Effect.sync(() => createServer((socket) => accepted.push(socket.on("error", () => {})))),
    (server) =>
      Effect.sync(() => {
        server.close()
        accepted.forEach((socket) => socket.destroy())
      })
  )
  yield* Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening"))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const client = watchedSocket({ host: "127.0.0.1", port, encryption: "none" }, silenceMillis)
  const ended = new Promise<void>((resolve) => client.on("error", () => {}).on("close", resolve))
  let received = 0
  client.on("data", (chunk: Buffer) => received += chunk.length)
  client.write(startup)
  yield* Effect.sleep("50 millis").pipe(Effect.repeat({ while: () => accepted.length === 0 }))
  const answer = (...messages: ReadonlyArray<Buffer>) => accepted[0]?.write(Buffer.concat(messages))
  answer(message("R", "\0\0\0\0"), message("S", "server_version\x0018\0"), ready)
  yield* Effect.sleep("10 millis").pipe(Effect.repeat({ while: () => received === 0 }))
  return { client, answer, ended: Effect.timeoutOption(Effect.promise(() => ended), "1500 millis") }
})

it.live("a connection that is owed nothing stays, however long nothing comes", () =>
  Effect.gen(function*() {
    const { answer, client, ended } = yield* session
    client.write(Buffer.concat([message("Q", "a"), sync]))
    answer(row, row, ready)
    assert.strictEqual((yield* ended)._tag, "None")
  }))

it.live("an answer to the first of two statements does not do for the second", () =>
  Effect.gen(function*() {
    const { answer, client, ended } = yield* session
    client.write(Buffer.concat([message("B", "a"), sync, message("B", "b"), sync]))
    answer(row, ready)
    assert.strictEqual((yield* ended)._tag, "Some")
  }))

it.live("messages are counted in whatever pieces they come", () =>
  Effect.gen(function*() {
    const { answer, client, ended } = yield* session
    for (const byte of Buffer.concat([message("B", "a"), sync])) client.write(Buffer.of(byte))
    for (const byte of Buffer.concat([row, message("D"), ready])) {
      answer(Buffer.of(byte))
      yield* Effect.sleep("5 millis")
    }
    assert.strictEqual((yield* ended)._tag, "None")
  }))

it.live("who does not read on is not taken for a silent server", () =>
  Effect.gen(function*() {
    const { answer, client, ended } = yield* session
    client.write(Buffer.concat([message("B", "a"), sync]))
    client.pause()
    answer(row)
    assert.strictEqual((yield* ended)._tag, "None")
    client.resume()
    assert.strictEqual((yield* ended)._tag, "Some")
  }))
