import { Effect, Layer, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ReplayEvent } from "../src/contexts/iam/contract/IamCommands.ts"
import {
  DeadLetter,
  DeadLetterQuery,
  EventId,
  EventQuery,
  EventSummary,
  StoredEvent
} from "../src/contexts/iam/contract/StoredEvent.ts"
import { Iam } from "../src/contexts/iam/Iam.ts"
import { listFlags, printList } from "./Lists.ts"
import { acting, as, CommandFailed, remark, result, Tools } from "./Operator.ts"

const Services = Iam.layer.pipe(Layer.provideMerge(Tools))

const list = Command.make("list", { ...listFlags, as }, (flags) =>
  Effect.flatMap(Iam, (iam) =>
    printList({
      flags,
      query: EventQuery,
      item: EventSummary,
      read: iam.events,
      line: ({ correlationId, deliveries: { dead, done, waiting }, id, publishedAt, tag }) =>
        [id, publishedAt.toJSON(), tag, `${waiting} waiting, ${done} done, ${dead} dead`, correlationId ?? "-"].join(
          "\t"
        )
    })).pipe(acting(flags.as), Effect.provide(Services))).pipe(
    Command.withDescription("List events, the newest first"),
    Command.withExamples([
      { command: "events list tag=products/ProductChanged limit=20", description: "The last 20 changes of products" }
    ])
  )

const deadLetters = Command.make(
  "dead-letters",
  { ...listFlags, as },
  (flags) =>
    Effect.flatMap(Iam, (iam) =>
      printList({
        flags,
        query: DeadLetterQuery,
        item: DeadLetter,
        read: iam.deadLetters,
        line: ({ attempts, eventId, failedAt, lastFailure, subscription }) =>
          [eventId, failedAt.toJSON(), subscription, `${attempts} attempts`, lastFailure?.split("\n", 1)[0] ?? "-"]
            .join("\t")
      })).pipe(acting(flags.as), Effect.provide(Services))
).pipe(
  Command.withDescription("List deliveries that failed for the last time, the newest first")
)

const eventId = Argument.String("id").pipe(Argument.withSchema(EventId), Argument.withDescription("The event's id"))

const show = Command.make("show", { id: eventId, as }, ({ as: email, id }) =>
  Effect.gen(function*() {
    const event = yield* (yield* Iam).event(id)
    yield* result(JSON.stringify(yield* Schema.encodeEffect(StoredEvent)(event), null, 2))
  }).pipe(acting(email), Effect.provide(Services))).pipe(
    Command.withDescription("Show an event, what it says, and how its deliveries stand, as JSON")
  )

const everyDeadEvent = Effect.gen(function*() {
  const iam = yield* Iam
  const ids = new Set<EventId>()
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = yield* iam.deadLetters({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    for (const { eventId } of page.data) ids.add(eventId)
    cursor = page.pagination.nextCursor
  }
  return [...ids]
})

const replay = Command.make("replay", {
  ids: Argument.String("id").pipe(
    Argument.withSchema(EventId),
    Argument.withDescription("Events whose dead deliveries are offered again"),
    Argument.variadic({ min: 0 })
  ),
  all: Flag.Boolean("all").pipe(Flag.withDescription("Every event that has one"), Flag.withDefault(false)),
  subscription: Flag.String("subscription").pipe(Flag.withDescription("Only deliveries to this one"), Flag.optional),
  as
}, ({ all, as: email, ids, subscription }) =>
  Effect.gen(function*() {
    if (all === (ids.length > 0)) {
      return yield* new CommandFailed({ message: "name the events, or say --all (see: events dead-letters)" })
    }
    const iam = yield* Iam
    let replayed = 0
    for (const id of all ? yield* everyDeadEvent : ids) {
      const one = iam.execute(
        new ReplayEvent({ id, subscription: subscription._tag === "Some" ? subscription.value : undefined })
      )
      replayed += yield* all ? Effect.catchTag(one, "EventNotDead", () => Effect.succeed(0)) : one
    }
    yield* remark(`${replayed.toLocaleString("en-US")} ${replayed === 1 ? "delivery" : "deliveries"} offered again`)
  }).pipe(acting(email), Effect.provide(Services))).pipe(
    Command.withDescription("Offer dead deliveries again, with all their attempts")
  )

/** `cli events …`: what an operator sees of events, and does about those that died. */
export const events = Command.make("events").pipe(
  Command.withDescription("Events and their deliveries"),
  Command.withSubcommands([list, show, deadLetters, replay])
)
