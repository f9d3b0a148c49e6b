import type { IncomingMessage, ServerResponse } from "node:http"
import { Overloaded } from "./contract/Problems.ts"
import { correlationIdOf } from "./CorrelationId.ts"
import { crossOriginHeaders } from "./CrossOrigin.ts"
import { isWatched } from "./EdgeRoutes.ts"
import { metrics } from "./Metrics.ts"
import { headersOfProblem } from "./ProblemAnswer.ts"

interface AdmissionOptions {
  /** How many requests may be under way at once; 0: any number. */
  readonly maxConcurrentRequests: number
  readonly corsOrigins: ReadonlyArray<string>
}

export interface Admission {
  /** Whether the request may go on; one that may not is answered. */
  readonly admits: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Answers 503: for a request that nobody else would answer. */
  readonly refuse: (request: IncomingMessage, response: ServerResponse) => void
  /** How many were refused since this was last asked. */
  readonly takeRefused: () => number
}

/** So many at once keep processor and connections busy; more only wait for one another. */
const enough = 32
/** So many still do, and wait less: where others are refused meanwhile, their answers wait for these. */
const fewest = 4
const lookMillis = 5
const lagMillis = 3
/** A burst is over before that. */
const patienceMillis = 20

/**
 * Whether one more may be under way: as many as asked for while they wait for something else, such as a lock, and fewer while they wait
 * for the process itself; down to what keeps it busy, and to the fewest while it has to refuse. Looked at only while many are under way.
 */
const makeGate = (most: number, running: () => number) => {
  const atLeast = (few: number) => Math.min(most, few)
  let limit = most
  let refuses = false
  let timer: NodeJS.Timeout | undefined
  let looked = 0
  let calm = 0

  const look = () => {
    const now = performance.now()
    const lag = now - looked - lookMillis
    looked = now
    if (lag <= lagMillis) {
      calm = now
      limit = Math.min(most, limit + 1)
    } else if (now - calm > patienceMillis) {
      limit = Math.max(atLeast(refuses ? fewest : enough), Math.min(limit, running()) * lagMillis / lag)
    }
    refuses = false
    if (running() < atLeast(enough) && limit === most) {
      clearInterval(timer)
      timer = undefined
    }
  }
  return () => {
    if (timer === undefined && running() >= atLeast(enough)) {
      looked = calm = performance.now()
      timer = setInterval(look, lookMillis).unref()
    }
    const isOpen = running() < limit
    if (!isOpen) refuses = true
    return isOpen
  }
}

/** Answers for the whole server, before a fiber, a span or a log line is made: to refuse must cost next to nothing. */
const makeRefusal = (corsOrigins: ReadonlyArray<string>) => {
  const { code, detail, status, title, type } = new Overloaded({})
  const opening = JSON.stringify({ type, title, status, code, detail }).slice(0, -1)
  const headers = headersOfProblem(status, code)
  return ({ headers: asked, method = "", url = "" }: IncomingMessage, response: ServerResponse) => {
    const given = asked["x-correlation-id"]
    const correlationId = correlationIdOf(typeof given === "string" ? given : undefined)
    metrics.httpRequests({ method, route: "refused", status: `${status}` }, 1)
    const instance = JSON.stringify(url.split(/[?#]/, 1)[0])
    const body = `${opening},"instance":${instance},"correlationId":"${correlationId}"}`
    response.writeHead(status, {
      ...headers,
      ...crossOriginHeaders(corsOrigins, asked.origin),
      "content-length": Buffer.byteLength(body),
      "x-correlation-id": correlationId
    })
    response.end(body)
  }
}

/** Keeps the requests under way within a limit, and answers what is beyond it with 503. */
export const makeAdmission = ({ corsOrigins, maxConcurrentRequests }: AdmissionOptions): Admission => {
  const refuse = makeRefusal(corsOrigins)
  let running = 0
  let refused = 0
  const isOpen = makeGate(maxConcurrentRequests, () => running)
  return {
    refuse,
    admits: (request, response) => {
      if (isWatched(request.url ?? "")) return true
      if (maxConcurrentRequests > 0 && !isOpen()) {
        refused++
        refuse(request, response)
        return false
      }
      metrics.httpRunning(++running)
      response.once("close", () => metrics.httpRunning(--running))
      return true
    },
    takeRefused: () => {
      const taken = refused
      refused = 0
      return taken
    }
  }
}
