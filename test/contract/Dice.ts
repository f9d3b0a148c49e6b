/** Chance that can be repeated: the same seed makes the same choices (mulberry32). */
export class Dice {
  #state: number

  constructor(seed: string) {
    this.#state = 2_166_136_261
    for (let i = 0; i < seed.length; i++) this.#state = Math.imul(this.#state ^ seed.charCodeAt(i), 16_777_619)
  }

  /** From 0 up to but not 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `min` to `max`. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<A>(items: ReadonlyArray<A>): A {
    const item = items[this.int(0, items.length - 1)]
    if (item === undefined) throw new Error("nothing to pick from")
    return item
  }

  /** Some of the items, each once. */
  some<A>(items: ReadonlyArray<A>, atMost: number): ReadonlyArray<A> {
    const left = [...items]
    return Array.from({ length: Math.min(items.length, this.int(0, atMost)) }, () => {
      const [item] = left.splice(this.int(0, left.length - 1), 1)
      if (item === undefined) throw new Error("nothing is left")
      return item
    })
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(0, 255)))
  }

  digits(length: number): string {
    return Array.from({ length }, () => this.int(0, 9)).join("")
  }
}
