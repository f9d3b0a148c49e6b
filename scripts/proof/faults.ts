import { Effect, Fiber, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { ask } from "./Asking.ts"
import { commandProxy, type Fate } from "./CommandProxy.ts"
import type { Statement } from "./FrontendReader.ts"
import { importingOn } from "./importing.ts"
import { Ledger } from "./Ledger.ts"
import { decodeCreated } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled, statusesBut, withoutKey } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"
import { until } from "./until.ts"

export interface FaultOptions {
  /** How often the connection is cut at each point. */
  readonly count: number
  /** How often the process is killed at each point. */
  readonly kills: number
}

/** A fault that comes before a statement of a command's transaction, or once its COMMIT has arrived. */
const makeFault = () => {
  const fault = { at: 0, steps: 0, comes: () => {} }
  const decide = ({ isCommit, step }: Statement): Fate | undefined => {
    if (isCommit) fault.steps = step
    const isAfter = isCommit && fault.at === step + 1
    if (fault.at === 0 || (step !== fault.at && !isAfter)) return undefined
    fault.at = 0
    fault.comes()
    return isAfter ? "cutAfter" : "cutBefore"
  }
  return { fault, decide }
}

/** What is disturbed, and what the audit log calls it. */
const commands: Readonly<Record<string, string>> = {
  creation: "products/CreateProduct",
  keyedCreation: "products/CreateProduct",
  change: "products/UpdateProduct",
  discard: "products/DiscardProduct",
  restore: "products/RestoreProduct",
  importBatch: "products/ImportBatch"
}

interface Attempt {
  /** Makes what the command needs, and gives the command. */
  readonly prepare: Effect.Effect<Effect.Effect<unknown>>
}

/** Every command over HTTP, each on a product of its own. */
const requestsTo = (port: number, token: string, ledger: Ledger): Readonly<Record<string, Attempt>> => {
  const send = (request: Parameters<typeof ask>[2]) =>
    Effect.map(ask(port, token, request), (outcome) => {
      if (outcome._tag === "Answered") ledger.status(outcome.status)
      return outcome
    })
  const creation = (name: string, key?: string) =>
    ({
      method: "POST",
      path: "/v1/products",
      body: JSON.stringify({ name }),
      ...key === undefined ? {} : { key }
    }) as const
  const named = () => `${withoutKey} ${++ledger.keys}`
  const keyed = () => `proof-fault-${port}-${++ledger.keys}`
  const path = Effect.gen(function*() {
    const outcome = yield* send(creation(named()))
    if (outcome._tag !== "Answered") return yield* Effect.die(outcome)
    return `/v1/products/${(yield* Effect.orDie(decodeCreated(outcome.body))).data.id}`
  })
  const discard = (path: string) => send({ method: "DELETE", path })
  return {
    creation: { prepare: Effect.sync(() => send(creation(named()))) },
    keyedCreation: { prepare: Effect.map(Effect.sync(keyed), (key) => send(creation(key, key))) },
    change: {
      prepare: Effect.map(path, (path) => send({ method: "PATCH", path, body: "{\"shoppingName\":\"Arroz\"}" }))
    },
    discard: { prepare: Effect.map(path, discard) },
    restore: {
      prepare: Effect.map(Effect.tap(path, discard), (path) => send({ method: "POST", path: `${path}/restore` }))
    }
  }
}

/** A server, and how to disturb it at a step of a command. */
const startFaulty = Effect.fnUntraced(function*(trial: Trial, ledger: Ledger) {
  const { decide, fault } = makeFault()
  const url = yield* commandProxy(trial.url, decide)
  const environment = { ...trial.environment, DATABASE_URL: Redacted.value(url), PROOF_LAPSE_MILLIS: "1000" }
  const { pid, port } = yield* startServing(environment)
  const requests = requestsTo(port, trial.token, ledger)
  return { fault, pid, url, environment, attemptOf: (name: string) => requests[name] }
})

interface Stage {
  readonly fault: ReturnType<typeof makeFault>["fault"]
  readonly attemptOf: (name: string) => Attempt | undefined
}

const prepared = (stage: Stage, name: string) => stage.attemptOf(name)?.prepare ?? Effect.die(`there is no ${name}`)

/** One undisturbed run, which tells how many statements a command has. */
const stepsOf = Effect.fnUntraced(function*(stage: Stage, name: string) {
  yield* yield* prepared(stage, name)
  return stage.fault.steps
})

