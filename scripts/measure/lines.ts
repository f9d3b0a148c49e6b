import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Stream } from "effect"
import { Csv } from "effect/encoding"
import { readFile } from "node:fs/promises"
import { basename } from "node:path"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { unitOf } from "../../src/contexts/recipes/contract/Units.ts"
import { parseLine } from "../../src/contexts/recipes/parseLine.ts"

/**
 * How well ingredient lines are read: `node scripts/measure/lines.ts [--odd|--even] [--wrong] <labelled.csv[.gz]> …`. A file has
 * the columns input, name, quantity and unit; lines without labels are left out.
 */
const options = new Set(process.argv.slice(2).filter((word) => word.startsWith("--")))
const files = process.argv.slice(2).filter((word) => !word.startsWith("--"))

const unzip = promisify(gunzip)

const textOf = async (file: string) => {
  const bytes = await readFile(file)
  return (file.endsWith(".gz") ? await unzip(bytes) : bytes).toString("utf8")
}

/** `3#1$4` is 3 1/4; a range is its mean. Of several amounts the first counts. */
const numberOf = (label: string): number | undefined => {
  const [first = ""] = label.replace(/^1x /, "").split(" ")
  const value = (text: string) => {
    const [, whole = "", over, under] = /^(\d*\.?\d*)(?:#(\d+)\$(\d+))?$/.exec(text) ?? []
    return Number(whole) + (over === undefined ? 0 : Number(over) / Number(under))
  }
  const numbers = first.split("-").map(value)
  const [low, high] = numbers
  return low === undefined || first === "" || numbers.some(Number.isNaN)
    ? undefined
    : high === undefined
    ? low
    : (low + high) / 2
}

const sizes = new Set([
  "large",
  "small",
  "medium",
  "medium-size",
  "lg",
  "sm",
  "md",
  "big",
  "medium-sized",
  "whole",
  "extra-large",
  "heaped",
  "heaping",
  "scant",
  "generous",
  "level",
  "rounded",
  "good"
])

/** The unit that a label begins with: sizes are none. */
const unitLabel = (label: string) => {
  const words = label.split(/[\s,]+/).filter((word) => word !== "" && !sizes.has(word.toLowerCase()))
  const [first = "", second = ""] = words
  return unitOf(`${first} ${second}`) ?? unitOf(first) ?? (first === "" ? "piece" : `portion`)
}

const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

const overlap = (found: ReadonlyArray<string>, wanted: ReadonlyArray<string>) => {
  const left = [...wanted]
  let common = 0
  for (const word of found) {
    const at = left.findIndex((each) => each === word || `${each}s` === word || `${word}s` === each)
    if (at >= 0) {
      left.splice(at, 1)
      common++
    }
  }
  return found.length + wanted.length === 0 ? 1 : 2 * common / (found.length + wanted.length)
}

interface Score {
  lines: number
  quantity: number
  unit: number
  name: number
}

const print = (of: string, { lines, name, quantity, unit }: Score) => {
  const percent = (count: number) => `${(100 * count / lines).toFixed(1)} %`
  return Console.log(
    `${of}: ${lines} lines, quantity ${percent(quantity)}, unit ${percent(unit)}, name F1 ${(name / lines).toFixed(3)}`
  )
}

const isChosen = (lineNumber: number) =>
  options.has("--odd") ? lineNumber % 2 === 1 : options.has("--even") ? lineNumber % 2 === 0 : true

const measured = Effect.fnUntraced(function*(file: string) {
  const text = yield* Effect.promise(() => textOf(file))
  const rows = yield* Stream.make(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ headers: true })),
    Stream.runCollect
  )
  const score: Score = { lines: 0, quantity: 0, unit: 0, name: 0 }
  for (const [index, row] of rows.entries()) {
    const { input = "", name = "", quantity = "", unit = "" } = row
    if (!isChosen(index + 2) || name === "" && quantity === "" && unit === "") continue
    const parsed = parseLine(input)
    const wanted = numberOf(quantity)
    const isImplied = wanted === undefined && unit !== "" && parsed.quantity === 1
    const isQuantity = isImplied || (wanted === undefined
      ? parsed.quantity === null
      : parsed.quantity !== null && Math.abs(parsed.quantity - wanted) <= 0.004 * Math.max(1, wanted))
    const isUnit = wanted === undefined && unit === "" ? parsed.unit === null : unitLabel(unit) === parsed.unit
    const f1 = overlap(words(parsed.name), words(name))
    score.lines++
    score.quantity += isQuantity ? 1 : 0
    score.unit += isUnit ? 1 : 0
    score.name += f1
    if (options.has("--wrong") && (!isQuantity || !isUnit || f1 < 0.5)) {
      const told = `${parsed.quantity} ${parsed.unit} | ${parsed.name}`
      yield* Console.log(`${input}\n    read   ${told}\n    wanted ${quantity} ${unit} | ${name}`)
    }
  }
  yield* print(basename(file), score)
  return score
})

const program = Effect.gen(function*() {
  const scores = yield* Effect.forEach(files, measured)
  const sum = (of: keyof Score) => scores.reduce((total, score) => total + score[of], 0)
  yield* print("all", { lines: sum("lines"), quantity: sum("quantity"), unit: sum("unit"), name: sum("name") })
})

NodeRuntime.runMain(program)
