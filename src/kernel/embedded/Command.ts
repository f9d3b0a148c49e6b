import { spawn } from "node:child_process"

export interface User {
  readonly uid: number
  readonly gid: number
}

export interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** PostgreSQL's own variables (PGDATA, PGOPTIONS …) and Node's stay out; its messages are English, since we read them. */
export const environment = (): Record<string, string> => {
  const kept: Record<string, string> = { LC_ALL: "C", PATH: process.env["PATH"] ?? "/usr/bin:/bin" }
  for (const name of ["HOME", "TMPDIR", "LD_LIBRARY_PATH"]) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}

/** Runs a program to its end and gathers what it wrote; rejects when it cannot be started. */
export const run = (
  file: string,
  args: ReadonlyArray<string>,
  user: User | undefined,
  input = ""
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { cwd: "/", env: environment(), stdio: "pipe", ...user })
    const chunks: Array<Buffer> = []
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.stdin.on("error", () => {})
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString("utf8") }))
    child.stdin.end(input)
  })

/** The line that tells of the first fault, of all that a PostgreSQL program wrote; a full disk explains any other. */
export const faultIn = (output: string): string => {
  const lines = output.split("\n").filter((line) => line.trim() !== "")
  const fault = [/No space left on device/, /\b(PANIC|FATAL|ERROR|error):/, /(?:)/]
    .map((pattern) => lines.find((line) => pattern.test(line)))
    .find((line) => line !== undefined) ?? "it said nothing"
  return fault.replace(/^.*?\b(?:PANIC|FATAL|ERROR|error): +/, "").replace(/^(?:initdb|postgres): /, "").trim()
}
