import { isUtf8 } from "node:buffer"
import type { Checkpoint } from "../contract/ImportedProduct.ts"
import { ByteFinder, ByteWindow } from "./ByteWindow.ts"
import { decodeCut, splitQuoted } from "./DelimitedText.ts"

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const RAW_BYTES = 4_096
/** Bytes that a record may have unless its format says otherwise. */
export const MAX_RECORD_BYTES = 1_048_576

export interface DelimitedFormat {
  /** Null where a line is not split: it is the only field of its record. */
  readonly delimiter: "," | ";" | "\t" | null
  /** Whether fields may be quoted by RFC 4180; if not, a quote is a character like any other. */
  readonly quoted: boolean
  /** Bytes of one record without its line end, 1 MiB unless given. */
  readonly maxRecordBytes?: number | undefined
}

interface RecordPlace {
  /** Line of the decompressed input on which the record begins, from 1. */
  readonly line: number
  /** Bytes of the decompressed input up to the end of the record, its line end included. */
  readonly endOffset: number
  readonly raw: string
}

export interface DelimitedRecord extends RecordPlace {
  readonly _tag: "Delimited"
  readonly fields: ReadonlyArray<string>
}

/** What is no record: it ends with the line on which it began, and `raw` is at most 4 KiB of that line. */
export interface MalformedRecord extends RecordPlace {
  readonly _tag: "Malformed"
  readonly reason: "malformed" | "too_large"
  readonly detail: string
}

type Scan =
  | { readonly _tag: "Found"; readonly end: number; readonly next: number; readonly quotes: boolean }
  | { readonly _tag: "Bad"; readonly end: number; readonly detail: string }
  | undefined

/**
 * Cuts bytes, pushed in chunks of any size, into records of as many fields as the first has. Holds one record of
 * `maxRecordBytes` and one chunk at most.
 */
export class DelimitedReader {
  private readonly format: DelimitedFormat
  private readonly delimiter: number | undefined
  private readonly maxBytes: number
  private readonly window = new ByteWindow()
  private readonly quotes = new ByteFinder(QUOTE, this.window)
  private readonly lineEnds = new ByteFinder(LF, this.window)
  private begun = false
  private ended = false
  private columns = 0
  /** How far after the window's start the record was looked at, and whether that is inside quotes. */
  private ahead = 0
  private insideQuotes = false
  private sawQuotes = false
  /** A bad line of which the end is not in sight, and where it begins; what was there of it is dropped. */
  private dropping: { readonly record: Omit<MalformedRecord, "endOffset">; readonly from: Checkpoint } | undefined

  constructor(format: DelimitedFormat) {
    this.format = format
    this.delimiter = format.delimiter?.charCodeAt(0)
    this.maxBytes = format.maxRecordBytes ?? MAX_RECORD_BYTES
  }

  /** Bytes that were read as records or passed over. */
  get offset(): number {
    return this.window.offset
  }

  push(chunk: Uint8Array): void {
    this.window.push(chunk)
  }

  /** Says that no byte follows: what is left is the last record, with or without a line end. */
  end(): void {
    this.ended = true
  }

  /** Where the next record begins, and the SHA-256 of everything before it. */
  checkpoint(): Checkpoint {
    return this.dropping?.from ?? this.window.checkpoint()
  }

  /** Passes over the bytes before an offset, as far as they are there. */
  passTo(offset: number): void {
    this.pass(Math.max(this.window.start, Math.min(offset - this.window.base, this.window.view.length)))
  }

  /** The next record (the first is the header); undefined when it needs more bytes or everything was read. */
  next(): DelimitedRecord | MalformedRecord | undefined {
    if (!this.begun && !this.passByteOrderMark()) return undefined
    while (this.window.remaining > 0) {
      if (this.dropping !== undefined) return this.drop(this.dropping.record)
      const scan = this.scan()
      const size = (scan?.end ?? this.window.view.length) - this.window.start
      // An unfinished record may still prove to end in CRLF; with that the answer is the same for chunks of any size.
      if (size > (scan === undefined && !this.ended ? this.maxBytes + 2 : this.maxBytes)) return this.tooLarge()
      if (scan === undefined) return this.ended ? this.malformed("a quoted field is not closed") : undefined
      if (scan._tag === "Bad") return this.malformed(scan.detail)
      if (scan.end > this.window.start) return this.record(scan.end, scan.next, scan.quotes)
      this.pass(scan.next)
    }
    return this.ended && this.dropping !== undefined ? this.drop(this.dropping.record) : undefined
  }

  private passByteOrderMark(): boolean {
    const { remaining, view } = this.window
    if (remaining < 3 && !this.ended) return false
    this.begun = true
    if (view[0] === 0xef && view[1] === 0xbb && view[2] === 0xbf) this.pass(3)
    return true
  }

