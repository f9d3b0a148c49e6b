import { Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, text, Uuid } from "../../../kernel/contract/Values.ts"

export const EventId = Uuid.pipe(Schema.brand("EventId"))
export type EventId = typeof EventId.Type

const summary = {
  id: EventId,
  tag: Schema.String.annotate({ description: "`<context>/<Event>`" }),
  publishedAt: Instant,
  actorId: Schema.NullOr(UserId).annotate({ description: "Who caused it; null: the system" }),
  correlationId: Schema.NullOr(Schema.String)
}

/** An event as a list tells it. */
export const EventSummary = Schema.Struct({
  ...summary,
  deliveries: Schema.Struct({ waiting: Schema.Int, done: Schema.Int, dead: Schema.Int }).annotate({
    description: "How many of its deliveries there are of each state; done ones are counted for 7 days"
  })
}).annotate({ identifier: "EventSummary" })
export type EventSummary = typeof EventSummary.Type

export const Delivery = Schema.Struct({
  subscription: Schema.String,
  state: Schema.Literals(["waiting", "running", "done", "dead"]),
  attempts: Schema.Int,
  nextAttemptAt: Schema.NullOr(Instant),
  lastFailure: Schema.NullOr(Schema.String),
  updatedAt: Instant
}).annotate({ identifier: "Delivery" })
export type Delivery = typeof Delivery.Type

/** An event with what it says and how its deliveries stand. */
export const StoredEvent = Schema.Struct({
  ...summary,
  payload: Schema.Json,
  deliveries: Schema.Array(Delivery)
}).annotate({ identifier: "StoredEvent" })
export type StoredEvent = typeof StoredEvent.Type

/** A delivery that failed for the last time: it waits for an operator. */
export const DeadLetter = Schema.Struct({
  eventId: EventId,
  tag: Schema.String,
  subscription: Schema.String,
  attempts: Schema.Int,
  lastFailure: Schema.NullOr(Schema.String),
  failedAt: Instant,
  correlationId: Schema.NullOr(Schema.String)
}).annotate({ identifier: "DeadLetter" })
export type DeadLetter = typeof DeadLetter.Type

export const eventFilters = {
  id: filter.uuid,
  tag: filter.text,
  actorId: filter.uuidOrNull,
  correlationId: filter.textOrNull,
  publishedAt: filter.instant
} as const

export const EventQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(eventFilters),
  sort: sortParameter(Schema.Literals(["publishedAt", "tag"]), "Fields: publishedAt, tag. Default: -publishedAt")
})
export type EventQuery = typeof EventQuery.Type

export const deadLetterFilters = {
  eventId: filter.uuid,
  tag: filter.text,
  subscription: filter.text,
  correlationId: filter.textOrNull,
  failedAt: filter.instant
} as const

export const DeadLetterQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(deadLetterFilters),
  sort: sortParameter(Schema.Literals(["failedAt"]), "Fields: failedAt. Default: -failedAt")
})
export type DeadLetterQuery = typeof DeadLetterQuery.Type

/** Which dead deliveries of an event to offer again; without a subscription, all of them. */
export const ReplayInput = Schema.Struct({ subscription: Schema.optionalKey(text(1, 200)) }).annotate({
  identifier: "ReplayInput"
})
export type ReplayInput = typeof ReplayInput.Type

/** 404: no event that the caller may read has the id. */
export class EventNotFound extends declared<EventNotFound>()(
  "EventNotFound",
  problem("event_not_found", 404, "There is no such event", {
    cause: "No event has that id, or it is of a context whose events the caller may not read.",
    cure: "Look it up with GET /v1/events."
  })
) {}

/** 409: nothing of the event waits for a replay. */
export class EventNotDead extends declared<EventNotDead>()(
  "EventNotDead",
  problem("event_not_dead", 409, "No delivery of the event is dead", {
    cause: "Only deliveries that failed for the last time are replayed; those that wait are tried again by themselves.",
    cure: "See how they stand with GET /v1/events/{id}."
  })
) {}