/** How often the audit log tells of a command. */
const kept = (command: string) =>
  SqlClient.SqlClient.use((sql) =>
    sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM audit_log WHERE command = ${command} AND outcome = 'ok'`
  ).pipe(Effect.map(([row]) => row?.count ?? -1))

/** Lets a fault come at every point of every command, and looks whether the command was kept. */
const everyPoint = Effect.fnUntraced(function*<E, R>(
  steps: ReadonlyMap<string, number>,
  times: number,
  fresh: Effect.Effect<Stage, E, R>
) {
  const counts = { points: 0, faults: 0, keptOfUncommitted: 0, lostOfCommitted: 0 }
  const once = Effect.fnUntraced(function*(name: string, point: number) {
    const stage = yield* fresh
    const command = yield* prepared(stage, name)
    stage.fault.at = point
    yield* command
    if (stage.fault.at !== 0) return yield* Effect.die(`no fault came at statement ${point} of ${name}`)
    counts.faults++
  })
  for (const [name, last] of steps) {
    for (let point = 1; point <= last + 1; point++) {
      const before = yield* kept(commands[name] ?? "")
      for (let n = 0; n < times; n++) yield* once(name, point)
      const more = Effect.map(kept(commands[name] ?? ""), (after) => after - before)
      counts.points++
      if (point <= last) counts.keptOfUncommitted += yield* more
      else {
        // Whoever is cut off does not learn when the COMMIT is done.
        yield* until(Effect.map(more, (count) => count === times), "5 seconds")
        counts.lostOfCommitted += times - (yield* more)
      }
    }
  }
  return counts
})

/** One server that lives on, and imports besides. */
const lasting = Effect.fnUntraced(function*(trial: Trial, ledger: Ledger) {
  const { attemptOf, environment, fault, url } = yield* startFaulty(trial, ledger)
  const importBatch: Attempt = { prepare: Effect.succeed(yield* importingOn(url, environment)) }
  const stage: Stage = { fault, attemptOf: (name) => name === "importBatch" ? importBatch : attemptOf(name) }
  return stage
})

/** A server for one kill, each time; the next one starts meanwhile. */
const mortals = (trial: Trial, ledger: Ledger) => {
  const start = Effect.forkScoped(startFaulty(trial, ledger))
  let next: Effect.Success<typeof start> | undefined
  return Effect.gen(function*() {
    const { attemptOf, fault, pid } = yield* Fiber.join(next ?? (yield* start))
    next = yield* start
    fault.comes = () => process.kill(pid, "SIGKILL")
    const stage: Stage = { fault, attemptOf }
    return stage
  })
}

/** Cuts the connection of each command at each of its points, and kills the server at each of those over HTTP. */
export const faultEveryStep = Effect.fnUntraced(function*(trial: Trial, options: FaultOptions) {
  const ledger = new Ledger()
  const stage = yield* lasting(trial, ledger)
  const steps = new Map<string, number>()
  for (const name of Object.keys(commands)) steps.set(name, yield* stepsOf(stage, name))
  const overHttp = new Map([...steps].filter(([name]) => name !== "importBatch"))
  const cuts = yield* everyPoint(steps, options.count, Effect.succeed(stage))
  const kills = yield* everyPoint(overHttp, options.kills, mortals(trial, ledger))
  const stuck = yield* settled(60_000)
  const proven: Proven = {
    settings: { ...options },
    counters: {
      ...Object.fromEntries([...steps].map(([name, count]) => [`${name}Statements`, count])),
      points: cuts.points,
      cuts: cuts.faults,
      kills: kills.faults,
      keptOfUncommitted: cuts.keptOfUncommitted + kills.keptOfUncommitted,
      lostOfCommitted: cuts.lostOfCommitted + kills.lostOfCommitted,
      ...yield* commandTally(ledger),
      ...yield* effectTally,
      otherStatuses: statusesBut(ledger.counters, [200, 201, 204, 503]),
      stuck
    },
    promised: {
      ...noLoss,
      points: { atLeast: 40 },
      cuts: { is: cuts.points * options.count },
      kills: { is: kills.points * options.kills },
      keptOfUncommitted: { is: 0 },
      lostOfCommitted: { is: 0 },
      otherStatuses: { is: 0 }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
