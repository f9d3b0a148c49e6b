import { connect, type Socket } from "node:net"
import type { KeeperFile } from "./KeeperFile.ts"
import { type Answer, type Hello, onLines, parseAnswer } from "./KeeperProtocol.ts"

/** What became of an attempt to reach a keeper. `silent`: something holds its port and does not speak. */
export type Attempt = Exclude<Answer, { readonly type: "alive" }> | { readonly type: "gone" | "silent" | "alive" }

const patience = 5000

/**
 * Connects to a keeper and waits for what it has to say; a probe only asks whether it lives. The connection is the
 * registration: the kernel closes it when the program ends, however that comes about.
 */
export const knock = (
  keeper: KeeperFile,
  hello: Omit<Hello, "token">,
  answered: (attempt: Attempt) => void
): Socket => {
  const socket = connect({ host: "127.0.0.1", port: keeper.port, noDelay: true })
  const settle = (attempt: Attempt) => {
    socket.setTimeout(0)
    answered(attempt)
  }
  socket.setTimeout(patience, () => {
    settle({ type: "silent" })
    socket.destroy()
  })
  socket.on("error", () => {})
  socket.once("close", () => settle({ type: "gone" }))
  socket.once("connect", () => socket.write(`${JSON.stringify({ ...hello, token: keeper.token })}\n`))
  onLines(socket, (line) => {
    const answer = parseAnswer(line)
    if (answer === undefined) socket.destroy()
    else if (answer.type !== "alive") settle(answer)
    else if (hello.role === "probe") {
      settle(answer)
      socket.destroy()
    } else socket.setTimeout(0)
  })
  return socket
}
