import { Effect, Result, Schema } from "effect"
import { NormalisedAnswer } from "../contract/FormResponse.ts"
import { normalise, type Normalised } from "./normalise.ts"
import { ResponseRepo, type Unread } from "./ResponseRepo.ts"

const jsonOf = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))
const answersOf = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(NormalisedAnswer)))

const nothing: Normalised = { answers: [], hidden: {}, variables: [], score: null, ending: null, warnings: [] }

/** Reads what was sent: a delivery of Typeform, or the answers of a page. */
const readOf = ({ fields, language, provider, rawBody }: Unread): Normalised => {
  const text = rawBody === null ? "" : new TextDecoder().decode(rawBody)
  if (provider === "native") {
    return { ...nothing, answers: Result.getOrElse(answersOf(text), () => []) }
  }
  const delivery = jsonOf(text)
  return Result.isSuccess(delivery)
    ? normalise(delivery.success, fields, language)
    : { ...nothing, warnings: ["the body cannot be read"] }
}

/** Reads a response and writes what it says. */
export const readResponse = Effect.fnUntraced(function*(row: Unread) {
  const repo = yield* ResponseRepo
  const read = readOf(row)
  return { read, identifiers: yield* repo.write(row.id, read) }
})
