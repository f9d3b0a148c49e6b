import { Schema } from "effect"
import { text } from "../../../kernel/contract/Values.ts"

export const Step = Schema.Struct({ text: text(1, 5000), section: Schema.optionalKey(text(1, 200)) }).annotate({
  identifier: "Step"
})
export type Step = typeof Step.Type

const numbering = /^\s*(?:\d{1,3}\s*[.):-]\s+|[-*•]\s+)/u
const longest = 5000

/** Lines of a text are its steps; what is longer than a step may be goes on in the next one. */
export const stepsIn = (written: string): ReadonlyArray<Step> =>
  written.split(/\r\n|[\n\r]/).map((line) => line.replace(numbering, "").trim()).filter((line) => line !== "")
    .flatMap((line) => {
      const points = Array.from(line)
      const count = Math.ceil(points.length / longest)
      return Array.from({ length: count }, (_, n) => ({ text: points.slice(n * longest, (n + 1) * longest).join("") }))
    })

const atMost = 200
const tooMany = { message: `must be at most ${atMost} steps` }

/** Steps, or one text whose lines are the steps. */
export const Instructions = Schema.Union([
  Schema.Array(Step).check(Schema.isMaxLength(atMost, tooMany)),
  text(0, 100_000).check(Schema.makeFilter((written) => stepsIn(written).length <= atMost || tooMany.message))
])
