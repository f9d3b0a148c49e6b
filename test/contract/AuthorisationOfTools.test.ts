import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { RotateKeys, SetPassword } from "../../src/contexts/iam/contract/LoginCommands.ts"
import { Iam } from "../../src/contexts/iam/Iam.ts"
import { Logins } from "../../src/contexts/iam/Logins.ts"
import { emptyReport } from "../../src/contexts/products/contract/ImportedProduct.ts"
import { FinishImport, ImportBatch } from "../../src/contexts/products/contract/ProductCommands.ts"
import { ProductImports } from "../../src/contexts/products/ProductImports.ts"
import { Products } from "../../src/contexts/products/Products.ts"
import { Recipes } from "../../src/contexts/recipes/Recipes.ts"
import { CurrentCredential, type Proof } from "../../src/kernel/contract/Rights.ts"
import { callerWith } from "../support/Callers.ts"
import { clientOf, TestServer } from "../support/TestServer.ts"

const run = { id: SecureRandom.uuidV7Unsafe(), format: "ndjson", path: "foods.ndjson", overwrite: false } as const

const importCommands = [
  new ImportBatch({
    run,
    elements: [],
    checkpoint: { offset: 0, sha256: "" },
    before: emptyReport,
    tried: undefined
  }),
  new FinishImport({ run })
]

const tagged = Effect.catch(({ _tag }: { readonly _tag: string }) => Effect.succeed(_tag))

const operator: Proof = { _tag: "Operator" }

const TestLayer = Layer.mergeAll(Iam.layer, Logins.layer, ProductImports.layer, Recipes.layer).pipe(
  Layer.provideMerge(TestServer())
)

layer(TestLayer, { excludeTestServices: true })("what only the command line does", (it) => {
  it.effect("imports only for those who manage products", () =>
    Effect.gen(function*() {
      const products = yield* Products
      for (const command of importCommands) {
        for (const [role, answered] of [["user", "PermissionMissing"], ["product_manager", "done"]] as const) {
          const { id } = yield* callerWith(["products", role])
          const done = Effect.as(products.execute(command), "done").pipe(
            Effect.provideService(CurrentCredential, { userId: id, proof: operator }),
            tagged
          )
          assert.strictEqual(yield* done, answered, command._tag)
        }
      }
    }))

  it.effect("sets passwords and rotates keys only for those who manage users, and not for their API keys", () =>
    Effect.gen(function*() {
      const iam = yield* Iam
      const logins = yield* Logins
      const { id: target } = yield* callerWith()
      const { id: user } = yield* callerWith()
      const { client, id: manager } = yield* callerWith(["iam", "user_manager"])
      const { body: { data: key } } = yield* client.apiKeys.create({
        headers: {},
        query: {},
        payload: { name: "A script", permissions: [{ context: "iam", permission: "manage_users" }] }
      })
      const setPassword = iam.execute(new SetPassword({ id: target, hash: "unused" }))
      for (const executed of [setPassword, logins.execute(new RotateKeys())]) {
        for (
          const [userId, proof, answered] of [
            [user, operator, "PermissionMissing"],
            [manager, operator, "done"],
            [manager, { _tag: "ApiKey", id: key.id }, "NotForApiKeys"]
          ] as const
        ) {
          const done = Effect.as(executed, "done").pipe(
            Effect.provideService(CurrentCredential, { userId, proof }),
            tagged
          )
          assert.strictEqual(yield* done, answered)
        }
      }
    }))

  it.effect("reads only what the permission of each thing lets it", () =>
    Effect.gen(function*() {
      const iam = yield* Iam
      const imports = yield* ProductImports
      yield* (yield* clientOf()).products.create({ headers: {}, query: {}, payload: { name: "Arroz" } })
      const { data: [event] } = yield* (yield* clientOf()).events.list({ query: {} })
      const story = Effect.map(iam.story(event?.correlationId ?? ""), (chapters) =>
        [...new Set(chapters.map(({ kind }) => kind))].toSorted().join())
      const runs = Effect.as(imports.runs({}), "runs")
      for (
        const [roles, told, listed] of [
          [[], "PermissionMissing", "PermissionMissing"],
          [[["products", "product_manager"]], "PermissionMissing", "runs"],
          [[["iam", "auditor"]], "command", "PermissionMissing"],
          [[["iam", "support_staff"]], "command", "PermissionMissing"],
          [[["iam", "developer"]], "event", "PermissionMissing"],
          [[["iam", "developer"], ["iam", "auditor"]], "command,event", "PermissionMissing"]
        ] as const
      ) {
        const { id } = yield* callerWith(...roles)
        const acting = Effect.provideService(CurrentCredential, { userId: id, proof: operator })
        assert.strictEqual(yield* story.pipe(acting, tagged), told, `${roles}`)
        assert.strictEqual(yield* runs.pipe(acting, tagged), listed, `${roles}`)
      }
    }))

  it.effect("compares the totals of all recipes and meals only for those who manage recipes", () =>
    Effect.gen(function*() {
      const recipes = yield* Recipes
      for (const [role, answered] of [["user", "PermissionMissing"], ["administrator", "done"]] as const) {
        const { id } = yield* callerWith(["recipes", role])
        for (
          const checked of [recipes.checkRecipes, recipes.checkMeals, recipes.checkMenus].map((check) =>
            check(undefined)
          )
        ) {
          const done = Effect.as(checked, "done").pipe(
            Effect.provideService(CurrentCredential, { userId: id, proof: operator }),
            tagged
          )
          assert.strictEqual(yield* done, answered, role)
        }
      }
    }))
})
