import { Cause, Effect } from "effect"
import type { CliError, CliOutput } from "effect/cli"
import { HttpServerRespondable } from "effect/http"
import { problemOfCause } from "../src/kernel/defects.ts"
import { inOrder } from "../src/kernel/ProblemAnswer.ts"
import { explained } from "../src/server/explained.ts"

/** What the command line ends with. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Done, but with rejects under `--strict`. */
  rejects: 2,
  misuse: 64
} as const

const decoder = new TextDecoder()

/** A problem as it goes over HTTP, of what is one there. */
const ofRespondable = (error: HttpServerRespondable.Respondable) =>
  Effect.map(
    HttpServerRespondable.toResponse(error),
    ({ body }) => body._tag === "Uint8Array" ? JSON.stringify(inOrder(JSON.parse(decoder.decode(body.body)))) : ""
  )

/** RFC 9457, of what has no page. */
const problem = (title: string, detail: string) => JSON.stringify({ type: "about:blank", title, detail })

/** What is said of a failure, on stderr: a line for people, a problem for programs. */
export const told = (cause: Cause.Cause<unknown>, isForProgram: boolean) => {
  const line = explained(cause)
  if (!isForProgram) return Effect.succeed(`cardapio: ${line ?? Cause.pretty(cause)}`)
  const error = cause.reasons.find(Cause.isFailReason)?.error
  if (HttpServerRespondable.isRespondable(error)) return ofRespondable(error)
  return error === undefined
    ? ofRespondable(problemOfCause(cause))
    : Effect.succeed(problem("The command failed", line ?? ""))
}

/** What is said of words that are no command. */
export const misuse = (
  errors: ReadonlyArray<CliError.CliError>,
  formatter: CliOutput.Formatter,
  help: string,
  isForProgram: boolean
) =>
  isForProgram
    ? problem("The command line is not understood", `${errors.map(({ message }) => message).join("; ")}. See: ${help}`)
    : `${formatter.formatErrors(errors)}\n\nSee: ${help}`
