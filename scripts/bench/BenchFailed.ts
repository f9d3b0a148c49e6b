import { Data } from "effect"

/** A part of the benchmark cannot go on: `message` says why. */
export class BenchFailed extends Data.TaggedError("BenchFailed")<{ readonly message: string }> {}
