import { Schema } from "effect"
import { QueryBoolean, queryInteger } from "../../../kernel/contract/QueryValues.ts"
import { RawText } from "../../../kernel/contract/Values.ts"
import { normaliseName } from "./normaliseName.ts"
import { Product } from "./Product.ts"

/** A search answers so many products at most: the best ones. */
export const mostHits = 1000

const wanted = (max: number) =>
  RawText.check(
    Schema.isBetweenCodePoints(1, max, { message: `must be 1 to ${max} characters long` }),
    Schema.makeFilter((text) =>
      normaliseName(text) !== "" || "must hold a letter or digit, and more than the words de da do das dos of the"
    )
  )

export const SearchText = wanted(200)

/** What a product was found by. */
export const SearchField = Schema.Literals(["barcode", "name", "alias", "shoppingName", "brand"])
export type SearchField = typeof SearchField.Type

export const Match = Schema.Struct({
  tier: Schema.Int.annotate({
    description:
      "1: the barcode is equal; 2: a name is; 3: a name starts with q; 4: every word of q is a word of a name or the "
      + "brand; 5: every word of q is the start of one; 6: a name is similar"
  }),
  field: SearchField,
  score: Schema.Finite.annotate({ description: "Word similarity of q and the name that is most similar, from 0 to 1" })
}).annotate({ identifier: "Match" })
export type Match = typeof Match.Type

/** A product of a list; `match` tells of a search how it was found. */
export const ListedProduct = Schema.Struct({ ...Product.fields, match: Schema.optionalKey(Match) }).annotate({
  identifier: "ListedProduct"
})
export type ListedProduct = typeof ListedProduct.Type

export const SimilarQuery = Schema.Struct({
  name: wanted(500).annotate({ description: "The name that others are compared with" }),
  limit: Schema.optionalKey(queryInteger(1, 100)).annotate({ description: "Default: 20" }),
  includeBarcoded: Schema.optionalKey(QueryBoolean).annotate({
    description: "true: also products that have a barcode. Default: false"
  })
})
export type SimilarQuery = typeof SimilarQuery.Type

export const SimilarProduct = Schema.Struct({
  ...Product.fields,
  rank: Schema.Array(Schema.Finite).annotate({
    description:
      "By what it ranks, the first number first, more is better: whether the first words are equal; whether the "
      + "query's is in the product's; how many words, and letters of them, are equal at the same place; in the word at the "
      + "same place; equal to any word; in any word; trigram similarity"
  })
}).annotate({ identifier: "SimilarProduct" })
export type SimilarProduct = typeof SimilarProduct.Type
