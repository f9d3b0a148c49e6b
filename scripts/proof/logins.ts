import { Effect } from "effect"
import { argon2, randomBytes, randomUUID } from "node:crypto"
import { request } from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { openLoop, type Tally } from "./OpenLoop.ts"
import type { Proven } from "./Proven.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"

export interface LoginsOptions {
  /** How many wrong passwords are sent. */
  readonly count: number
  /** How many of them at once. */
  readonly clients: number
  /** Reads of others, a second over two connections. */
  readonly rate: number
  /** How long others are asked alone. */
  readonly seconds: number
  /** How many passwords the server hashes at once. */
  readonly hashes: number
}

/** Fewer for an account, and for an address, than either has to wait for: each password is really checked. */
const perAccount = 4

const password = "a password that nobody guesses"

/** Its hash at the cost that the server takes. */
const hashed = Effect.promise(async () => {
  const nonce = randomBytes(16)
  const parameters = { message: password, nonce, memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 }
  const tag = await promisify(argon2)("argon2id", parameters)
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "")
  return `$argon2id$v=19$m=65536,t=3,p=4$${text(nonce)}$${text(tag)}`
})

/** Users with a password, by their e-mails. */
const people = Effect.fnUntraced(function*({ sql }: Trial, count: number) {
  const hash = yield* hashed
  const ids = Array.from({ length: count }, () => randomUUID())
  yield* sql`INSERT INTO users (id, email, name) SELECT id, id || '@example.org', 'A user' FROM unnest(${ids}::uuid[]) AS id`
  yield* sql`INSERT INTO passwords (user_id, hash) SELECT id, ${hash} FROM unnest(${ids}::uuid[]) AS id`
  return ids.map((id) => `${id}@example.org`)
})

/** The status of a login that comes from an address; 0: none. */
const login = (port: number, address: string, body: object) =>
  new Promise<number>((resolve) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      path: "/v1/auth/login",
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": address },
      timeout: 60_000
    }, (response) => response.resume().on("end", () => resolve(response.statusCode ?? 0)))
    sent.on("timeout", () => sent.destroy())
    sent.on("error", () => resolve(0))
    sent.end(JSON.stringify(body))
  })

/** Sends wrong passwords, so many at once; what is refused for the load comes again a second or two later. */
const guess = async (port: number, emails: ReadonlyArray<string>, { clients, count }: LoginsOptions) => {
  const statuses = new Map<number, number>()
  const counted = (status: number) => statuses.set(status, (statuses.get(status) ?? 0) + 1)
  let next = 0
  const client = async () => {
    while (next < count) {
      const n = next++
      const account = n % emails.length
      const address = `203.0.${account >> 8}.${account & 255}`
      for (;;) {
        const status = await login(port, address, { email: emails[account], password: `wrong password ${n}` })
        counted(status)
        if (status !== 503) break
        // As long as they are told to, and not all at the same moment again.
        await pause(1000 + n * 37 % 1000)
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return statuses
}

const percentile = (millis: ReadonlyArray<number>, share: number) =>
  Math.round((millis.toSorted((a, b) => a - b)[Math.floor(millis.length * share)] ?? 0) * 10) / 10

/** Others ask steadily, alone and while passwords are guessed: nobody gets in, and nobody is held up. */
export const guessPasswords = Effect.fnUntraced(function*(trial: Trial, options: LoginsOptions) {
  const emails = yield* people(trial, Math.ceil(options.count / perAccount))
  const { port } = yield* startServing({
    ...trial.environment,
    TRUSTED_PROXIES: "127.0.0.1",
    DATABASE_POOL_SIZE: "10",
    AUTH_HASH_CONCURRENCY: `${options.hashes}`
  })
  const head = Buffer.from(
    `GET /v1/products?limit=20 HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${trial.token}\r\n\r\n`
  )
  const reads = (seconds: number) =>
    openLoop({ port, request: () => head, perSecond: options.rate, connections: 2, seconds })
  yield* Effect.promise(() => reads(5))
  const before = yield* Effect.promise(() => reads(options.seconds))

  const begun = performance.now()
  const { during, statuses } = yield* Effect.promise(async () => {
    const guessing = { isOver: false }
    const guessed = guess(port, emails, options).finally(() => guessing.isOver = true)
    const during: Array<Tally> = []
    while (!guessing.isOver) during.push(await reads(5))
    return { during, statuses: await guessed }
  })
  const seconds = (performance.now() - begun) / 1000
  const served = during.flatMap((tally) => tally.served)
  const p99 = { before: percentile(before.served, 0.99), during: percentile(served, 0.99) }
  const known = yield* Effect.promise(() => login(port, "198.51.100.1", { email: emails[0], password }))
  const proven: Proven = {
    settings: { ...options, accounts: emails.length },
    counters: {
      letThrough: statuses.get(200) ?? 0,
      checkedAndWrong: statuses.get(401) ?? 0,
      throttled: statuses.get(429) ?? 0,
      putOff: statuses.get(503) ?? 0,
      withoutAnswer: statuses.get(0) ?? 0,
      checkedPerSecond: Math.round((statuses.get(401) ?? 0) / seconds * 10) / 10,
      readsBefore: before.served.length,
      readsDuring: served.length,
      readsRefused: during.reduce((sum, tally) => sum + tally.refused.length + tally.others, 0),
      readsP50MillisBefore: percentile(before.served, 0.5),
      readsP50MillisDuring: percentile(served, 0.5),
      readsP99MillisBefore: p99.before,
      readsP99MillisDuring: p99.during,
      readsP99Percent: Math.round(p99.during / p99.before * 100),
      rightPasswordAfterwards: known
    },
    promised: {
      letThrough: { is: 0 },
      checkedAndWrong: { is: options.count },
      withoutAnswer: { is: 0 },
      readsRefused: { is: 0 },
      readsP99Percent: { atMost: 199 },
      rightPasswordAfterwards: { is: 200 }
    }
  }
  return proven
})
