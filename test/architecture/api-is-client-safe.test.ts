import { assert, describe, it } from "@effect/vitest"
import { isBuiltin } from "node:module"
import path from "node:path"
import { rolldown } from "rolldown"

const root = path.resolve(import.meta.dirname, "../..")

/** Every module whose code a client that imports `entry` would ship. */
const shippedWith = async (entry: string) => {
  const bundle = await rolldown({
    input: path.join(root, entry),
    external: (id) => isBuiltin(id) || id.startsWith("@myriaddreamin/"),
    logLevel: "silent"
  })
  const { output } = await bundle.generate({})
  await bundle.close()
  return output.flatMap((chunk) =>
    chunk.type === "chunk"
      ? [
        ...chunk.imports,
        ...Object.entries(chunk.modules).flatMap(([id, module]) =>
          module.code === null || module.code === "" ? [] : [path.relative(root, id)]
        )
      ]
      : []
  )
}

const serverOnly = (id: string) =>
  isBuiltin(id) || id.startsWith("@myriaddreamin/") ||
  /node_modules\/(@effect\/|jose|ical-generator|libphonenumber-js|effect\/dist\/(sql|cluster|cli|persistence|process)\/)/
    .test(id) ||
  (id.startsWith("src/") && id !== "src/Api.ts" && !/^src\/(kernel|contexts\/\w+)\/contract\//.test(id))

describe("the API definition", () => {
  it("ships nothing that only a server has", async () => {
    const shipped = await shippedWith("src/Api.ts")
    assert.isTrue(shipped.includes("src/contexts/products/contract/Product.ts"))
    assert.deepStrictEqual(shipped.filter(serverOnly), [])
  })

  it("is a check that the server itself would fail", async () => {
    assert.isAbove((await shippedWith("src/server/App.ts")).filter(serverOnly).length, 20)
  })
})
