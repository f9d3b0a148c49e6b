/** What a request is refused with. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, detail = code) {
    super(detail)
    this.status = status
    this.code = code
  }
}

/** The body of a refusal. */
export const problemOf = ({ code, message, status }: Refused) =>
  JSON.stringify({ type: `/problems/${code}`, title: code, status, code, detail: message })
