import { createHash } from "node:crypto"
import type { Checkpoint } from "../contract/ImportedProduct.ts"

const LF = 0x0a

/** The part of an input that was pushed and not yet passed, with the SHA-256 of all that was passed. */
export class ByteWindow {
  /** Valid up to its length; indices change with every `push`. */
  view: Buffer = Buffer.alloc(0)
  /** Index in `view` of the first byte that was not passed. */
  start = 0
  /** Offset in the input of index 0 of `view`. */
  base = 0
  /** Line of the first byte that was not passed, from 1. */
  line = 1

  private readonly hash = createHash("sha256")
  private storage = this.view
  private hashed = 0

  get offset(): number {
    return this.base + this.start
  }

  get remaining(): number {
    return this.view.length - this.start
  }

  push(chunk: Uint8Array): void {
    if (this.view.length + chunk.length > this.storage.length) this.makeRoom(chunk.length)
    this.storage.set(chunk, this.view.length)
    this.view = this.storage.subarray(0, this.view.length + chunk.length)
  }

  /** Passes everything before an index of `view`. */
  passTo(index: number): void {
    for (let at = this.view.indexOf(LF, this.start); at !== -1 && at < index; at = this.view.indexOf(LF, at + 1)) {
      this.line++
    }
    this.start = index
  }

  /** The place up to which the input was passed. */
  checkpoint(): Checkpoint {
    this.hashPassed()
    return { offset: this.offset, sha256: this.hash.copy().digest("hex") }
  }

  private hashPassed(): void {
    this.hash.update(this.view.subarray(this.hashed, this.start))
    this.hashed = this.start
  }

  private makeRoom(added: number): void {
    this.hashPassed()
    const kept = this.remaining
    const needed = kept + added
    // Twice the need, so that a long record that comes in many small chunks is not copied once per chunk.
    const room = needed * 2 <= this.storage.length ? this.storage : Buffer.allocUnsafe(needed * 2)
    this.view.copy(room, 0, this.start)
    this.storage = room
    this.view = room.subarray(0, kept)
    this.base += this.start
    this.start = 0
    this.hashed = 0
  }
}

/** Finds the next of one byte; asked with rising positions it looks at every byte of the input once. */
export class ByteFinder {
  private readonly byte: number
  private readonly window: ByteWindow
  private searched = 0
  private found = false

  constructor(byte: number, window: ByteWindow) {
    this.byte = byte
    this.window = window
  }

  /** Index in the window's view, or -1. */
  next(from: number): number {
    const { base, view } = this.window
    if (this.searched < base + from) {
      this.searched = base + from
      this.found = false
    }
    if (!this.found && this.searched < base + view.length) {
      const index = view.indexOf(this.byte, this.searched - base)
      this.found = index !== -1
      this.searched = base + (this.found ? index : view.length)
    }
    return this.found ? this.searched - base : -1
  }

  /** Must be called before a position smaller than the last. */
  rewind(): void {
    this.searched = 0
    this.found = false
  }
}
