import { runScript } from "./runScript.ts"

export interface LoadJob {
  readonly port: number
  readonly connections: number
  /** Whole HTTP/1.1 requests, sent in turn. */
  readonly messages: ReadonlyArray<string>
  readonly warmUpSeconds: number
  readonly seconds: number
  /** How many requests there are in all; `seconds` is not looked at then. */
  readonly limit?: number
}

/** Latencies in milliseconds. */
export interface LoadResult {
  readonly requests: number
  /** With those of the warm-up. */
  readonly sent: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Loads a server; an answer that is not 2xx fails. */
export const load = (job: LoadJob) => runScript<LoadResult>("load-run.ts", {}, JSON.stringify(job))
