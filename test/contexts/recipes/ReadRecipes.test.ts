import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { type ReadRecipe, readRecipes } from "../../../src/contexts/recipes/readRecipes.ts"

const read = (text: string): ReadRecipe => {
  const found = readRecipes(text)
  return ("recipes" in found ? found.recipes[0] : undefined) ?? assert.fail(JSON.stringify(found))
}

const recipe = (members: object = {}) => ({
  "@context": "https://schema.org",
  "@type": "Recipe",
  name: "Soup",
  recipeIngredient: ["1 l water"],
  recipeInstructions: "Boil.",
  ...members
})
const of = (members: object) => read(JSON.stringify(recipe(members)))

const data = fileURLToPath(new URL("../../../../shared/data/recipe-jsonld/jsonld.jsonl.gz", import.meta.url))
const unlessBlocks = existsSync(data) ? it : it.skip
const Line = Schema.fromJsonString(
  Schema.Struct({ blocks: Schema.Array(Schema.String), parses: Schema.Array(Schema.Boolean) })
)

describe("schema.org recipes", () => {
  const containers: ReadonlyArray<readonly [string, string]> = [
    ["an object", JSON.stringify(recipe())],
    ["a list", JSON.stringify([{ "@type": "Thing" }, recipe()])],
    ["a graph", JSON.stringify({ "@graph": [{ "@type": "WebPage" }, recipe()] })],
    ["a main entity", JSON.stringify({ "@type": "WebPage", mainEntity: recipe() })],
    ["a list of types", JSON.stringify(recipe({ "@type": ["NewsArticle", "Recipe"] }))],
    [
      "several blocks of a page",
      `<script type="application/ld+json">{}</script><script type='application/ld+json'>${
        JSON.stringify(recipe())
      }</script>`
    ],
    [
      "microdata",
      `<div itemscope itemtype="http://schema.org/Recipe"><h1 itemprop="name">Soup</h1>
        <time itemprop="prepTime" datetime="PT10M">10</time><li itemprop="recipeIngredient">1 cup <b>water</b></li></div>`
    ],
    ["RDFa", `<div vocab="https://schema.org/" typeof="Recipe"><h1 property="name">Soup</h1></div>`]
  ]
  for (const [what, text] of containers) it(`are found in ${what}`, () => assert.strictEqual(read(text).name, "Soup"))

  describe("of a page without JSON-LD", () => {
    /** The same page in both, by the attributes that mark an item and a property. */
    const page = (item: (type: string) => string, property: (name: string) => string) => `
      <html lang="pt"><head><meta property="og:title" content="Sopas"></head><body>
      <article ${item("Recipe")}>
        <h1 ${property("name")}>Sopa de <i>legumes</i></h1>
        <img ${property("image")} src="https://example.org/sopa.jpg" typeof="foaf:Image" alt="">
        <span ${property("author")} ${item("Person")}>por <a ${property("url")} href="/ana"><b ${
      property("name")
    }>Ana</b></a></span>
        <meta ${property("recipeYield")} content="4 porções">
        <time ${property("prepTime")} datetime="PT15M">15 min</time>
        <span ${property("cookTime")} content="PT1H">uma hora</span>
        <ul><li ${property("recipeIngredient")}>2 <b>cenouras</b></li><li ${
      property("recipeIngredient")
    }>1 l de água</li></ul>
        <div ${property("nutrition")} ${item("NutritionInformation")}><span ${
      property("calories")
    }>120 kcal</span></div>
        <ol ${property("recipeInstructions")}><li>Pique.</li><li>Cozinhe.</li></ol>
        <div ${property("review")} ${item("Review")}><p ${property("name")}>Ótima</p></div>
      </article></body></html>`
    const pages: ReadonlyArray<readonly [string, string]> = [
      [
        "microdata",
        page((type) => `itemscope itemtype="https://schema.org/${type}"`, (name) => `itemprop="${name}"`)
      ],
      ["RDFa", page((type) => `vocab="http://schema.org/" typeof="${type}"`, (name) => `property="${name}"`)],
      [
        "RDFa with prefixes",
        page((type) => `typeof="sioc:Item schema:${type}"`, (name) => `property="dc:${name} schema:${name}"`)
      ]
    ]
    for (const [what, html] of pages) {
      it(`are read from ${what}`, () => {
        const found = read(html)
        assert.deepInclude(found, {
          name: "Sopa de legumes",
          imageUrl: "https://example.org/sopa.jpg",
          sourceAuthor: "Ana",
          servings: 4,
          yieldText: "4 porções",
          prepMinutes: 15,
          cookMinutes: 60,
          ingredients: ["2 cenouras", "1 l de água"],
          instructions: [{ text: "Pique." }, { text: "Cozinhe." }],
          nutrition: { values: { energyKcal: 120 } },
          language: "pt",
          warnings: []
        })
        assert.notInclude(JSON.stringify(found), "Ótima")
      })
    }

    it("are not what a page says of other things, or says by words alone", () => {
      for (
        const text of [
          `<div typeof="foaf:Recipe"><h1 property="foaf:name">Soup</h1></div>`,
          `<div itemscope itemtype="https://schema.org/Recipe"><p itemprop="description">No name</p></div>`,
          `<h1>Soup</h1><h2>Ingredients</h2><ul><li>1 l water</li></ul>`
        ]
      ) assert.deepStrictEqual(readRecipes(text), { reason: "no_recipe_found" })
    })
  })

  it("are told once, and whole, however often a page names them", () => {
    const script = (node: object) => `<script type="application/ld+json">${JSON.stringify(node)}</script>`
    const stub = recipe({ recipeIngredient: [], recipeInstructions: [] })
    const [first, ...others] = [stub, recipe(), stub, recipe({ name: "Salad" })].map(script)
    const found = readRecipes([first, ...others].join(""))
    assert.deepStrictEqual(
      "recipes" in found && found.recipes.map(({ ingredients, name }) => [name, ingredients.length]),
      [["Soup", 1], ["Salad", 1]]
    )
    const beside = read(`${script(stub)}<ul><li itemprop="recipeIngredient">2 eggs</li>
      <li itemprop="recipeIngredient">1 cup <b>rice</b></li></ul><div itemprop="recipeInstructions"><p>Beat.</p><p>Fry.</p></div>`)
    assert.deepStrictEqual(beside.ingredients, ["2 eggs", "1 cup rice"])
    assert.deepStrictEqual(beside.instructions, [{ text: "Beat." }, { text: "Fry." }])
    assert.deepStrictEqual(of({ recipeIngredient: [["2 eggs"], ["1 cup rice", "salt"]] }).ingredients.length, 3)
    assert.include(read(script(stub)).warnings.join(), "no ingredients were found")
  })

  it("are read from lines of a document each, as they are exported", () => {
    const lines = ["Soup", "Salad"].map((name) => JSON.stringify(recipe({ name })))
    const found = readRecipes(`${lines.join("\r\n")}\n\n`)
    assert.deepStrictEqual("recipes" in found && found.recipes.map(({ name }) => name), ["Soup", "Salad"])
    const broken = readRecipes(`${lines[0]}\n{"@type": "Recipe" "name"}\n`)
    assert.deepInclude(broken, { reason: "jsonld_invalid", line: 2 })
  })

  it("are repaired where control characters or entities break the JSON", () => {
    const broken = read(`{"@type": "Recipe", "name": "So\tup", "description": "two\nlines",}`)
    assert.deepStrictEqual([broken.name, broken.description, broken.warnings.length > 0], ["So up", "two\nlines", true])
    const entities = read(`{&quot;@type&quot;: &quot;Recipe&quot;, &quot;name&quot;: &quot;Soup&quot;}`)
    assert.include(entities.warnings.join(), "entities")
    const failure = readRecipes(`{"@type": "Recipe",\n "name" "Soup"}`)
    assert.deepInclude(failure, { reason: "jsonld_invalid", line: 2 })
    assert.deepStrictEqual(readRecipes("<p>Nothing</p>"), { reason: "no_recipe_found" })
  })

  it("have instructions of any shape", () => {
    const texts = (recipeInstructions: unknown) => of({ recipeInstructions }).instructions
    assert.deepStrictEqual(texts("1. Boil.\n2) Serve."), [{ text: "Boil." }, { text: "Serve." }])
    assert.deepStrictEqual(texts("<ol><li>Boil.</li><li>Serve.</li></ol>"), [{ text: "Boil." }, { text: "Serve." }])
    assert.deepStrictEqual(texts(["Boil.", { "@type": "HowToStep", text: "Serve &amp; eat." }]), [
      { text: "Boil." },
      { text: "Serve & eat." }
    ])
    const section = {
      "@type": "HowToSection",
      name: "Soup",
      itemListElement: [{ "@type": "HowToStep", text: "Boil." }]
    }
    assert.deepStrictEqual(texts([[section], "Serve."]), [{ text: "Boil.", section: "Soup" }, { text: "Serve." }])
  })

  it("have a yield of any shape", () => {
    const yields: ReadonlyArray<readonly [unknown, number, boolean]> = [
      [4, 4, false],
      ["4", 4, false],
      [["4", "4 servings"], 4, false],
      ["Serves 4-6", 4, false],
      ["6 PORSJONER", 6, false],
      ["a bowl", 1, true],
      [undefined, 1, true]
    ]
    for (const [recipeYield, servings, servingsAssumed] of yields) {
      const found = of({ recipeYield })
      assert.deepStrictEqual([found.servings, found.servingsAssumed], [servings, servingsAssumed], String(recipeYield))
      assert.strictEqual(found.warnings.length > 0, servingsAssumed)
    }
  })

  it("have times in ISO 8601, and a warning instead of others", () => {
    const times: ReadonlyArray<readonly [string, number | null]> = [
      ["PT1H30M", 90],
      ["P0DT1H20M", 80],
      ["P1DT0H15M", 1455],
      ["35 minuti", null],
      ["P", null]
    ]
    for (const [totalTime, minutes] of times) {
      const found = of({ totalTime, recipeYield: 1 })
      assert.strictEqual(found.totalMinutes, minutes, totalTime)
      assert.strictEqual(found.warnings.length, minutes === null ? 1 : 0, totalTime)
    }
  })

  it("have authors, images and nutrition of any shape, and no reviews", () => {
    const found = of({
      author: [{ "@type": "Person", name: "Ana" }],
      image: [{ "@type": "ImageObject", url: "https://example.org/a.png" }],
      keywords: "soup, winter",
      nutrition: { calories: "510 kcal", proteinContent: "2,5 g", sodiumContent: "1 g", fatContent: "some" },
      review: [{ author: "Eve", reviewBody: "No." }]
    })
    assert.strictEqual(found.sourceAuthor, "Ana")
    assert.strictEqual(found.imageUrl, "https://example.org/a.png")
    assert.deepStrictEqual(found.keywords, ["soup", "winter"])
    assert.deepStrictEqual(found.nutrition, { values: { energyKcal: 510, protein: 2.5, sodium: 1000 } })
    const per100g = of({ recipeYield: 1, nutrition: { servingSize: "100 g", calories: "510 kcal" } })
    assert.deepStrictEqual([per100g.nutrition, per100g.warnings.length], [null, 1])
    assert.notInclude(JSON.stringify(found), "Eve")
  })

  it("are looked for in linear time, however deep a page or a document is", () => {
    assert.deepStrictEqual(readRecipes("<div>".repeat(100_000)), { reason: "no_recipe_found" })
    const open = Array.from({ length: 100_000 }, (_, n) => `<x${n % 50}>`).join("")
    assert.deepStrictEqual(readRecipes(open + "</none>".repeat(300_000)), { reason: "no_recipe_found" })
    assert.strictEqual(of({ description: open + "</none>".repeat(300_000) }).name, "Soup")
    assert.deepStrictEqual(readRecipes("[".repeat(50_000) + "]".repeat(50_000)), { reason: "no_recipe_found" })
    const deep = `{"@type":"Recipe","name":"x","recipeInstructions":${"[".repeat(5000)}"Boil"${"]".repeat(5000)}}`
    assert.deepStrictEqual(read(deep).instructions, [])
  })

  it.prop("are read from any text without an exception", [Schema.String], ([text]) => {
    readRecipes(text)
    readRecipes(`<script type="application/ld+json">{"@type":"Recipe","name":${JSON.stringify(text)}}`)
  })

  unlessBlocks("of 990 pages are read (skipped where ../shared/data is missing)", async () => {
    const lines = gunzipSync(await readFile(data)).toString("utf8").trim().split("\n")
    const blocks = lines.map((line) => Schema.decodeUnknownSync(Line)(line)).flatMap(({ blocks }) => blocks)
    const found = blocks.map(readRecipes).filter((each) => "recipes" in each)
    assert.isAtLeast(found.length, 689)
  })
})
