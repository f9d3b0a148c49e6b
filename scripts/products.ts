import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { Product } from "../src/contexts/products/contract/Product.ts"
import { ProductQuery } from "../src/contexts/products/contract/ProductQuery.ts"
import { Products } from "../src/contexts/products/Products.ts"
import { listFlags, printList } from "./Lists.ts"
import { acting, as, Tools } from "./Operator.ts"
import { exportProducts } from "./products-export.ts"
import { importProducts } from "./products-import.ts"
import { imports } from "./products-imports.ts"

const line = ({ id, name, nutrients: { energyKcal }, source }: Product) =>
  [id, source.key ?? source.name, energyKcal === undefined ? "-" : `${Math.round(energyKcal.value)} kcal`, name].join(
    "\t"
  )

const list = Command.make("list", { ...listFlags, as }, (flags) =>
  Effect.flatMap(
    Products,
    (products) => printList({ flags, query: ProductQuery, item: Product, read: products.list, line })
  ).pipe(acting(flags.as), Effect.provide(Products.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("List products"),
    Command.withExamples([
      { command: "products list 'name[like]=butter' limit=5", description: "The five newest with butter in the name" },
      { command: "products list --all --json source=usda-sr28", description: "All of a source as NDJSON" }
    ])
  )

export const products = Command.make("products").pipe(
  Command.withDescription("Foods and their facts"),
  Command.withSubcommands([importProducts, imports, exportProducts, list])
)
