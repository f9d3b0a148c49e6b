import { Effect, Schema } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Proven } from "./Proven.ts"

const checkout = join(import.meta.dirname, "..", "..")

/** A check of rights, and the program without it. */
interface Removal {
  readonly file: string
  readonly check: string
  readonly source: string
}

/** What follows a call's opening parenthesis, up to the one that closes it. */
const argumentsOf = (source: string, start: number): string => {
  let depth = 1
  let end = start
  while (depth > 0 && end < source.length) {
    const character = source.charAt(end++)
    depth += character === "(" ? 1 : character === ")" ? -1 : 0
  }
  return source.slice(start, end - 1)
}

const lineAt = (source: string, index: number) => source.slice(0, index).split("\n").length

const replaced = (source: string, start: number, length: number, by: string) =>
  source.slice(0, start) + by + source.slice(start + length)

/** The policies of commands: each is taken away whole, and that of a person with a permission by halves. */
const policies = (file: string, source: string): ReadonlyArray<Removal> =>
  [...source.matchAll(/^ {2}"\w+\/\w+": (".*?"|inPerson\(.*?\)),?$/gm)].flatMap(
    ({ 0: line, 1: policy = "", index }) => {
      const start = index + line.indexOf(policy, line.indexOf(": "))
      const [, permission] = /^inPerson\((.*)\)$/.exec(policy) ?? []
      const others = permission === undefined
        ? ["{ permission: null, apiKeys: true }"]
        : permission === "null"
        ? ["{ permission: null, apiKeys: true }"]
        : ["{ permission: null, apiKeys: false }", `{ permission: ${permission}, apiKeys: true }`]
      return others.map((other) => ({
        file,
        check: `${line.trim()} -> ${other}`,
        source: replaced(source, start, policy.length, other)
      }))
    }
  )

/** Calls that want a permission, which then want nothing, and questions for one, which are then answered with yes. */
const calls = (file: string, source: string): ReadonlyArray<Removal> =>
  [
    ["requirePermission(", "Effect.void"],
    ["requirePolicy(", "Effect.void"],
    ["actor.permissions.has(", "true"],
    ["permissions.has(", "true"],
    ["requireAuthor(", "Effect.void"],
    ["isVisible(", "true"],
    ["visibleTo(", "sql`TRUE`"],
    ["isOpen(actor,", "true"],
    ["openTo(", "sql`TRUE`"],
    ["mayUse(", "true"],
    ["personsOf(", "null"]
  ].flatMap(([call = "", by = ""]) =>
    [...source.matchAll(new RegExp(`(?<![.\\w])${call.replace(/[.(]/g, "\\$&")}`, "g"))].map(({ index }) => {
      const length = call.length + argumentsOf(source, index + call.length).length + 1
      const check = source.slice(index, index + length).replaceAll(/\s+/g, " ")
      return { file, check: `line ${lineAt(source, index)}: ${check}`, source: replaced(source, index, length, by) }
    })
  )

/** Checks that are written in other ways, and what stands for them where they are taken away. */
const written: ReadonlyArray<readonly [file: string, check: string, without: string]> = [
  ["src/kernel/Actors.ts", "!apiKeys && actor.apiKeyId !== null", "false"],
  ["src/contexts/iam/ActorsLayer.ts", "row.status === \"disabled\"", "false"],
  ["src/contexts/iam/ActorsLayer.ts", "!row.inForce", "false"],
  ["src/contexts/iam/ActorsLayer.ts", "c.proof->>'_tag' <> 'ApiKey'", "TRUE"],
  [
    "src/contexts/iam/apiKey/ApiKeyHandlers.ts",
    "yield* requireHeld(input.permissions, permissions)",
    "yield* Effect.void"
  ],
  ["src/contexts/iam/apiKey/ApiKeyHandlers.ts", "(user_id = ${userId} OR ${mayAll})", "TRUE"],
  ["src/contexts/iam/audit/AuditQueries.ts", "AND ${within(seen)}", ""],
  ["src/contexts/iam/role/AssignmentHandlers.ts", "yield* requireHeld(actor, role)", "yield* Effect.void"],
  ["src/contexts/iam/user/UserHandlers.ts", "yield* requireRight(actor, id)", "yield* Effect.void"],
  ["src/contexts/iam/password/PasswordHandlers.ts", "yield* requireRight(actor, id)", "yield* Effect.void"],
  ["src/contexts/recipes/tag/TagHandlers.ts", "!isOwn(actor, row)", "false"],
  ["src/contexts/recipes/tag/TagQueries.ts", "AND (t.author_id = ${reader.userId} OR", "AND (TRUE OR"],
  ["src/contexts/recipes/tag/TagQueries.ts", "sql`t.type = ANY(${[...managedTypes(reader)]}::text[])`", "sql`TRUE`"],
  [
    "src/contexts/onboarding/response/OwnQueries.ts",
    "f.owner_id = ${owner} AND f.status <> 'deleted') AS is_own",
    "f.status <> 'deleted') AS is_own"
  ],
  [
    "src/contexts/onboarding/response/OwnQueries.ts",
    "f.owner_id = ${owner} AND (w.\"formId\" IS NULL OR f.id = w.\"formId\")) AS total",
    "(w.\"formId\" IS NULL OR f.id = w.\"formId\")) AS total"
  ],
  [
    "src/contexts/onboarding/response/OwnQueries.ts",
    "f.owner_id = ${owner} AND (w.\"formId\" IS NULL OR f.id = w.\"formId\")\n",
    "(w.\"formId\" IS NULL OR f.id = w.\"formId\")\n"
  ],
  ["src/contexts/onboarding/response/OwnQueries.ts", "::uuid[]) AND f.owner_id = ${owner}", "::uuid[])"],
  ["src/contexts/onboarding/response/OwnQueries.ts", "WHERE owner_id = ${owner} AND status", "WHERE status"],
  ["src/contexts/onboarding/response/OwnQueries.ts", "f.owner_id = ${owner} AND f.status <> 'deleted'\n", "TRUE\n"],
  ["src/contexts/recipes/client/ResponseHandlers.ts", "AND owner_id = ${actor.userId}", ""],
  ["src/contexts/iam/session/SessionRepo.ts", "WHERE id = ${id} AND user_id = ${userId}", "WHERE id = ${id}"]
]

