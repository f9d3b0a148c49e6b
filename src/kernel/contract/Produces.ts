import { Context } from "effect"

/** The media type that an endpoint answers with besides JSON, where it does. */
export const Produces = Context.Reference<string>("cardapio/kernel/contract/Produces", {
  defaultValue: () => "application/json"
})
