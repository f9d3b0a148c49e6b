import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import type { DryRun } from "./CommandBus.ts"

interface Versioned {
  readonly version: number
}

const etagOf = ({ version }: Versioned) => `"${version}"`

/** The answer that holds one versioned thing. */
export const tagged = <A extends Versioned>(data: A) =>
  HttpApiSchema.withHeaders({ body: { data }, headers: { etag: etagOf(data) } })

/** The same of a thing that was just made, with the path where it is read. */
export const created = <A extends Versioned>(data: A, location: string) =>
  HttpApiSchema.withHeaders({ body: { data }, headers: { etag: etagOf(data), location } })

/** What a dry run tells. */
export const triedBody = <A>({ answer, events }: DryRun<A>) => ({ data: answer, events, dryRun: true as const })

/** The same where the command would have answered headers; a dry run has none: there is nothing that has an ETag. */
export const tried = <A>(run: DryRun<A>) => HttpApiSchema.withHeaders({ body: triedBody(run), headers: {} })

/** The same of a command that answers nothing. */
export const triedDeletion = ({ events }: DryRun<void>) => tried({ answer: null, events })
