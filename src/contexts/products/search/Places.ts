const partsOf = (id: string) => {
  const digits = id.replaceAll("-", "")
  return [0, 8, 16, 24].map((from) => Number.parseInt(digits.slice(from, from + 8), 16))
}

const mixed = (parts: ArrayLike<number>, from: number) => {
  let hash = 0
  for (let at = from; at < from + 4; at++) {
    hash = Math.imul(hash ^ (parts[at] ?? 0), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}

/** A place for each id, from 0 on, in 24 to 48 bytes. */
export class Places {
  #size = 0
  #ids = new Uint32Array(4 * 1024)
  /** Places plus one, where the id's hash leads or next to it. */
  #table = new Uint32Array(2048)

  get size(): number {
    return this.#size
  }

  of(id: string): number | undefined {
    const place = this.#table[this.#find(partsOf(id))] ?? 0
    return place === 0 ? undefined : place - 1
  }

  add(id: string): number {
    const parts = partsOf(id)
    const known = this.#table[this.#find(parts)] ?? 0
    if (known > 0) return known - 1
    if (4 * this.#size === this.#ids.length) this.#grow()
    this.#ids.set(parts, 4 * this.#size)
    this.#size++
    this.#table[this.#find(parts)] = this.#size
    return this.#size - 1
  }

  idOf(place: number): string {
    const digits = Array.from(
      this.#ids.subarray(4 * place, 4 * place + 4),
      (part) => part.toString(16).padStart(8, "0")
    ).join("")
    return digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")
  }

  /** Below 0 where the id of the one comes before that of the other. */
  compare(one: number, other: number): number {
    for (let at = 0; at < 4; at++) {
      const difference = (this.#ids[4 * one + at] ?? 0) - (this.#ids[4 * other + at] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }

  #find(parts: ReadonlyArray<number>): number {
    const mask = this.#table.length - 1
    let at = mixed(parts, 0) & mask
    for (;;) {
      const place = this.#table[at] ?? 0
      if (place === 0 || parts.every((part, index) => part === this.#ids[4 * (place - 1) + index])) return at
      at = (at + 1) & mask
    }
  }

  #grow() {
    const ids = new Uint32Array(2 * this.#ids.length)
    ids.set(this.#ids)
    this.#ids = ids
    this.#table = new Uint32Array(2 * this.#table.length)
    const mask = this.#table.length - 1
    for (let place = 0; place < this.#size; place++) {
      let at = mixed(ids, 4 * place) & mask
      while (this.#table[at] !== 0) at = (at + 1) & mask
      this.#table[at] = place + 1
    }
  }
}
