import type { SqlClient, Statement } from "effect/sql"
import type { SearchedTexts } from "./searchRank.ts"

export interface SearchedProduct extends SearchedTexts {
  readonly id: string
}

type Row = readonly [
  id: string,
  name: string,
  aliases: ReadonlyArray<string> | null,
  shoppingName: string | null,
  brand: string | null,
  hasBarcode: boolean
]

interface Answer {
  readonly rows: ReadonlyArray<Row> | null
  readonly similarWords: ReadonlyArray<readonly [wanted: string, word: string]> | null
}

export interface Reading {
  /** Queries of words, read one after the other until `atMost` products are found. */
  readonly queries: ReadonlyArray<string>
  readonly atMost: number
  /** Conditions over `product_search x`, and `tables` joined to it. */
  readonly where: ReadonlyArray<Statement.Fragment>
  readonly tables?: Statement.Fragment | undefined
  /** A GTIN-14 whose products come first. */
  readonly gtin14?: string | undefined
  /** Words to find those of products for that resemble them, where fewer than `enough` products were found. */
  readonly words?: ReadonlyArray<string>
  readonly enough?: number
}

/** So many words of products that resemble one are looked at. How much they must is a setting of the connection. */
export const mostSimilar = 80

/** Products by their words, and the words of products that resemble the wanted ones: one statement. */
export const readSearched = (
  sql: SqlClient.SqlClient,
  { atMost, enough = Infinity, gtin14, queries, tables, where, words = [] }: Reading
) => {
  const columns = sql.literal("x.product_id, x.name, x.aliases, x.shopping_name, x.brand")
  const from = tables === undefined ? sql`product_search x` : sql`product_search x CROSS JOIN ${tables}`
  const conditions = tables === undefined ? where : [...where, sql`p.id = x.product_id`]
  const byBarcode = gtin14 === undefined ? sql`` : sql`
    SELECT ${columns}, true AS has_barcode FROM ${from}
    WHERE ${sql.and([...conditions, sql`x.product_id IN (SELECT id FROM products WHERE gtin14 = ${gtin14})`])}
    UNION ALL`
  const limit = sql.literal(`LIMIT ${atMost}`)
  return sql<Answer>`
    WITH found AS MATERIALIZED (
      ${byBarcode}
      (SELECT found.*, false AS has_barcode FROM unnest(${[...queries]}::text[]) AS wanted(query) CROSS JOIN LATERAL (
        SELECT ${columns} FROM ${from}
        WHERE ${
    sql.and([
      sql`search_words(x.name, x.aliases, x.shopping_name, x.brand) @@ wanted.query::tsquery`,
      ...conditions
    ])
  }
        ORDER BY length(x.name), x.product_id ${limit}
      ) AS found ${limit})
    )
    SELECT (
      SELECT json_agg(json_build_array(product_id, name, aliases, shopping_name, brand, has_barcode)) FROM found
    ) AS rows, (
      SELECT json_agg(json_build_array(wanted.word, alike.word))
      FROM unnest(${[...words]}::text[]) AS wanted(word) CROSS JOIN LATERAL (
        SELECT DISTINCT w.word, length(w.word), word_similarity(wanted.word, w.word) AS likeness FROM product_words w
        WHERE wanted.word <% w.word ORDER BY likeness DESC, length(w.word), w.word LIMIT ${
    sql.literal(`${mostSimilar}`)
  }
      ) AS alike
      WHERE (SELECT count(*) FROM found) < ${Number.isFinite(enough) ? enough : atMost + 1}
    ) AS similar_words`
}

/** The products of an answer, each once. */
export const productsOf = (answers: ReadonlyArray<Answer>): ReadonlyArray<SearchedProduct> => {
  const products = new Map<string, SearchedProduct>()
  for (const [id, name, aliases, shoppingName, brand, hasBarcode] of answers.flatMap(({ rows }) => rows ?? [])) {
    if (products.has(id)) continue
    products.set(id, { id, name, aliases: aliases ?? [], shoppingName, brand, hasBarcode })
  }
  return [...products.values()]
}

/** By wanted word, the words of products that resemble it. */
export const similarWordsOf = ({ similarWords }: Answer): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(
    [...Map.groupBy(similarWords ?? [], ([wanted]) => wanted)].map((
      [wanted, pairs]
    ) => [wanted, pairs.map(([, word]) => word)])
  )
