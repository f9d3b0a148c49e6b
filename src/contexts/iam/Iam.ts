import { Context, Effect, Layer } from "effect"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { apiKeyHandlers } from "./apiKey/ApiKeyHandlers.ts"
import { ApiKeyQueries } from "./apiKey/ApiKeyQueries.ts"
import { AuditQueries } from "./audit/AuditQueries.ts"
import { type IamCommand, iamPermissions } from "./contract/IamCommands.ts"
import { eventHandlers } from "./event/EventHandlers.ts"
import { EventQueries } from "./event/EventQueries.ts"
import { TraceQueries } from "./trace/TraceQueries.ts"

/** The iam context, as the rest of the program sees it: a bus that takes its commands, and its queries. */
export class Iam extends Context.Service<
  Iam,
  & CommandBus.CommandBus<IamCommand>
  & EventQueries["Service"]
  & TraceQueries["Service"]
  & ApiKeyQueries["Service"]
  & AuditQueries["Service"]
>()(
  "cardapio/contexts/iam/Iam"
) {
  static readonly layer = Layer.effect(
    Iam,
    Effect.gen(function*() {
      const bus = yield* CommandBus.make<IamCommand>({
        context: "iam",
        permissions: iamPermissions,
        handlers: { ...yield* eventHandlers, ...yield* apiKeyHandlers }
      })
      return {
        ...bus,
        ...yield* EventQueries,
        ...yield* TraceQueries,
        ...yield* ApiKeyQueries,
        ...yield* AuditQueries
      }
    })
  ).pipe(Layer.provide([EventQueries.layer, TraceQueries.layer, ApiKeyQueries.layer, AuditQueries.layer]))
}
