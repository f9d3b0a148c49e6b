import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Schema, Stream } from "effect"
import { createHash } from "node:crypto"
// The reader is private to the importers; what it promises for hostile bytes cannot be reached through a whole import.
import type {
  DelimitedFormat,
  DelimitedRecord,
  MalformedRecord
} from "../../../src/contexts/products/import/DelimitedReader.ts"
import { openRecords } from "../../../src/contexts/products/import/DelimitedRecords.ts"
import type { ImportOptions } from "../../../src/contexts/products/import/OpenedImport.ts"

const csv: DelimitedFormat = { delimiter: ",", quoted: true }
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

const chunked = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

interface Input {
  readonly format?: DelimitedFormat
  readonly options?: ImportOptions
  readonly chunk?: number
}

const readBatches = (input: string | Uint8Array, { chunk = 65_536, format = csv, options }: Input = {}) => {
  const bytes = typeof input === "string" ? bytesOf(input) : input
  const source = {
    path: "test.csv",
    totalBytes: bytes.length,
    bytesRead: () => 0,
    bytes: Stream.fromIterable(chunked(bytes, chunk))
  }
  return openRecords(source, format, options).pipe(
    Effect.flatMap(({ batches, columns }) =>
      Effect.map(Stream.runCollect(batches), (batches) => ({
        columns,
        batches,
        records: batches.flatMap((batch) => batch.records)
      }))
    ),
    Effect.scoped
  )
}

const shown = (record: DelimitedRecord | MalformedRecord) =>
  record._tag === "Delimited" ? record.fields : `${record.line}: ${record.reason} ${record.detail}`

const readShown = (input: string | Uint8Array, how?: Input) =>
  Effect.map(readBatches(input, how), ({ records }) => records.map(shown))

