import { Clock, Duration, Effect } from "effect"
import type { FormId } from "../contract/FormResponse.ts"
import { FormSecrets } from "../FormSecrets.ts"

const soonest = 3000
const latest = 24 * 3_600_000

/** What became of a page's token: its nonce is that of one response. */
type TokenState =
  | { readonly _tag: "Valid"; readonly nonce: string; readonly definitionVersion: number }
  | { readonly _tag: "TooFast" }
  | { readonly _tag: "Invalid" }

/** Signed tokens of pages: form, version of its definition, instant, nonce. Good from 3 s to 24 h after the page was made. */
export const makePageTokens = Effect.gen(function*() {
  const secrets = yield* FormSecrets

  /** Of a page that is so old already. */
  const make = Effect.fnUntraced(function*(formId: FormId, definitionVersion: number, age: Duration.Input = 0) {
    const made = (yield* Clock.currentTimeMillis) - Duration.toMillis(age)
    const content = `${formId}.${definitionVersion}.${made}.${yield* secrets.random(16)}`
    return `${content}.${yield* secrets.sign(`page ${content}`)}`
  })

  const read = Effect.fnUntraced(function*(formId: FormId, token: string) {
    const [id = "", version = "", instant = "", nonce = "", signature = ""] = token.split(".", 6)
    const content = `${id}.${version}.${instant}.${nonce}`
    const isSigned = token === `${content}.${signature}` && (yield* secrets.verify(`page ${content}`, signature))
    const invalid: TokenState = { _tag: "Invalid" }
    if (!isSigned || id !== formId) return invalid
    const age = (yield* Clock.currentTimeMillis) - Number(instant)
    const state: TokenState = age > latest
      ? invalid
      : age < soonest
      ? { _tag: "TooFast" }
      : { _tag: "Valid", nonce, definitionVersion: Number(version) }
    return state
  })

  return { make, read }
})
