import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { idempotent } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { dryRunnable, oneOrDryRun } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { Authorization } from "./Authorization.ts"
import {
  DeadLetter,
  DeadLetterQuery,
  EventId,
  EventNotDead,
  EventNotFound,
  EventQuery,
  EventSummary,
  ReplayInput,
  StoredEvent
} from "./StoredEvent.ts"

const Replayed = Schema.Struct({ replayed: Schema.Int }).annotate({ identifier: "Replayed" })

export class EventsGroup extends HttpApiGroup.make("events")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: EventQuery,
      success: many(EventSummary),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listEvents", "List events", {
      description:
        "What changed, as other parts were told. Those of a context need its permission `access_developer_tools`; "
        + "with that of iam, all are read."
    })),
    HttpApiEndpoint.get("deadLetters", "/dead-letters", {
      query: DeadLetterQuery,
      success: many(DeadLetter),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listDeadLetters", "List deliveries that failed for the last time")),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: EventId },
      success: one(StoredEvent),
      error: [PermissionMissing, EventNotFound]
    }).annotateMerge(documented("getEvent", "Read an event and how its deliveries stand")),
    HttpApiEndpoint.post("replay", "/:id/replay", {
      params: { id: EventId },
      headers: idempotent,
      query: dryRunnable,
      payload: ReplayInput,
      success: oneOrDryRun(Replayed),
      error: [PermissionMissing, EventNotFound, EventNotDead, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("replayEvent", "Offer dead deliveries of an event again", {
      description:
        "Needs `access_developer_tools` of iam. A handler that has acted on the event already does not act twice."
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/events")
  .annotateMerge(OpenApi.annotations({ title: "Events", description: "What changed, and who was told" }))
{}
