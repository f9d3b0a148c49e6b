import { Context, type Duration } from "effect"

/** What lies between two requests at least: 600 ms are never three in a second, however late each is sent. Less is for trials. */
export const TypeformPace = Context.Reference<Duration.Input>("cardapio/contexts/onboarding/TypeformPace", {
  defaultValue: () => "600 millis"
})
