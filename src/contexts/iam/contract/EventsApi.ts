import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { idempotent } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { dryRunnable, oneOrDryRun } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs } from "./access.ts"
import { Authorization } from "./Authorization.ts"
import { iamPermissions } from "./IamCommands.ts"
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

const pagination = { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null }

const event = {
  id: "01a2094e-260b-7f83-8d6e-0c6d2f4fbe1a",
  tag: "products/ProductDiscarded",
  publishedAt: "2026-11-24T09:31:00.000Z",
  actorId: "01980000-0000-7000-8000-000000000001",
  correlationId: "01a20ba4-06c1-7d0c-b1d5-3e5b7d4b9a10"
}

const lastFailure = "SqlError: canceling statement due to lock timeout"

const deadLetter = {
  eventId: event.id,
  tag: event.tag,
  subscription: "recipes/OnProductDiscarded",
  attempts: 10,
  lastFailure,
  failedAt: "2026-11-24T09:52:00.000Z",
  correlationId: event.correlationId
}

const delivery = {
  subscription: deadLetter.subscription,
  state: "dead",
  attempts: 10,
  nextAttemptAt: null,
  lastFailure,
  updatedAt: deadLetter.failedAt
}

const Replayed = Schema.Struct({ replayed: Schema.Int }).annotate({ identifier: "Replayed" })

const readers = "Needs `access_developer_tools`: that of iam shows every context, that of another one its own."

export class EventsGroup extends HttpApiGroup.make("events")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: EventQuery,
      success: many(EventSummary),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listEvents", "List events", {
      access: readers,
      description: "What changed, as other parts were told.",
      examples: { 200: { data: [{ ...event, deliveries: { waiting: 0, done: 1, dead: 1 } }], pagination } }
    })),
    HttpApiEndpoint.get("deadLetters", "/dead-letters", {
      query: DeadLetterQuery,
      success: many(DeadLetter),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listDeadLetters", "List deliveries that failed for the last time", {
      access: readers,
      description: "They failed ten times, and stay until they are replayed.",
      examples: { 200: { data: [deadLetter], pagination } }
    })),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: EventId },
      success: one(StoredEvent),
      error: [PermissionMissing, EventNotFound]
    }).annotateMerge(documented("getEvent", "Read an event and how its deliveries stand", {
      access: "Needs `access_developer_tools` of iam or of the event's context.",
      examples: {
        200: {
          data: {
            ...event,
            payload: {
              _tag: event.tag,
              items: [{
                id: "01a208d0-c3d7-7680-a0a1-e1db4999117d",
                source: "manual",
                name: "Arroz integral cozido",
                barcode: null
              }]
            },
            deliveries: [delivery]
          }
        }
      }
    })),
    HttpApiEndpoint.post("replay", "/:id/replay", {
      params: { id: EventId },
      headers: idempotent,
      query: dryRunnable,
      payload: ReplayInput,
      success: oneOrDryRun(Replayed),
      error: [PermissionMissing, EventNotFound, EventNotDead, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("replayEvent", "Offer dead deliveries of an event again", {
      access: needs(iamPermissions, "iam/ReplayEvent"),
      description: "A handler that has acted on the event already does not act twice.",
      examples: { request: { subscription: deadLetter.subscription }, 200: { data: { replayed: 1 } } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/events")
  .annotateMerge(OpenApi.annotations({ title: "Events", description: "What changed, and who was told" }))
{}
