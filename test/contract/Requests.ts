import type { Dice } from "./Dice.ts"
import type { Sent } from "./Http.ts"

/** A request, what is to come of it, and in a few words what it tries. */
export interface Attempt {
  readonly sent: Sent
  readonly tries: string
  readonly expected: "success" | "refusal" | "any"
  /** Whether its address or method are no longer those of the operation. */
  readonly elsewhere: boolean
}

/** A request in parts, so that one of them can be made wrong. */
export interface Draft {
  readonly method: string
  readonly path: string
  /** `name=value`, encoded. */
  readonly query: ReadonlyArray<string>
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly body: unknown
}

export const pair = (name: string, value: string) =>
  `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`

const toSent = ({ body, headers, method, path, query }: Draft): Sent => ({
  method,
  target: query.length === 0 ? path : `${path}?${query.join("&")}`,
  headers: body === undefined
    ? headers
    : { "content-type": "application/json", ...headers },
  body: body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
})

export const attempt = (
  tries: string,
  expected: Attempt["expected"],
  draft: Draft,
  elsewhere = false
): Attempt => ({ sent: toSent(draft), tries, expected, elsewhere })

/** Spoils a request that would be right. */
export type Maker = (draft: Draft, dice: Dice) => Attempt
