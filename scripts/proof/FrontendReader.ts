const textAt = (message: Buffer, start: number) => {
  const end = message.indexOf(0, start)
  return { text: message.toString("utf8", start, end), next: end + 1 }
}

/** A statement that a client sends. */
export interface Statement {
  /** Where in what was read it begins. */
  readonly at: number
  readonly isCommit: boolean
  /** Which of its transaction it is, from 1 (its BEGIN) on; 0 outside of one. */
  readonly step: number
}

/** Reads what one client of PostgreSQL sends (protocol 3), message by message, and finds its statements. */
export class FrontendReader {
  readonly #application: string
  #rest: Buffer = Buffer.alloc(0)
  #begun = false
  #watched = false
  #parsed: string | undefined
  #step = 0
  readonly #prepared = new Map<string, string>()

  /** Only the connections of this application are read for statements. */
  constructor(application: string) {
    this.#application = application
  }

  /** The whole messages up to here, and the statements that begin among them. */
  read(chunk: Buffer): { readonly ready: Buffer; readonly statements: ReadonlyArray<Statement> } {
    const all = Buffer.concat([this.#rest, chunk])
    const statements: Array<Statement> = []
    let at = 0
    for (;;) {
      const header = this.#begun ? 1 : 0
      if (all.length < at + header + 4) break
      const end = at + header + all.readInt32BE(at + header)
      if (all.length < end) break
      const sql = this.#begunBy(all.subarray(at, end))
      if (sql !== undefined) statements.push(this.#statement(at, sql.trim()))
      at = end
    }
    this.#rest = all.subarray(at)
    return { ready: all.subarray(0, at), statements }
  }

  #statement(at: number, sql: string): Statement {
    if (this.#step > 0 || /^begin\b/i.test(sql)) this.#step++
    const statement = { at, isCommit: /^commit$/i.test(sql), step: this.#step }
    if (/^(?:commit|rollback)$/i.test(sql)) this.#step = 0
    return statement
  }

  /** The statement that a message begins: a query, or Parse, or a Bind that follows none. */
  #begunBy(message: Buffer): string | undefined {
    if (!this.#begun) {
      this.#begun = true
      this.#watched = message.includes(`application_name\0${this.#application}\0`)
      return undefined
    }
    if (!this.#watched) return undefined
    switch (message.toString("latin1", 0, 1)) {
      case "Q":
        return textAt(message, 5).text
      case "P": {
        const { next, text: name } = textAt(message, 5)
        this.#parsed = textAt(message, next).text
        this.#prepared.set(name, this.#parsed)
        return this.#parsed
      }
      case "B": {
        const again = this.#parsed === undefined
        this.#parsed = undefined
        return again ? this.#prepared.get(textAt(message, textAt(message, 5).next).text) : undefined
      }
      default:
        return undefined
    }
  }
}
