import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Layer } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
import { CommandLogs } from "../src/kernel/Logs.ts"
import { config } from "./config.ts"
import { demo } from "./demo.ts"
import { doctor } from "./doctor.ts"
import { events } from "./events.ts"
import { exitCodes, misuse, told } from "./failure.ts"
import { iam } from "./iam.ts"
import { migrate } from "./migrate.ts"
import { onboarding } from "./onboarding.ts"
import { Ends } from "./Operator.ts"
import { products } from "./products.ts"
import { recipes } from "./recipes.ts"
import { trace } from "./trace.ts"

const formatter = CliOutput.defaultFormatter()

/** Help that was asked for is a result; all else is a remark, so that a pipe never gets it. */
const presenter = (isForProgram: boolean) =>
  CliOutput.layerPresenter({
    present: (event) => {
      switch (event._tag) {
        case "Help":
          return (event.reason === "Requested" ? Console.log : Console.error)(formatter.formatHelpDoc(event.helpDoc))
        case "InvalidInvocation": {
          const help = ["npm run cli --", ...event.commandPath.slice(1), "--help"].join(" ")
          return Console.error(misuse(event.errors, formatter, help, isForProgram))
        }
        case "Version":
          return Console.log(formatter.formatVersion(event.name, event.version))
      }
    }
  })

/** Says why, in one line, and tells the exit code. */
const failed = (isForProgram: boolean) => (cause: Cause.Cause<unknown>) =>
  Effect.gen(function*() {
    const error = cause.reasons.find(Cause.isFailReason)?.error
    if (error instanceof Ends) return error.code
    if (CliError.isCliError(error)) return exitCodes.misuse
    yield* Console.error(yield* told(cause, isForProgram))
    return exitCodes.failed
  })

const cardapio = Command.make("cardapio").pipe(
  Command.withDescription("Cardápio from the command line: the same rules, rights and transactions as over HTTP"),
  Command.withSubcommands([products, recipes, onboarding, events, iam, trace, migrate, config, doctor, demo])
)

/** Carries out what the arguments ask for, and tells the exit code. */
export const commandLine = (args: ReadonlyArray<string>) => {
  const isForProgram = args.includes("--json")
  return Command.runWith(cardapio, { version: "0.1.0" })(args).pipe(
    Effect.as<number>(exitCodes.done),
    Effect.catchCause(failed(isForProgram)),
    Effect.provide(Layer.mergeAll(NodeServices.layer, presenter(isForProgram), CommandLogs))
  )
}

/** Ends once nobody reads on, such as `head` after its lines: there is nobody left to tell. */
const readerGone = Effect.callback<number>((resume) => {
  process.stdout.on(
    "error",
    (error) => resume("code" in error && error.code === "EPIPE" ? Effect.succeed(exitCodes.done) : Effect.die(error))
  )
})

/** The same for the arguments of this process, which ends with that code. */
export const runCommandLine = () =>
  commandLine(process.argv.slice(2)).pipe(
    Effect.raceFirst(readerGone),
    Effect.map((code) => {
      process.exitCode = code
    }),
    NodeRuntime.runMain({ disableErrorReporting: true })
  )
