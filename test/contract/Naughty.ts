import { Schema } from "effect"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url))
const strings = `${folder}fuzz-strings/`
const suite = `${folder}json-suite/test_parsing/`

/** Whether the collections of foreign data stand beside the project; without them that part is skipped. */
export const hasCollections = existsSync(strings) && existsSync(suite)

const Payload = Schema.fromJsonString(Schema.Struct({ enc: Schema.String, payload: Schema.String }))
const decodeStrings = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Schema.String)))
const decodePayload = Schema.decodeUnknownSync(Payload)

const ours = [
  "",
  " ",
  "' OR 1=1 --",
  "%",
  "_",
  "\\",
  "％＼＿",
  "null",
  "Ω≈ç√∫",
  "田中さん",
  "👩‍👩‍👧‍👦",
  "\u202Eabc",
  "ﷺ",
  "İıẞß",
  "a\u0301\u0301\u0301",
  "\uFEFF",
  "\uFFFF",
  "constructor",
  "hasOwnProperty",
  "$1",
  "${x}",
  "{{7*7}}",
  "a\tb\r\nc"
]

/** Strings that have broken something somewhere: the Big List of Naughty Strings, fuzzdb, and some of ours. */
export const naughtyStrings: ReadonlyArray<string> = !hasCollections ? ours : [
  ...ours,
  ...decodeStrings(readFileSync(`${strings}blns.json`, "utf8")),
  ...gunzipSync(readFileSync(`${strings}fuzzdb.jsonl.gz`)).toString("utf8").split("\n").filter((line) => line !== "")
    .map((line) => decodePayload(line))
    .flatMap(({ enc, payload }) => enc === "utf8" ? [payload] : [])
]

const isStorable = (text: string) => text.isWellFormed() && !text.includes("\u0000")

/** Those of them that any text may hold. */
export const storableStrings: ReadonlyArray<string> = naughtyStrings.filter(isStorable)

/** The files of the JSON parsing suite but the one that is a patch of nothing: none of them is a body that an endpoint of ours could take. */
export const jsonFiles: ReadonlyArray<{ readonly name: string; readonly content: Buffer }> = !hasCollections
  ? []
  : readdirSync(suite).filter((name) => name !== "y_object_empty.json").map((name) => ({
    name,
    content: readFileSync(`${suite}${name}`)
  }))