  private pass(next: number): void {
    this.window.passTo(next)
    this.ahead = 0
    this.insideQuotes = false
    this.sawQuotes = false
  }

  /** Looks for the end of the record; undefined, and what was seen is remembered, when the bytes do not suffice. */
  private scan(): Scan {
    const { start, view } = this.window
    let position = start + this.ahead
    let { insideQuotes, sawQuotes } = this
    for (;;) {
      if (!insideQuotes) {
        const quote = this.format.quoted ? this.quotes.next(position) : -1
        const lineEnd = this.lineEnds.next(position)
        if (quote === -1 || (lineEnd !== -1 && lineEnd < quote)) {
          if (lineEnd !== -1 || this.ended) return this.found(lineEnd, sawQuotes)
          return this.wait(view.length, false, sawQuotes)
        }
        if (quote !== start && view[quote - 1] !== this.delimiter) {
          return { _tag: "Bad", end: quote, detail: "a quote inside an unquoted field" }
        }
        insideQuotes = true
        sawQuotes = true
        position = quote + 1
      }
      const quote = this.quotes.next(position)
      if (quote === -1) return this.wait(view.length, true, sawQuotes)
      if (view[quote + 1] === QUOTE) position = quote + 2
      else {
        const closes = this.closes(quote)
        if (closes === undefined) return this.wait(quote, true, sawQuotes)
        if (!closes) return { _tag: "Bad", end: quote, detail: "text after the closing quote of a field" }
        insideQuotes = false
        position = quote + 1
      }
    }
  }

  /** Whether a field may end with this quote; undefined when that depends on bytes that are not there yet. */
  private closes(quote: number): boolean | undefined {
    const { view } = this.window
    const after = view[quote + 1]
    if (after === undefined) return this.ended ? true : undefined
    if (after !== CR) return after === this.delimiter || after === LF
    const second = view[quote + 2]
    return second === undefined ? this.ended ? true : undefined : second === LF
  }

  private wait(position: number, insideQuotes: boolean, sawQuotes: boolean): undefined {
    this.ahead = position - this.window.start
    this.insideQuotes = insideQuotes
    this.sawQuotes = sawQuotes
  }

  private found(lineEnd: number, quotes: boolean): Scan {
    const { start, view } = this.window
    const end = lineEnd === -1 ? view.length : lineEnd
    const next = lineEnd === -1 ? end : end + 1
    return { _tag: "Found", end: end > start && view[end - 1] === CR ? end - 1 : end, next, quotes }
  }

  private record(end: number, next: number, quotes: boolean): DelimitedRecord | MalformedRecord | undefined {
    const { line, start, view } = this.window
    if (!isUtf8(view.subarray(start, end))) return this.malformed("not UTF-8")
    const raw = view.toString("utf8", start, end)
    const { delimiter } = this.format
    const fields = delimiter === null ? [raw] : quotes ? splitQuoted(raw, delimiter) : raw.split(delimiter)
    if (this.columns === 0) this.columns = fields.length
    if (fields.length !== this.columns) return this.malformed(`${fields.length} columns, not ${this.columns}`)
    this.pass(next)
    return { _tag: "Delimited", line, endOffset: this.offset, raw, fields }
  }

  private tooLarge(): MalformedRecord | undefined {
    return this.malformed(`more than ${this.maxBytes} bytes`, "too_large")
  }

  /** Gives up on the record and goes on after its first line: an unclosed quote costs one line, not the rest. */
  private malformed(detail: string, reason: MalformedRecord["reason"] = "malformed"): MalformedRecord | undefined {
    const { line, remaining, start, view } = this.window
    const lineEnd = view.indexOf(LF, start)
    this.quotes.rewind()
    this.lineEnds.rewind()
    if (lineEnd === -1 && !this.ended && remaining <= this.maxBytes + 2) return undefined
    const end = lineEnd === -1 ? view.length : lineEnd
    const raw = decodeCut(view.subarray(start, end), Math.min(RAW_BYTES, this.maxBytes)).replace(/\r$/, "")
    return this.drop({ _tag: "Malformed", line, raw, reason, detail })
  }

  private drop(record: Omit<MalformedRecord, "endOffset">): MalformedRecord | undefined {
    const from = this.checkpoint()
    const lineEnd = this.window.view.indexOf(LF, this.window.start)
    this.pass(lineEnd === -1 ? this.window.view.length : lineEnd + 1)
    this.dropping = lineEnd === -1 && !this.ended ? { record, from } : undefined
    return this.dropping === undefined ? { ...record, endOffset: this.offset } : undefined
  }
}
