/**
 * PostgreSQL's parent, a process of its own: it outlives the programs that use the data directory by 2 s, so that
 * PostgreSQL is started once for all of them, and stops with the last one, however that one ended.
 */
import { randomBytes } from "node:crypto"
import { writeSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import * as Cluster from "./Cluster.ts"
import { unusable } from "./DataDir.ts"
import { claim } from "./KeeperClaim.ts"
import * as KeeperFile from "./KeeperFile.ts"
import { type Answer, type Hello, onLines, parseHello, parseOrder, type Ready } from "./KeeperProtocol.ts"
import * as LockFile from "./LockFile.ts"
import { log, logFile, trimLog } from "./Log.ts"
import * as Place from "./Place.ts"
import * as Postmaster from "./Postmaster.ts"
import { lineOf, Refusal } from "./Refusal.ts"
import { leaveLink } from "./Shelter.ts"

const grace = 2000
const order = parseOrder(process.argv[2] ?? "")
const token = randomBytes(16).toString("hex")

const programs = new Map<Socket, Hello>()
let phase: "preparing" | "serving" | "stopping" = "preparing"
let ready: (Omit<Ready, "created"> & { readonly createdFor: string | undefined }) | undefined
let refusal: string | undefined
let file: KeeperFile.KeeperFile | undefined
let postmaster: Postmaster.Postmaster | undefined
let idle: NodeJS.Timeout | undefined

const say = (socket: Socket, answer: Answer): boolean => socket.write(`${JSON.stringify(answer)}\n`)

const answer = (socket: Socket, hello: Hello): void => {
  if (refusal !== undefined) {
    say(socket, { type: "refused", message: refusal })
    socket.end(() => setTimeout(() => leave(1), 100))
  } else if (ready !== undefined) {
    const { createdFor, ...rest } = ready
    say(socket, { ...rest, created: createdFor === hello.program && !hello.again })
  }
}

const welcome = (socket: Socket, hello: Hello): void => {
  if (hello.token !== token) {
    socket.destroy()
    return
  }
  socket.setTimeout(0)
  say(socket, { type: "alive" })
  if (hello.role === "probe") return
  if (phase === "stopping") {
    say(socket, { type: "stopping" })
    return
  }
  const server = [...programs.values()].find((program) => program.role === "server")
  if (hello.role === "server" && !hello.again && server !== undefined) {
    const message = `another server already uses ${order.dataDir} (pid ${server.pid}, port ${server.port}): `
      + "stop it, or set DATA_DIR to another folder"
    say(socket, { type: "refused", message })
    return
  }
  clearTimeout(idle)
  programs.set(socket, hello)
  answer(socket, hello)
}

const farewell = (socket: Socket): void => {
  if (programs.delete(socket)) expectNobody()
}

const expectNobody = (): void => {
  clearTimeout(idle)
  if (programs.size === 0 && phase === "serving") idle = setTimeout(() => void stop(), grace)
}

const listen = (): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on("error", () => {})
      socket.setTimeout(grace, () => socket.destroy())
      socket.once("close", () => farewell(socket))
      onLines(socket, (line) => welcome(socket, parseHello(line)))
    })
    server.once("error", reject)
    server.listen({ port: 0, host: "127.0.0.1" }, () => resolve(server))
  })

const leave = (code: number): never => {
  if (file !== undefined) KeeperFile.remove(order.dataDir, file)
  process.exit(code)
}

const stop = async (): Promise<void> => {
  if (phase === "stopping") return
  phase = "stopping"
  await postmaster?.stop()
  leave(0)
}

const insistOn = (port: number): Postmaster.Wish => ({ port, patience: Infinity })

/** Programs that outlived another keeper know PostgreSQL's port, and may come back after one that knows none. */
const wishOf = (directory: string): Postmaster.Wish | undefined => {
  if (order.port !== undefined) return insistOn(order.port)
  const port = file !== undefined && file.generation > 1 ? LockFile.lastPort(directory) : undefined
  return port === undefined ? undefined : { port, patience: 2000 }
}

const prepare = async (): Promise<void> => {
  const place = await Place.choose(order.dataDir, order.native, order.version)
  const cluster = await Cluster.open(place, order.version, order.settings)
  leaveLink(place.dataDir, place.directory)
  postmaster = await Postmaster.start(place, order.settings, wishOf(place.directory))
  const { port } = postmaster
  const createdFor = cluster.created ? order.program : undefined
  ready = {
    type: "ready",
    port,
    password: cluster.password,
    directory: place.directory,
    notes: place.notes,
    createdFor
  }
  phase = "serving"
  for (const [socket, hello] of programs) answer(socket, hello)
  expectNobody()
  void tend(place, postmaster)
}

/** Starts PostgreSQL again on the same port whenever it ends by itself. */
const tend = async (place: Place.Place, first: Postmaster.Postmaster): Promise<void> => {
  let current = first
  for (;;) {
    await current.exited
    if (phase === "stopping") return
    log("PostgreSQL ended by itself and is started again")
    const next = await Postmaster.start(place, order.settings, insistOn(first.port)).catch((error: unknown) => {
      log(lineOf(error))
      return sleep(1000, undefined)
    })
    if (next !== undefined) current = postmaster = next
  }
}

/** Tells the waiting programs why there is no PostgreSQL; the first one may still be on its way. */
const giveUp = (error: unknown): void => {
  log(error instanceof Error && !(error instanceof Refusal) ? error.stack ?? error.message : lineOf(error))
  const details = `${lineOf(error)}; its log is ${logFile(order.dataDir)}`
  refusal = error instanceof Refusal
    ? error.message
    : `PostgreSQL for ${order.dataDir} could not be started (${details})`
  for (const [socket, hello] of programs) answer(socket, hello)
  if (programs.size === 0) setTimeout(() => leave(1), grace)
}

const tell = (line: string): void => {
  try {
    writeSync(1, `${line}\n`)
  } catch {
    // Whoever started us is gone already.
  }
}

process.on("SIGHUP", () => {})
process.on("SIGINT", () => void stop())
process.on("SIGTERM", () => void stop())

try {
  const address = (await listen()).address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const mine = file = await claim(order.dataDir, { port, token })
  tell("started")
  if (mine === undefined) process.exit(0)
  setInterval(() => KeeperFile.renew(order.dataDir, mine), KeeperFile.renewal)
  setInterval(() => trimLog(order.dataDir), 60_000)
  trimLog(order.dataDir)
  await prepare().catch(giveUp)
} catch (error) {
  const { message } = unusable(order.dataDir, error)
  tell(message)
  log(message)
  leave(1)
}
