import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Schema } from "effect"
import { existsSync } from "node:fs"
import { glob, readFile } from "node:fs/promises"
import { gunzipSync } from "node:zlib"
import { type ReadRecipe, readRecipes } from "../../src/contexts/recipes/readRecipes.ts"

/**
 * How well recipes are read from pages: `node scripts/measure/recipes.ts [--wrong] <pages/**\/*.html> …`. Where `page.json` lies
 * beside `page.html`, with the members title, ingredients, instructions_list, yields and total_time, both are compared.
 */
const showsWrong = process.argv.includes("--wrong")
const patterns = process.argv.slice(2).filter((word) => !word.startsWith("--"))

const Expected = Schema.Struct({
  title: Schema.optionalKey(Schema.String),
  ingredients: Schema.optionalKey(Schema.Array(Schema.String)),
  instructions_list: Schema.optionalKey(Schema.Array(Schema.String)),
  yields: Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite])),
  total_time: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  author: Schema.optionalKey(Schema.NullOr(Schema.String))
})
type Expected = typeof Expected.Type
const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Expected))

const textOf = async (file: string) => {
  const bytes = await readFile(file)
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")
}

const filesOf = async () => {
  const files: Array<string> = []
  for await (const file of glob(patterns)) files.push(file)
  return files.toSorted()
}

const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()

type Compared = Readonly<Record<string, readonly [found: string, wanted: string] | undefined>>

/** With the titles of their sections, as some count them, or without. */
const stepsOf = (recipe: ReadRecipe, wanted: string | undefined) => {
  const texts = recipe.instructions.map(({ text }) => text)
  const titled = recipe.instructions.flatMap(({ section, text }, at, all) =>
    section === undefined || section === all[at - 1]?.section ? [text] : [section, text]
  )
  return [titled, texts].map(list).find((text) => text === wanted) ?? list(texts)
}

const list = (lines: ReadonlyArray<string> | undefined) => lines?.map(plain).filter((line) => line !== "").join(" ")

const compared = (recipe: ReadRecipe, expected: Expected): Compared => {
  const servings = /\d+/.exec(String(expected.yields ?? ""))?.[0]
  const total = recipe.totalMinutes ?? (recipe.prepMinutes ?? 0) + (recipe.cookMinutes ?? 0)
  const pair = (found: string, wanted: string | undefined) =>
    wanted === undefined || wanted === "" ? undefined : [found, wanted] as const
  return {
    name: pair(plain(recipe.name), expected.title === undefined ? undefined : plain(expected.title)),
    ingredients: pair(list(recipe.ingredients) ?? "", list(expected.ingredients)),
    instructions: pair(stepsOf(recipe, list(expected.instructions_list)) ?? "", list(expected.instructions_list)),
    servings: pair(String(Math.floor(recipe.servings)), servings),
    minutes: pair(String(total), expected.total_time === null ? undefined : expected.total_time?.toString()),
    author: pair(plain(recipe.sourceAuthor ?? ""), expected.author === null ? undefined : plain(expected.author ?? ""))
  }
}

interface Rate {
  right: number
  of: number
}

const program = Effect.gen(function*() {
  const rates = new Map<string, Rate>()
  const outcomes = new Map<string, number>()
  const files = yield* Effect.promise(filesOf)
  for (const file of files) {
    const read = readRecipes(yield* Effect.promise(() => textOf(file)))
    const outcome = "recipes" in read ? "read" : read.reason
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    const beside = file.replace(/\.\w+(?:\.gz)?$/, ".json")
    if (!("recipes" in read) || !existsSync(beside)) {
      if (showsWrong) yield* Console.log(`${file}: ${outcome}`)
      continue
    }
    const expected = decode(yield* Effect.promise(() => readFile(beside, "utf8")))
    const [recipe] = read.recipes
    if (expected._tag === "None" || recipe === undefined) continue
    for (const [field, pair] of Object.entries(compared(recipe, expected.value))) {
      if (pair === undefined) continue
      const rate = rates.get(field) ?? { right: 0, of: 0 }
      const isRight = pair[0] === pair[1]
      rates.set(field, { right: rate.right + (isRight ? 1 : 0), of: rate.of + 1 })
      if (showsWrong && !isRight) {
        yield* Console.log(`${file} ${field}\n    read   ${pair[0].slice(0, 200)}\n    wanted ${pair[1].slice(0, 200)}`)
      }
    }
  }
  yield* Console.log(
    `${files.length} files: ${[...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", ")}`
  )
  for (const [field, { of, right }] of rates) {
    yield* Console.log(`${field}: ${right} of ${of} (${(100 * right / of).toFixed(1)} %)`)
  }
})

NodeRuntime.runMain(program)
