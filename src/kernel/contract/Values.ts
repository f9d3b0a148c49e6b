import { Schema, SchemaGetter, SchemaIssue } from "effect"

/** An issue that carries a problem code: when all faults of a request share it, the answer is that problem. */
export const coded = (code: string, message: string): SchemaIssue.InvalidValue =>
  new SchemaIssue.InvalidValue({ code, message })

const storable = Schema.makeFilter<string>((text) =>
  text.includes("\u0000") ? "must not hold U+0000" : text.isWellFormed() || "must be well-formed Unicode"
)

/** Text as PostgreSQL can store it: well-formed Unicode without U+0000. */
export const RawText = Schema.String.check(storable)

const length = (min: number, max: number) =>
  Schema.isBetweenCodePoints(min, max, { message: `must be ${min} to ${max} characters long` }).abort()

/** Text of `min` to `max` characters (code points) after it was trimmed and composed (NFC). */
export const text = (min: number, max: number) =>
  RawText.check(Schema.makeFilter<string>(() => true, length(min, max).annotations)).pipe(
    Schema.decodeTo(Schema.String.check(length(min, max)), {
      decode: SchemaGetter.transform((raw) => raw.normalize("NFC").trim()),
      encode: SchemaGetter.passthrough()
    })
  )

/** The same, or nothing: blank text is none. */
export const textOrNull = (max: number) =>
  Schema.NullOr(RawText.check(Schema.makeFilter<string>(() => true, length(0, max).annotations))).pipe(
    Schema.decodeTo(Schema.NullOr(Schema.String.check(length(1, max))), {
      decode: SchemaGetter.transform((raw) => raw === null ? null : raw.normalize("NFC").trim() || null),
      encode: SchemaGetter.passthrough()
    })
  )

/** A name: text that holds at least one letter or digit. */
export const nameText = (max: number) =>
  text(1, max).check(
    Schema.makeFilter((name) => /[\p{L}\p{N}]/u.test(name) || "must hold at least one letter or digit")
  )

/** An http or https address. */
export const webAddress = text(1, 2048).check(
  Schema.isPattern(/^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/i, { message: "must be an http or https address" })
)

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** A UUID in the usual form; ours are of version 7. Read in any case, written in lower case. */
export const Uuid = Schema.String.annotate({ format: "uuid" }).check(
  Schema.isPattern(uuidPattern, { message: "must be a UUID" })
).pipe(
  Schema.decodeTo(Schema.String, { decode: SchemaGetter.toLowerCase(), encode: SchemaGetter.passthrough() })
)

/** An instant, RFC 3339 in UTC with milliseconds on the wire. */
export const Instant = Schema.DateTimeUtcFromString.annotate({ description: "RFC 3339, UTC, milliseconds" })

const givenInstant =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** A `Date` would take 30 February as 2 March. */
const dayExists = (text: string) => {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number)
  return new Date(Date.UTC(year, month, 0)).getUTCDate() >= day
}

/** An RFC 3339 instant as it is given to us, with its zone. */
export const GivenInstant = Schema.String.annotate({ format: "date-time" }).check(
  Schema.isPattern(givenInstant, { message: "must be an RFC 3339 instant such as 2026-01-31T12:00:00Z" })
).check(Schema.makeFilter((text) => dayExists(text) || "must be a day that exists")).pipe(
  Schema.decodeTo(Schema.DateTimeUtcFromString)
)

/** A day of the calendar, ISO 8601: 2026-01-31. */
export const CalendarDate = Schema.String.annotate({ format: "date" }).check(
  Schema.isPattern(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, {
    message: "must be a date such as 2026-01-31"
  })
).check(Schema.makeFilter((text) => dayExists(text) || "must be a day that exists"))

/** A whole number. */
export const integer = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`
  return Schema.Finite.check(Schema.isInt({ message }), Schema.isBetween({ minimum: min, maximum: max }, { message }))
}

/** A finite number greater than 0 and at most `max`. */
export const positive = (max: number) =>
  Schema.Finite.check(
    Schema.isBetween({ minimum: 0, maximum: max, exclusiveMinimum: true }, {
      message: `must be greater than 0 and at most ${max}`
    })
  )
