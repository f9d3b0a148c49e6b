import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Layer } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
import { CommandLogs } from "../src/kernel/Logs.ts"
import { explained } from "../src/server/explained.ts"
import { config } from "./config.ts"
import { demo } from "./demo.ts"
import { doctor } from "./doctor.ts"
import { events } from "./events.ts"
import { iam } from "./iam.ts"
import { migrate } from "./migrate.ts"
import { onboarding } from "./onboarding.ts"
import { products } from "./products.ts"
import { recipes } from "./recipes.ts"
import { trace } from "./trace.ts"

/** 0 done · 1 it failed · 2 done, with rejects under --strict · 64 misuse. */
const exitCodes = { failed: 1, misuse: 64 } as const

const formatter = CliOutput.defaultFormatter()

/** Help that was asked for is a result; all else is a remark, so that a pipe never gets it. */
const Presenter = CliOutput.layerPresenter({
  present: (event) => {
    switch (event._tag) {
      case "Help":
        return (event.reason === "Requested" ? Console.log : Console.error)(formatter.formatHelpDoc(event.helpDoc))
      case "InvalidInvocation":
        return Console.error(
          `${formatter.formatErrors(event.errors)}\n\nSee: ${
            ["npm run cli --", ...event.commandPath.slice(1), "--help"].join(" ")
          }`
        )
      case "Version":
        return Console.log(formatter.formatVersion(event.name, event.version))
    }
  }
})

const failed = (cause: Cause.Cause<unknown>) =>
  Effect.gen(function*() {
    const error = cause.reasons.find(Cause.isFailReason)?.error
    const misuse = CliError.isCliError(error)
    if (!misuse) yield* Console.error(`cardapio: ${explained(cause) ?? Cause.pretty(cause)}`)
    process.exitCode = misuse ? exitCodes.misuse : exitCodes.failed
  })

Command.make("cardapio").pipe(
  Command.withDescription("Cardápio from the command line: the same rules, rights and transactions as over HTTP"),
  Command.withSubcommands([products, recipes, onboarding, events, iam, trace, migrate, config, doctor, demo]),
  Command.run({ version: "0.1.0" }),
  Effect.catchCause(failed),
  Effect.provide(Layer.mergeAll(NodeServices.layer, Presenter, CommandLogs)),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
