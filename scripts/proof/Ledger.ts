/** What the clients of a trial were told: of each key whether its product is there, and how often they were told what. */
export class Ledger {
  /** The id that each acknowledged key was answered with. */
  readonly acknowledged = new Map<string, string>()
  /** Keys that were answered with two ids. */
  readonly changed = new Set<string>()
  readonly statuses = new Map<number, number>()
  readonly cuts = new Map<string, number>()
  readonly #refusedLast = new Set<string>()
  readonly #unknown = new Set<string>()
  refusedConnections = 0
  failedReads = 0
  replayed = 0
  keys = 0
  /** When the last success was told, by `performance.now()`. */
  lastSuccess = 0

  status(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    if (status < 300) this.lastSuccess = performance.now()
  }

  acknowledge(key: string, id: string, replayed: boolean): void {
    const before = this.acknowledged.get(key)
    if (before !== undefined && before !== id) this.changed.add(key)
    this.acknowledged.set(key, id)
    this.#refusedLast.delete(key)
    this.#unknown.delete(key)
    if (replayed) this.replayed++
  }

  refuse(key: string): void {
    if (!this.acknowledged.has(key) && !this.#unknown.has(key)) this.#refusedLast.add(key)
  }

  cut(key: string | undefined, code: string): void {
    this.cuts.set(code, (this.cuts.get(code) ?? 0) + 1)
    if (key === undefined || this.acknowledged.has(key)) return
    this.#refusedLast.delete(key)
    this.#unknown.add(key)
  }

  get counters(): Record<string, number> {
    const statuses = [...this.statuses].toSorted(([a], [b]) => a - b).map((
      [status, count]
    ) => [`status${status}`, count])
    return {
      keys: this.keys,
      acknowledged: this.acknowledged.size,
      refused: this.#refusedLast.size,
      unknown: this.#unknown.size,
      replayed: this.replayed,
      cutConnections: [...this.cuts.values()].reduce((sum, count) => sum + count, 0),
      refusedConnections: this.refusedConnections,
      ...Object.fromEntries(statuses)
    }
  }
}
