import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Context, Effect, Layer, type Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import {
  emptyReport,
  type ImportedProduct,
  type ImportElement,
  type ImportRun
} from "../../src/contexts/products/contract/ImportedProduct.ts"
import { ImportBatch } from "../../src/contexts/products/contract/ProductCommands.ts"
import { Products } from "../../src/contexts/products/Products.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { Infrastructure, Reactions } from "../../src/server/Infrastructure.ts"
import { leaveEffects } from "./leaveEffects.ts"
import type { Environment } from "./Trial.ts"

const perBatch = 3

const element = (id: string, n: number): ImportElement => {
  const record: ImportedProduct = {
    _tag: "ImportedProduct",
    sourceRef: `${id} ${n}`,
    name: `Food ${n} of ${id}`,
    language: "en",
    aliases: [],
    barcode: null,
    isFood: true,
    brand: null,
    category: null,
    parentCategory: null,
    foodGroup: `Group of ${id}`,
    processType: null,
    nutrientBasis: "per100g",
    nutrients: {},
    edibleYield: null,
    portions: [],
    warnings: []
  }
  return { record, line: n, endOffset: n, hash: `${id} ${n}` }
}

const batch = () => {
  const id = SecureRandom.uuidV7Unsafe()
  const run: ImportRun = { id, format: "usda-sr28", path: id, overwrite: false }
  const elements = Array.from({ length: perBatch }, (_, n) => element(id, n))
  const checkpoint = { offset: perBatch, sha256: id }
  return new ImportBatch({ run, elements, checkpoint, before: emptyReport, tried: undefined })
}

/** Imports a batch of foods and a new food group, as `products import` does, from this process. */
export const importingOn = Effect.fnUntraced(function*(url: Redacted.Redacted<string>, environment: Environment) {
  const services = yield* Layer.build(
    Products.layer.pipe(
      Layer.provide(Infrastructure),
      Layer.provide(Layer.succeed(Reactions, leaveEffects("0 millis"))),
      Layer.provide(Layer.succeed(DatabaseLocation)({ url, migrationUrl: url, embedded: undefined })),
      Layer.provide(Settings.layer),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...environment }))),
      Layer.provide(NodeServices.layer)
    )
  )
  const products = Context.get(services, Products)
  return Effect.suspend(() => Effect.exit(products.executeAsSystem(batch())))
})