const removalsOf = (): ReadonlyArray<Removal> => {
  const files = globSync("src/**/*.ts", { cwd: checkout }).toSorted()
  const found = files.flatMap((file) => {
    const source = readFileSync(join(checkout, file), "utf8")
    return [...policies(file, source), ...calls(file, source)]
  })
  const others = written.map(([file, check, without]) => {
    const source = readFileSync(join(checkout, file), "utf8")
    if (!source.includes(check)) throw new Error(`${file} has no ${check} any more`)
    return { file, check, source: source.replace(check, () => without) }
  })
  return [...found, ...others]
}

const Report = Schema.fromJsonString(Schema.Struct({
  numPassedTests: Schema.Int,
  numFailedTests: Schema.Int
}))

const matrix = ["test/contract/Authorisation.test.ts", "test/contract/AuthorisationOfTools.test.ts"]

/** What tells, beside the matrix, who finds what in the lists of a context. */
const lists = [
  ["src/contexts/recipes/", "test/contexts/recipes/WhoSeesWhat.test.ts"],
  ["src/contexts/onboarding/", "test/contexts/onboarding/Responses.test.ts"]
] as const

/** How many of the tests of who may do what in this part of the source fail in a folder, where any of them ran at all. */
const failing = Effect.fnUntraced(function*(folder: string, source = "src/contexts/") {
  const tests = [
    ...matrix,
    ...lists.flatMap(([part, test]) => part.startsWith(source) || source.startsWith(part) ? [test] : [])
  ]
  const report = join(folder, "report.json")
  const vitest = join(checkout, "node_modules", "vitest", "vitest.mjs")
  // A few failures tell enough.
  const options = ["--config", ".vitest.config.ts", "--bail=5", "--reporter=json", `--outputFile=${report}`]
  const child = spawn(process.execPath, [vitest, "run", ...options, ...tests], { cwd: folder, stdio: "ignore" })
  yield* Effect.promise(() => once(child, "close"))
  const { numFailedTests, numPassedTests } = yield* Effect.orDie(
    Schema.decodeEffect(Report)(readFileSync(report, "utf8"))
  )
  return { failed: numFailedTests, ran: numFailedTests + numPassedTests, isWhole: numPassedTests > 0 }
})

/** Removes each check of rights in turn whose file or text holds `only`, in a copy of the program: the tests of who may do what notice each. */
export const removePermissions = Effect.fnUntraced(function*(only: string) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "cardapio-permissions-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  for (const part of ["src", "test", "scripts", "package.json", "tsconfig.json", ".vitest.config.ts"]) {
    cpSync(join(checkout, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"))
  const untouched = yield* failing(folder)
  const removals = removalsOf().filter(({ check, file }) => `${file} ${check}`.includes(only))
  const unnoticed: Array<Removal> = []
  for (const [n, removal] of removals.entries()) {
    const file = join(folder, removal.file)
    const before = readFileSync(file, "utf8")
    writeFileSync(file, removal.source)
    const { failed, isWhole } = yield* failing(folder, removal.file)
    writeFileSync(file, before)
    if (failed === 0 || !isWhole) unnoticed.push(removal)
    console.error(`${n + 1} of ${removals.length}: ${failed} fail without ${removal.check} (${removal.file})`)
  }
  for (const { check, file } of unnoticed) console.error(`not noticed: ${check} (${file})`)
  const proven: Proven = {
    settings: { only },
    counters: {
      tests: untouched.ran,
      failingBefore: untouched.failed,
      removed: removals.length,
      noticed: removals.length - unnoticed.length
    },
    promised: {
      tests: { atLeast: 1 },
      failingBefore: { is: 0 },
      removed: { atLeast: 1 },
      noticed: { is: removals.length }
    }
  }
  return proven
})
