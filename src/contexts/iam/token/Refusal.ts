import { Data } from "effect"

/** Why a token is refused: for the log alone, and never with a part of the token. */
export class Refusal extends Data.TaggedError("Refusal")<{ readonly reason: string }> {}

export const refused = (reason: string) => new Refusal({ reason })
