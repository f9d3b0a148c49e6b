import { assert, describe, it } from "@effect/vitest"
import { glob, readFile } from "node:fs/promises"
import path from "node:path"

const root = path.resolve(import.meta.dirname, "../..")

interface Import {
  readonly from: string
  readonly to: string
}

/** Every relative import of the sources, type imports included, as paths from the root. */
const imports = async (): Promise<ReadonlyArray<Import>> => {
  const found: Array<Import> = []
  for await (const file of glob("{src,scripts}/**/*.ts", { cwd: root })) {
    const text = await readFile(path.join(root, file), "utf8")
    for (const [, target = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      found.push({ from: file, to: path.relative(root, path.resolve(root, path.dirname(file), target)) })
    }
  }
  return found
}

const contextOf = (file: string) => /^src\/contexts\/(\w+)\//.exec(file)?.[1]
const isContract = (file: string) => file === "src/Api.ts" || /^src\/(?:kernel|contexts\/\w+)\/contract\//.test(file)
const isPrivate = (file: string) => /^src\/contexts\/\w+\/\w+\//.test(file) && !isContract(file)

/** Why an import breaks the dependency rule, or nothing where it does not. */
const breach = ({ from, to }: Import): string | undefined => {
  if (isContract(from) && !isContract(to)) return "a contract sees contracts only"
  if (from.startsWith("src/kernel/") && !to.startsWith("src/kernel/")) return "the kernel sees itself only"
  if (isPrivate(to) && contextOf(from) !== contextOf(to)) return "a context's folders are its own"
  const crosses = contextOf(from) !== undefined && contextOf(to) !== undefined && contextOf(from) !== contextOf(to)
  return crosses && !isContract(to) ? "contexts meet in contracts only" : undefined
}

describe("the dependency rule", () => {
  it("holds for every import", async () => {
    const all = await imports()
    assert.isAbove(all.length, 200)
    assert.deepStrictEqual(
      all.flatMap((each) => breach(each) === undefined ? [] : [{ ...each, why: breach(each) }]),
      []
    )
  })

  it("notices a breach of each kind", () => {
    const breaches: ReadonlyArray<Import> = [
      { from: "src/contexts/products/contract/Product.ts", to: "src/contexts/products/product/ProductRow.ts" },
      { from: "src/kernel/Database.ts", to: "src/contexts/iam/Accounts.ts" },
      { from: "src/server/App.ts", to: "src/contexts/products/product/ProductRepo.ts" },
      { from: "src/contexts/products/Products.ts", to: "src/contexts/iam/Accounts.ts" }
    ]
    assert.isTrue(breaches.every((each) => breach(each) !== undefined))
  })
})
