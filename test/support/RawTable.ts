import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { checkout } from "./compileCache.ts"

/** Where the published tables lie, beside the checkout; tests that use them are skipped where they do not. */
export const publishedTables = join(checkout, "..", "shared", "data")

/** Whether they are there, and what a test's name says if not. */
export const tablesPresent = existsSync(publishedTables)
export const unlessPresent = tablesPresent ? "" : " (skipped: no ../shared/data)"

const textOf = (path: string) => {
  const bytes = readFileSync(path)
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\ufeff/, "")
}

const cellsOf = (text: string, delimiter: string) => {
  const rows: Array<Array<string>> = [[]]
  const cell = new RegExp(`("(?:[^"]|"")*"|[^${delimiter}\n\r]*)(${delimiter}|\r?\n|$)`, "gy")
  for (let found = cell.exec(text); found !== null && cell.lastIndex <= text.length; found = cell.exec(text)) {
    const [, raw = "", end = ""] = found
    rows.at(-1)?.push(raw.startsWith("\"") ? raw.slice(1, -1).replaceAll("\"\"", "\"") : raw)
    if (end === "") break
    if (end !== delimiter) rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}

/** A published table as its cells, read another way than the importers read it: the columns, and the rows. */
export const rawTable = (path: string) => {
  const text = textOf(path)
  const isTabbed = text.slice(0, text.indexOf("\n")).includes("\t")
  const all = isTabbed ? text.trimEnd().split("\n").map((line) => line.split("\t")) : cellsOf(text, ",")
  const [columns = [], ...rows] = all
  return { columns, rows: rows.map((cells) => new Map(columns.map((column, index) => [column, cells[index] ?? ""]))) }
}

/** A published file with one JSON document on each line. */
export const rawDocuments = (path: string): ReadonlyArray<ReadonlyMap<string, unknown>> =>
  textOf(path).trimEnd().split("\n").map((line) => new Map(Object.entries(JSON.parse(line))))
