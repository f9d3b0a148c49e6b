import { Context, Effect, Layer } from "effect"
import { type Actors, alongside, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { list } from "../../../kernel/Listing.ts"
import type { FilterOptions, FilterOptionsQuery } from "../contract/FilterOptions.ts"
import { toGtin14 } from "../contract/Gtin.ts"
import type { Product, ProductId } from "../contract/Product.ts"
import { ProductNotFound } from "../contract/ProductProblems.ts"
import type { ExportQuery, ProductQuery } from "../contract/ProductQuery.ts"
import type { ListedProduct, SimilarProduct, SimilarQuery } from "../contract/ProductSearch.ts"
import { search } from "../search/ProductSearch.ts"
import { similar } from "../search/SimilarProducts.ts"
import { SearchIndex } from "../SearchIndex.ts"
import { type ExportedProduct, toExported } from "./ExportedProduct.ts"
import { filterOptions } from "./filterOptions.ts"
import { filterColumns, idColumn, sortColumns } from "./productFilterColumns.ts"
import { productColumns, type ProductRow, productTables, toProduct } from "./ProductRow.ts"
import { isNamed, visible } from "./productSelection.ts"

export class ProductQueries extends Context.Service<ProductQueries, {
  list(
    query: ProductQuery
  ): Effect.Effect<
    Page<ListedProduct>,
    Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
  /** The same page as bodies that would create its products elsewhere. */
  exported(
    query: ExportQuery
  ): Effect.Effect<
    Page<ExportedProduct>,
    Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
  /** What a list with these filters can be narrowed by and sorted by. */
  filterOptions(query: FilterOptionsQuery): Effect.Effect<FilterOptions, Unauthenticated, CurrentCredential>
  /** Foods with names like one. */
  similar(query: SimilarQuery): Effect.Effect<ReadonlyArray<SimilarProduct>, Unauthenticated, CurrentCredential>
  /** Nothing but that the caller is an active user. */
  readonly signedIn: Effect.Effect<void, Unauthenticated, CurrentCredential>
  get(id: ProductId, discarded: boolean): Effect.Effect<Product, Unauthenticated | ProductNotFound, CurrentCredential>
  /** All live products with the GTIN, in any of its forms, of the best source first. */
  byBarcode(gtin: string): Effect.Effect<ReadonlyArray<Product>, Unauthenticated | ProductNotFound, CurrentCredential>
}>()("cardapio/contexts/products/product/ProductQueries") {
  static readonly layer: Layer.Layer<ProductQueries, never, Reads | Actors | SearchIndex> = Layer.effect(
    ProductQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const index = yield* SearchIndex
      const actor = yield* readingActor

      const rows = Effect.fnUntraced(function*(query: ProductQuery) {
        yield* actor
        return yield* list<ProductRow>(sql, {
          query,
          select: productColumns(sql),
          from: productTables(sql),
          counted: productTables(sql, "products", (alias) => isNamed(query, alias)),
          filters: filterColumns,
          where: visible(sql, query),
          sortable: sortColumns,
          defaultSort: { field: "updatedAt", descending: true },
          id: idColumn
        }).pipe(Effect.catchTag("SqlError", Effect.die))
      })

      return ProductQueries.of({
        list: Effect.fn("ProductQueries.list")(function*(query) {
          if (query.q !== undefined) {
            yield* actor
            return yield* Effect.catchTag(search(sql, index, query, query.q), "SqlError", Effect.die)
          }
          const page = yield* rows(query)
          return { ...page, data: page.data.map(toProduct) }
        }),
        exported: Effect.fn("ProductQueries.exported")(function*(query) {
          const page = yield* rows(query)
          return { ...page, data: page.data.map(toExported) }
        }),
        filterOptions: Effect.fn("ProductQueries.filterOptions")(function*(query) {
          yield* actor
          return yield* Effect.orDie(filterOptions(sql, query))
        }),
        similar: Effect.fn("ProductQueries.similar")((query) =>
          Effect.andThen(actor, Effect.orDie(similar(sql, index, query)))
        ),
        signedIn: Effect.asVoid(actor),
        get: Effect.fn("ProductQueries.get")(function*(id, discarded) {
          const [row] = yield* alongside(
            actor,
            Effect.orDie(
              sql<ProductRow>`
              SELECT ${productColumns(sql)} FROM ${
                productTables(sql)
              } WHERE p.id = ${id} AND (NOT p.discarded OR ${discarded})`
            )
          )
          return row === undefined ? yield* new ProductNotFound({}) : toProduct(row)
        }),
        byBarcode: Effect.fn("ProductQueries.byBarcode")(function*(gtin) {
          yield* actor
          const rows = yield* Effect.orDie(
            sql<ProductRow>`
              SELECT ${productColumns(sql)} FROM ${productTables(sql)}
              WHERE p.gtin14 = ${toGtin14(gtin)} AND NOT p.discarded ORDER BY s.rank, p.name, p.id`
          )
          return rows.length === 0
            ? yield* new ProductNotFound({ detail: "No live product has that barcode." })
            : rows.map(toProduct)
        })
      })
    })
  )
}
