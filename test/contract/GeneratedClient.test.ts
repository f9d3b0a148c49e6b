import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpServer } from "effect/http"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { launchCommand } from "../support/Programs.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"
import { Administrator, TestServer } from "../support/TestServer.ts"

/** A program of a stranger, who knows the generated client alone. What must not compile is marked so. */
const stranger = (token: string) => `
import { createProduct, getProduct, listProducts } from "./client.ts"

const signed = { headers: { authorization: ${JSON.stringify(`Bearer ${token}`)} } }

const created = await createProduct({ name: "Pão", nutrients: { protein: 8 } }, {}, signed)
if (created.status !== 201) throw new Error(JSON.stringify(created))
const id: string = created.data.data.id
// @ts-expect-error: a name is a text
const wrong: number = created.data.data.name

const found = await getProduct(id, {}, signed)
if (found.status !== 200) throw new Error(JSON.stringify(found))
const barcode: string | null = found.data.data.barcode

const list = await listProducts({ name: ["Pão", "Leite"], limit: 5 }, signed)
if (list.status !== 200) throw new Error(JSON.stringify(list))
const names: ReadonlyArray<string> = list.data.data.map((product) => product.name)
const total: number | null = list.data.pagination.total

// @ts-expect-error: a product has a name
const nameless = await createProduct({}, {}, signed)
if (nameless.status !== 422) throw new Error(JSON.stringify(nameless))
const code: string = nameless.data.code

const unsigned = await listProducts()
if (unsigned.status !== 401) throw new Error(JSON.stringify(unsigned))
const type:
  | "/problems/user_unknown" | "/problems/user_disabled" | "/problems/credential_missing" | "/problems/token_invalid"
  | "/problems/api_key_invalid" =
  unsigned.data.type

console.log(JSON.stringify({ id, barcode, names, total, wrong, code, type }))
`

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  target: "ES2024",
  module: "NodeNext",
  lib: ["ES2024", "DOM", "DOM.Iterable"],
  types: []
}

/** Runs a program of Node to its end. */
const node = (...args: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(launchCommand(process.execPath, args, {}), (program) => program.ended))

layer(TestServer(), { excludeTestServices: true })("a client that orval makes from openapi.json", (it) => {
  it.effect("compiles under TypeScript's strictest rules, and does what its types say", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryFolder
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
      const address = HttpServer.formatAddress((yield* HttpServer.HttpServer).address)
      write("package.json", JSON.stringify({ type: "module" }))
      write("openapi.json", yield* (yield* HttpClient.get("/openapi.json")).text)
      write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["stranger.ts"] }))
      write("stranger.ts", stranger((yield* Administrator).token))
      const output = { target: "client.ts", client: "fetch", baseUrl: address }
      write("orval.config.mjs", `export default ${JSON.stringify({ api: { input: "openapi.json", output } })}`)

      const made = yield* node("node_modules/orval/dist/bin/orval.mjs", "--config", join(folder, "orval.config.mjs"))
      expect(made.code, made.stdout + made.stderr).toBe(0)
      const compiled = yield* node("node_modules/typescript/bin/tsc", "--project", folder)
      expect(compiled.stdout + compiled.stderr).toBe("")
      const ran = yield* node(join(folder, "stranger.ts"))
      expect(ran.stderr).toBe("")
      expect(JSON.parse(ran.stdout)).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        barcode: null,
        names: ["Pão"],
        total: 1,
        wrong: "Pão",
        code: "invalid_request",
        type: "/problems/credential_missing"
      })
    }))
})
