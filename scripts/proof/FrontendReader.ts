const isCommit = (sql: string) => /^commit$/i.test(sql.trim())

const textAt = (message: Buffer, start: number) => {
  const end = message.indexOf(0, start)
  return { text: message.toString("utf8", start, end), next: end + 1 }
}

/** Reads what one client of PostgreSQL sends (protocol 3), message by message, and finds its COMMITs. */
export class FrontendReader {
  readonly #application: string
  #rest: Buffer = Buffer.alloc(0)
  #begun = false
  #watched = false
  /** The prepared statements that are COMMITs. */
  readonly #commits = new Set<string>()

  /** Only the connections of this application are read for COMMITs. */
  constructor(application: string) {
    this.#application = application
  }

  /** The whole messages up to here, and where among them a COMMIT begins. */
  read(chunk: Buffer): { readonly ready: Buffer; readonly commitAt: number | undefined } {
    const all = Buffer.concat([this.#rest, chunk])
    let at = 0
    let commitAt: number | undefined
    for (;;) {
      const header = this.#begun ? 1 : 0
      if (all.length < at + header + 4) break
      const end = at + header + all.readInt32BE(at + header)
      if (all.length < end) break
      if (this.#holdsCommit(all.subarray(at, end))) commitAt ??= at
      at = end
    }
    this.#rest = all.subarray(at)
    return { ready: all.subarray(0, at), commitAt }
  }

  #holdsCommit(message: Buffer): boolean {
    if (!this.#begun) {
      this.#begun = true
      this.#watched = message.includes(`application_name\0${this.#application}\0`)
      return false
    }
    if (!this.#watched) return false
    switch (message.toString("latin1", 0, 1)) {
      case "Q":
        return isCommit(textAt(message, 5).text)
      case "P": {
        const { next, text: name } = textAt(message, 5)
        if (!isCommit(textAt(message, next).text)) {
          this.#commits.delete(name)
          return false
        }
        this.#commits.add(name)
        return true
      }
      case "B":
        return this.#commits.has(textAt(message, textAt(message, 5).next).text)
      default:
        return false
    }
  }
}
