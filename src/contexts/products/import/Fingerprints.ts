import { hash } from "node:crypto"
import type { TriedImport } from "../contract/ImportedProduct.ts"

const fingerprint = (text: string): bigint => hash("sha256", text, "buffer").readBigUInt64LE() || 1n

/** A set of texts that takes 16 to 32 bytes for each, in one piece: of each it keeps 64 bits of its SHA-256. */
export class Fingerprints implements TriedImport {
  private slots = new BigUint64Array(1024)
  private count = 0

  has(text: string): boolean {
    const wanted = fingerprint(text)
    return this.slots[this.placeOf(wanted)] === wanted
  }

  add(text: string): void {
    if (this.count * 2 >= this.slots.length) this.grow()
    const added = fingerprint(text)
    const place = this.placeOf(added)
    if (this.slots[place] !== added) this.count++
    this.slots[place] = added
  }

  /** Where it stands, or where it would. */
  private placeOf(wanted: bigint): number {
    const mask = this.slots.length - 1
    let place = Number(wanted & BigInt(mask))
    while (this.slots[place] !== 0n && this.slots[place] !== wanted) place = (place + 1) & mask
    return place
  }

  private grow(): void {
    const old = this.slots
    this.slots = new BigUint64Array(old.length * 2)
    for (const each of old) if (each !== 0n) this.slots[this.placeOf(each)] = each
  }
}
