import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Iam } from "../../src/contexts/iam/Iam.ts"
import { ProductImports } from "../../src/contexts/products/ProductImports.ts"
import { CurrentCredential } from "../../src/kernel/contract/Rights.ts"
import { callerWith } from "../support/Callers.ts"
import { clientOf, TestServer } from "../support/TestServer.ts"

const TestLayer = Layer.merge(Iam.layer, ProductImports.layer).pipe(Layer.provideMerge(TestServer()))

layer(TestLayer, { excludeTestServices: true })("what only the command line reads", (it) => {
  it.effect("needs its permission there too", () =>
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
        const acting = Effect.provideService(CurrentCredential, { userId: id, proof: { _tag: "Operator" } })
        const tagged = Effect.catch(({ _tag }: { readonly _tag: string }) =>
          Effect.succeed(_tag)
        )
        assert.strictEqual(yield* story.pipe(acting, tagged), told, `${roles}`)
        assert.strictEqual(yield* runs.pipe(acting, tagged), listed, `${roles}`)
      }
    }))
})
