import { Effect, Layer, Logger, References } from "effect"
import { redacted } from "./redacted.ts"
import { Settings } from "./Settings.ts"

const shown = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value)

/** A line a person reads: time, level, message, what goes with it. */
const formatPretty = Logger.map(Logger.formatStructured, ({ annotations, cause, level, message, timestamp }) => {
  const words = Array.isArray(message) ? message.map(shown).join(" ") : shown(message)
  const facts = Object.entries(annotations).map(([name, value]) => `  ${name}=${shown(value)}`).join("")
  return `${timestamp.slice(11, 23)} ${level.padEnd(5)} ${words}${facts}${cause === undefined ? "" : `\n${cause}`}`
})

/** A JSON document, as `Logger.formatJson` writes it for lines whose values are plain. */
const formatLine = Logger.map(
  Logger.formatStructured,
  ({ annotations, cause, level, message, timestamp }) =>
    JSON.stringify({ timestamp, level, message, ...annotations, ...cause === undefined ? {} : { cause } })
)

const lines = (format: Logger.Logger<unknown, string>) => Logger.map(format, redacted)

/** Lines are written together, once the requests of the moment are answered, and at the end: each write is a call of the system. */
const toStdout = (format: Logger.Logger<unknown, string>) => {
  const waiting: Array<string> = []
  const flush = () => {
    if (waiting.length > 0) process.stdout.write(`${waiting.splice(0).join("\n")}\n`)
  }
  // Whoever read the log is gone: that would end the process otherwise.
  process.stdout.on("error", () => {})
  process.on("exit", flush)
  return Logger.map(format, (line) => {
    if (waiting.push(line) === 1) setImmediate(flush)
  })
}

/** The log of a server: for people on a terminal, a JSON document a line elsewhere; never with secrets or personal data. */
export const ServerLogs = Layer.unwrap(Effect.map(Settings, ({ logLevel }) =>
  Layer.merge(
    Logger.layer([toStdout(lines(process.stdout.isTTY ? formatPretty : formatLine))]),
    Layer.succeed(References.MinimumLogLevel, logLevel)
  )))

/** The log of a command, on stderr. */
export const CommandLogs = Logger.layer([Logger.withConsoleError(lines(Logger.formatLogFmt))])
