import { describe, expect, it } from "@effect/vitest"
import { Api } from "cardapio/api"
import { Effect } from "effect"
import * as OpenApi from "effect/http-api/OpenApi"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { launchCommand } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"

const lint = Effect.fnUntraced(function*(document: object) {
  const file = join(yield* temporaryFolder, "openapi.json")
  writeFileSync(file, JSON.stringify(document))
  const args = ["node_modules/@redocly/cli/bin/cli.js", "lint", file, "--config", ".redocly.yaml", "--format", "json"]
  const linter = yield* launchCommand(process.execPath, args, {
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true"
  })
  const { code, stdout } = yield* linter.ended
  const { problems, totals } = JSON.parse(stdout)
  return { code, problems, totals }
})

const document = OpenApi.fromApi(Api)

describe.concurrent("Redocly's recommended rules", () => {
  it.live("find nothing in the definition of the API", () =>
    Effect.gen(function*() {
      expect(yield* lint(document)).toEqual({ code: 0, problems: [], totals: { errors: 0, warnings: 0, ignored: 0 } })
    }))

  it.live("find what is missing in another one", () =>
    Effect.gen(function*() {
      const { info: { title }, openapi } = document
      const { totals } = yield* lint({ openapi, info: { title, version: "1" }, servers: [], paths: {} })
      expect(totals.warnings + totals.errors).toBeGreaterThan(0)
    }))
})
