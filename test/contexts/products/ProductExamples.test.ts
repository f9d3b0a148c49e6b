import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Product, ProductInput } from "../../../src/contexts/products/contract/Product.ts"
import {
  inputExample,
  patchedExample,
  patchExample,
  productExample
} from "../../../src/contexts/products/contract/productExamples.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

/** What is another thing wherever and whenever it is made. */
const local: ReadonlySet<string> = new Set(["id", "sourceRef", "createdBy", "createdAt", "updatedAt"])

const facts = (product: Product) => Object.fromEntries(Object.entries(product).filter(([field]) => !local.has(field)))

const documented = (example: unknown) => Effect.map(Schema.decodeUnknownEffect(Product)(example), facts)

layer(TestServer(), { excludeTestServices: true })("the documented requests", (it) => {
  it.effect("are answered as is documented", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const payload = yield* Schema.decodeUnknownEffect(ProductInput)(inputExample)
      const { body: { data: created } } = yield* client.products.create({ query: {}, headers: {}, payload })
      assert.deepStrictEqual(facts(created), yield* documented(productExample))
      const { body: { data: changed } } = yield* client.products.update({
        query: {},
        params: { id: created.id },
        headers: {},
        payload: patchExample
      })
      assert.deepStrictEqual(facts(changed), yield* documented(patchedExample))
    }))
})
