import { Schema } from "effect"
import { declared, declaredWith, problem } from "../../../kernel/contract/Problem.ts"
import { RawText, webAddress } from "../../../kernel/contract/Values.ts"
import { ProductId } from "../../products/contract/Product.ts"
import { Recipe } from "./Recipe.ts"
import { units } from "./Units.ts"

/** What is imported: the text of a page or of JSON-LD, or the address of a page. */
export const ImportText = RawText.check(Schema.isMinLength(1, { message: "must not be empty" }))
export const ImportSource = Schema.Struct({
  text: Schema.optionalKey(ImportText),
  url: Schema.optionalKey(webAddress)
}).check(
  Schema.makeFilter(({ text, url }) => (text === undefined) !== (url === undefined) || "must hold either text or url")
).annotate({ identifier: "ImportSource" })

export const Suggestion = Schema.Struct({
  productId: ProductId,
  name: Schema.String,
  similarity: Schema.Finite.annotate({ description: "Trigram similarity, 0 to 1" })
}).annotate({ identifier: "Suggestion" })

/** What was found for an ingredient: linked where one product is far more similar than any other, else suggested only. */
export const IngredientLink = Schema.Struct({
  position: Schema.Int,
  line: Schema.String,
  confidence: Schema.Finite.annotate({ description: "How sure the reading of the line is, 0 to 1" }),
  productId: Schema.NullOr(ProductId),
  suggestions: Schema.Array(Suggestion)
}).annotate({ identifier: "IngredientLink" })
export type IngredientLink = typeof IngredientLink.Type

export const ImportedRecipe = Schema.Struct({
  recipe: Recipe,
  warnings: Schema.Array(Schema.String),
  ingredientLinks: Schema.Array(IngredientLink)
}).annotate({ identifier: "ImportedRecipe" })
export type ImportedRecipe = typeof ImportedRecipe.Type

export const LinesInput = Schema.Struct({
  lines: Schema.Array(
    RawText.check(Schema.isBetweenCodePoints(0, 1000, { message: "must be at most 1000 characters long" }))
  ).check(Schema.isBetweenLength(1, 200, { message: "must be 1 to 200" })),
  lang: Schema.optionalKey(Schema.Literals(["en", "pt"])).annotate({ description: "Default: guessed, line by line" })
}).annotate({ identifier: "LinesInput" })

const codes = units.map(({ code }) => code)

export const ReadLine = Schema.Struct({
  fullText: Schema.String,
  quantity: Schema.NullOr(Schema.Finite),
  unit: Schema.NullOr(Schema.Literals(codes)),
  portionName: Schema.NullOr(Schema.String),
  name: Schema.String,
  note: Schema.NullOr(Schema.String),
  grams: Schema.optionalKey(Schema.Finite),
  confidence: Schema.Finite
}).annotate({ identifier: "ReadLine" })

export const LinksInput = Schema.Struct({
  links: Schema.Array(Schema.Struct({ position: Schema.Int, productId: Schema.NullOr(ProductId) })).check(
    Schema.isBetweenLength(1, 200, { message: "must be 1 to 200" })
  )
}).annotate({ identifier: "LinksInput" })

/** 422: the text is meant to be JSON, and is not. */
export class JsonldInvalid extends declaredWith<JsonldInvalid>()(
  "JsonldInvalid",
  problem("jsonld_invalid", 422, "The JSON-LD is no JSON", {
    cause: "The text could not be read at `line` and `column`, not even after what pages often do wrong was repaired.",
    cure: "Mend it there, or send the whole page as text/html."
  }),
  { line: Schema.Int, column: Schema.Int }
) {}

/** 422: there is no schema.org Recipe in it. */
export class NoRecipeFound extends declared<NoRecipeFound>()(
  "NoRecipeFound",
  problem("no_recipe_found", 422, "No recipe was found", {
    cause:
      "The text has no schema.org Recipe with a name: neither as JSON-LD, nor as microdata (`itemscope`), nor as RDFa (`typeof`). Plain words of a page are not read.",
    cure:
      "Send the page as its server sends it, or, where it makes its content by script, as a browser shows it. One that marks nothing up has to be typed in: POST /v1/recipes/parse-lines reads its ingredients."
  })
) {}

/** 409: this server fetches no pages. */
export class FetchDisabled extends declared<FetchDisabled>()(
  "FetchDisabled",
  problem("fetch_disabled", 409, "Pages are not fetched", {
    cause: "This server does not fetch pages from addresses: its setting IMPORT_FETCH is false.",
    cure:
      "Fetch the page yourself and send its text: curl <address> | curl --data-binary @- -H 'content-type: text/html' …"
  })
) {}

/** 422: the page could not be fetched; `errors` says from which address, and why. */
export class FetchFailed extends declared<FetchFailed>()(
  "FetchFailed",
  problem("fetch_failed", 422, "The page could not be fetched", {
    cause:
      "The address that `errors` names, or one that it led to, is none of the public internet, did not answer with a page within 10 s, or with more than 5 MiB.",
    cure: "Open it in a browser, and send the text of the page."
  })
) {}
