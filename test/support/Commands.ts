import { ConfigProvider, Console, Effect } from "effect"
import { format } from "node:util"
import { commandLine } from "../../scripts/commandLine.ts"
import { serving } from "../../src/server/serve.ts"
import type { Ended, Environment } from "./Programs.ts"

/** A console that keeps what is said. */
const listening = () => {
  const said = { stdout: "", stderr: "" }
  const console: Console.Console = Object.create(globalThis.console, {
    log: { value: (...words: ReadonlyArray<unknown>) => void (said.stdout += `${format(...words)}\n`) },
    error: { value: (...words: ReadonlyArray<unknown>) => void (said.stderr += `${format(...words)}\n`) }
  })
  return { said, console }
}

/** What a program of ours says and ends with that is carried out by this process, with these settings. */
const heard = <E, R>(program: Effect.Effect<number, E, R>, environment: Environment) =>
  Effect.suspend(() => {
    const { console, said } = listening()
    return program.pipe(
      Effect.provideService(Console.Console, console),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord({ ...environment })),
      Effect.map((code): Ended => ({ code, signal: null, ...said }))
    )
  })

/** A command line, but for a process's start, standard input and end: those are tried with `cli`. */
export const command = (args: ReadonlyArray<string>, environment: Environment) => heard(commandLine(args), environment)

/** A start that is to be refused, but for the same: that is tried with `refusedStart`. */
export const refusal = (environment: Environment) => heard(serving(), { PORT: "0", ...environment })