describe("delimited records", () => {
  it.effect.each<[string, string, ReadonlyArray<ReadonlyArray<string> | string>]>([
    ["LF and no last line end", "a,b\n1,2\n3,4", [["1", "2"], ["3", "4"]]],
    ["CRLF", "a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]],
    ["a byte order mark", "\uFEFFa,b\n1,2\n", [["1", "2"]]],
    ["a byte order mark before a quote", "\uFEFF\"a\",b\n1,2\n", [["1", "2"]]],
    ["empty fields and blank lines", "a,b\n,\n\n\r\n1,\n,2", [["", ""], ["1", ""], ["", "2"]]],
    ["quoted fields", "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"\",\"\"\"\"\n", [["x, y", "say \"hi\""], ["", "\""]]],
    ["line breaks in quotes", "a,b\n\"1\r\n2\n\",3\n4,\"5\n\"", [["1\r\n2\n", "3"], ["4", "5\n"]]],
    ["a quote at the very end", "a,b\n1,\"2\"", [["1", "2"]]],
    ["a lone CR is text", "a,b\n1\r2,3\n", [["1\r2", "3"]]],
    ["too few and too many columns", "a,b\n1\n1,2,3\n4,5\n", [
      "2: malformed 1 columns, not 2",
      "3: malformed 3 columns, not 2",
      ["4", "5"]
    ]],
    ["a quote inside an unquoted field", "a,b\n5\" pipe,1\n4,5\n", [
      "2: malformed a quote inside an unquoted field",
      ["4", "5"]
    ]],
    ["text after a closing quote", "a,b\n\"1\"x,2\n\"1\"\rx,2\n4,5\n", [
      "2: malformed text after the closing quote of a field",
      "3: malformed text after the closing quote of a field",
      ["4", "5"]
    ]],
    ["an unclosed quote before quoted fields", "a,b\n1,\"2\n3,\"x, y\"\n4,5\n", [
      "2: malformed text after the closing quote of a field",
      ["3", "x, y"],
      ["4", "5"]
    ]],
    ["an unclosed quote before plain lines", "a,b\n1,\"2\n3,4\n5,6", [
      "2: malformed a quoted field is not closed",
      ["3", "4"],
      ["5", "6"]
    ]],
    ["a quoted line break in a record of the wrong width", "a,b\n\"1\n2\"\n3,4\n", [
      "2: malformed 1 columns, not 2",
      "3: malformed a quote inside an unquoted field",
      ["3", "4"]
    ]]
  ])("%s", ([, input, expected]) =>
    Effect.gen(function*() {
      for (let chunk = 1; chunk <= input.length + 2; chunk++) {
        expect(yield* readShown(input, { chunk })).toEqual(expected)
      }
    }))

  it.effect("says where a record stands, and lets the SHA-256 up to it be known", () =>
    Effect.gen(function*() {
      const text = "\uFEFFa,b\r\n\"é\n\",2\r\n\n1,\"x\n5,6"
      const bytes = bytesOf(text)
      for (let chunk = 1; chunk <= bytes.length; chunk++) {
        const { batches, columns } = yield* readBatches(text, { chunk, options: { batchSize: 1 } })
        expect(columns).toEqual(["a", "b"])
        const places = batches.map(({ records: [record] }) => [record?.line, record?.endOffset, record?.raw])
        expect(places).toEqual([[2, 17, "\"é\n\",2"], [5, 23, "1,\"x"], [6, 26, "5,6"]])
        for (const { checkpoint } of batches) {
          expect(checkpoint.sha256).toBe(sha256(bytes.subarray(0, checkpoint.offset)))
        }
      }
    }))

  it.effect("goes on after a checkpoint, and only in the same file", () =>
    Effect.gen(function*() {
      const text = "a,b\n1,2\n\"3\n\",4\n5,6\n7,8\n"
      const whole = yield* readBatches(text, { options: { batchSize: 1 } })
      for (const [index, { checkpoint: resumeAt }] of whole.batches.entries()) {
        for (let chunk = 1; chunk <= text.length; chunk++) {
          const rest = yield* readBatches(text, { chunk, options: { resumeAt } })
          expect(rest.records).toEqual(whole.records.slice(index + 1))
        }
        const longer = yield* readBatches(`${text}9,0\n`, { options: { resumeAt } })
        expect(longer.records).toHaveLength(whole.records.length - index)
        for (const other of [text.replace("2", "x"), text.slice(0, 6), text.replace("a,b", "a,bb")]) {
          const failure = yield* Effect.flip(readBatches(other, { options: { resumeAt } }))
          expect(failure).toMatchObject({ reason: "changed" })
        }
      }
    }))

  it.effect("reads unquoted TSV, in which a quote is a character", () =>
    Effect.gen(function*() {
      const format = { delimiter: "\t", quoted: false } as const
      expect(yield* readShown("a\tb\n\"1\t2\"\n\"\t,\n", { format })).toEqual([["\"1", "2\""], ["\"", ","]])
    }))

  it.effect("refuses a record that is not UTF-8", () =>
    Effect.gen(function*() {
      const bytes = Uint8Array.from([...bytesOf("a,b\n1,"), 0xff, 0xe9, ...bytesOf("\n3,é\n")])
      for (let chunk = 1; chunk <= bytes.length; chunk++) {
        const { records } = yield* readBatches(bytes, { chunk })
        expect(records.map(shown)).toEqual(["2: malformed not UTF-8", ["3", "é"]])
        expect(records[0]?.raw).toBe("1,\uFFFD\uFFFD")
      }
    }))

  it.effect("passes over what is too large, whatever the chunks", () =>
    Effect.gen(function*() {
      const format = { ...csv, maxRecordBytes: 10 }
      const lines = ["a,b", "12345,6789", "12345,67890", "1,2", `"${"x\n".repeat(9)}`, "3,4", "9".repeat(99)]
      for (const lineEnd of ["\n", "\r\n"]) {
        const text = lines.join(lineEnd)
        const expected = yield* readShown(text, { format })
        expect(expected).toEqual([
          ["12345", "6789"],
          "3: too_large more than 10 bytes",
          ["1", "2"],
          "5: too_large more than 10 bytes",
          ...[6, 7, 8, 9, 10, 11, 12, 13].map((line) => `${line}: malformed 1 columns, not 2`),
          ["3", "4"],
          "16: too_large more than 10 bytes"
        ])
        for (let chunk = 1; chunk <= text.length; chunk++) {
          expect(yield* readShown(text, { format, chunk })).toEqual(expected)
        }
      }
    }))

  it.effect("holds little of a line of 64 MiB, and cuts what it shows of it", () =>
    Effect.gen(function*() {
      const block = new Uint8Array(65_536).fill(0x78)
      const bytes = Stream.make(bytesOf("a,b\n"), ...Array.from({ length: 1_024 }, () => block), bytesOf("\n1,2\n"))
      const source = { path: "test.csv", totalBytes: undefined, bytesRead: () => 0, bytes }
      const before = process.memoryUsage().arrayBuffers
      const { batches } = yield* openRecords(source, csv)
      const records = (yield* Stream.runCollect(batches)).flatMap((batch) => batch.records)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576)
      expect(records.map(shown)).toEqual(["2: too_large more than 1048576 bytes", ["1", "2"]])
      expect(records[0]?.raw).toBe("x".repeat(4_096))
      expect(records[0]?.endOffset).toBe(4 + 1_024 * 65_536 + 1)
    }))

  it.effect("an unclosed quote costs one line and little time in a long file", () =>
    Effect.gen(function*() {
      const lines = Array.from({ length: 40_000 }, (_, index) =>
        index % 100 === 50 ? `${index},"x` : `${index},${"y".repeat(60)}`)
      const { records } = yield* readBatches(`a,b\n${lines.join("\n")}\n`)
      expect(records).toHaveLength(40_000)
      expect(records.filter((record) =>
        record._tag === "Malformed"
      )).toHaveLength(400)
    }))

  it.effect("gives what was complete before a source failed", () =>
    Effect.gen(function*() {
      const failure = new Error("the disk is gone")
      for (const unfinished of ["3,", "3,\"", "3".repeat(99)]) {
        const bytes = Stream.concat(Stream.make(bytesOf("a,b\n1,2\n"), bytesOf(unfinished)), Stream.die(failure))
        const source = { path: "test.csv", totalBytes: undefined, bytesRead: () => 0, bytes }
        const { batches } = yield* openRecords(source, { ...csv, maxRecordBytes: 50 })
        const seen: Array<unknown> = []
        const exit = yield* batches.pipe(
          Stream.runForEach(({ checkpoint, records }) =>
            Effect.sync(() => seen.push(checkpoint, ...records.map(shown)))
          ),
          Effect.exit
        )
        expect(seen).toEqual([{ offset: 8, sha256: sha256(bytesOf("a,b\n1,2\n")) }, ["1", "2"]])
        expect(exit).toEqual(Exit.die(failure))
      }
    }))

  it.effect("an empty file and a broken header are failures of one line", () =>
    Effect.gen(function*() {
      for (const [input, reason] of [["", "empty"], ["\uFEFF\n\n", "empty"], ["a,\"b", "not_delimited"]] as const) {
        const failure = yield* Effect.flip(readBatches(input))
        expect(failure.reason).toBe(reason)
        expect(failure.message).toMatch(/^test\.csv: [^\n]+$/)
      }
    }))

  const Cell = Schema.Array(Schema.Literals(["a", "é", "🍕", ",", "\"", "\n", "\r\n", " "])).check(
    Schema.isMaxLength(6)
  )
  const Row = Schema.Tuple([Cell, Cell, Cell])
  const Chunk = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))

  it.effect.prop(
    "reads back whatever was written",
    [Schema.Array(Row), Chunk],
    ([rows, chunk]) =>
      Effect.gen(function*() {
        const cells = rows.map((row) => row.map((cell) => cell.join("")))
        const lines = [["x", "y", "z"], ...cells].map((row) =>
          row.map((cell) => `"${cell.replaceAll("\"", "\"\"")}"`).join(",")
        )
        expect(yield* readShown(lines.join("\r\n"), { chunk })).toEqual(cells)
      })
  )

  const Noise = Schema.Array(Schema.Literals(["a", ",", "\"", "\"\"", "\n", "\r\n", "\r", "1,2\n"]))
  it.effect.prop(
    "broken input is the same in chunks of any size, and every line is told of once",
    [Noise, Chunk],
    ([noise, chunk]) =>
      Effect.gen(function*() {
        const text = `a,b\n${noise.join("")}`
        const format = { ...csv, maxRecordBytes: 12 }
        const whole = yield* readBatches(text, { format })
        const cut = yield* readBatches(text, { chunk, format })
        expect(cut.records).toEqual(whole.records)
        const joined = whole.records.map((record) => record.endOffset)
        expect(joined).toEqual(joined.toSorted((left, right) => left - right))
        expect(new Set(joined).size).toBe(joined.length)
      })
  )
})
