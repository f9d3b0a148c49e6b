import { Schema } from "effect"

/** An event as it is stored and delivered: its tag, and its payload as JSON. */
export interface Event {
  readonly tag: string
  readonly payload: Schema.Json
}

/** The class that declares an event: a `Schema.TaggedClass`, whose schema only ever grows. */
export type EventClass<A> = Schema.ConstraintCodec<A, unknown> & { readonly identifier: string }

/** An instance of an event class, ready to be stored. */
export const eventOf = <A>(schema: EventClass<A>, instance: A): Event => ({
  tag: schema.identifier,
  payload: Schema.encodeSync(Schema.toCodecJson(schema))(instance)
})
