import { Context, type Duration } from "effect"

interface Pace {
  /** What lies between two requests at least: 600 ms are never three in a second, even when one is sent a little late. */
  readonly apart: Duration.Input
  /** How long Typeform is left alone once it has failed five times in a row. */
  readonly rest: Duration.Input
  /** How long once it has refused the token. */
  readonly restRefused: Duration.Input
}

/** At what pace Typeform is asked; another one is for trials. */
export const TypeformPace = Context.Reference<Pace>("cardapio/contexts/onboarding/TypeformPace", {
  defaultValue: () => ({ apart: "600 millis", rest: "1 minute", restRefused: "10 minutes" })
})
