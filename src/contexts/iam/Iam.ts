import { Context, Effect, Layer } from "effect"
import * as CommandBus from "../../kernel/CommandBus.ts"
import { Accounts } from "./Accounts.ts"
import { apiKeyHandlers } from "./apiKey/ApiKeyHandlers.ts"
import { ApiKeyQueries } from "./apiKey/ApiKeyQueries.ts"
import { AuditQueries } from "./audit/AuditQueries.ts"
import { type IamCommand, iamPermissions } from "./contract/IamCommands.ts"
import { eventHandlers } from "./event/EventHandlers.ts"
import { EventQueries } from "./event/EventQueries.ts"
import { passwordHandlers } from "./password/PasswordHandlers.ts"
import { assignmentHandlers } from "./role/AssignmentHandlers.ts"
import { roleHandlers } from "./role/RoleHandlers.ts"
import { RoleQueries } from "./role/RoleQueries.ts"
import { RoleRepo } from "./role/RoleRepo.ts"
import { SessionRepo } from "./session/SessionRepo.ts"
import { TraceQueries } from "./trace/TraceQueries.ts"
import { userHandlers } from "./user/UserHandlers.ts"
import { UserQueries } from "./user/UserQueries.ts"
import { UserRepo } from "./user/UserRepo.ts"

type Queries =
  & EventQueries["Service"]
  & TraceQueries["Service"]
  & ApiKeyQueries["Service"]
  & AuditQueries["Service"]
  & UserQueries["Service"]
  & RoleQueries["Service"]

/** The iam context, as the rest of the program sees it: a bus that takes its commands, and its queries. */
export class Iam
  extends Context.Service<Iam, CommandBus.CommandBus<IamCommand> & Queries>()("cardapio/contexts/iam/Iam")
{
  static readonly layer = Layer.effect(
    Iam,
    Effect.gen(function*() {
      const bus = yield* CommandBus.make<IamCommand>({
        context: "iam",
        permissions: iamPermissions,
        handlers: {
          ...yield* eventHandlers,
          ...yield* apiKeyHandlers,
          ...yield* userHandlers,
          ...yield* roleHandlers,
          ...yield* assignmentHandlers,
          ...yield* passwordHandlers
        }
      })
      return {
        ...bus,
        ...yield* EventQueries,
        ...yield* TraceQueries,
        ...yield* ApiKeyQueries,
        ...yield* AuditQueries,
        ...yield* UserQueries,
        ...yield* RoleQueries
      }
    })
  ).pipe(
    Layer.provide([
      Accounts.layer,
      EventQueries.layer,
      TraceQueries.layer,
      ApiKeyQueries.layer,
      AuditQueries.layer,
      UserQueries.layer,
      UserRepo.layer,
      RoleQueries.layer,
      RoleRepo.layer,
      SessionRepo.layer
    ])
  )
}
