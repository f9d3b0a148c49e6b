import { Config, Context, Data, Duration, Effect, Layer, Redacted, Result, Schema, SchemaGetter } from "effect"

/** A setting that cannot be used: `message` is one line that names the variable, the fault and an example. */
export class SettingInvalid extends Data.TaggedError("SettingInvalid")<{ readonly message: string }> {}

/** One environment variable: the README's table of settings is made from these. */
export interface Setting<A> {
  readonly name: string
  readonly codec: Schema.ConstraintDecoder<A>
  readonly fault: string
  readonly example: string
  readonly default: string | undefined
  readonly secret: boolean
  readonly description: string
}

const setting = <A>(
  name: string,
  codec: Schema.ConstraintDecoder<A>,
  options: Pick<Setting<A>, "fault" | "example" | "description"> & { readonly default?: string; readonly secret?: true }
): Setting<A> => ({ name, codec, secret: false, default: undefined, ...options })

const wholeNumber = (min: number, max: number) =>
  Schema.String.check(Schema.isPattern(/^\d{1,9}$/)).pipe(
    Schema.decodeTo(Schema.Int, { decode: SchemaGetter.transform(Number), encode: SchemaGetter.String() })
  ).check(Schema.isBetween({ minimum: min, maximum: max }))

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }

const TimeSpan = Schema.String.check(Schema.isPattern(/^\d{1,7} ?(?:ms|s|m|min|h)$/)).pipe(
  Schema.decodeTo(Schema.Duration, {
    decode: SchemaGetter.transform((text) =>
      Duration.millis(Number.parseInt(text, 10) * (units[text.replace(/^\d+ ?/, "")] ?? 1))
    ),
    encode: SchemaGetter.transform((duration) => `${Duration.toMillis(duration)} ms`)
  })
).check(Schema.makeFilter((duration) => Duration.toMillis(duration) >= 100))

const timeSpan = { fault: "must be a time of at least 100 ms, in ms, s, min or h", example: "10 s" }

/** A URL whose parts can all be read: a `#` or a stray `%` in a password must be percent-encoded. */
const isDatabaseUrl = (text: string) => {
  try {
    const { hash, hostname, password, pathname, protocol, username } = new URL(text)
    decodeURIComponent(username + password + pathname)
    return /^postgres(?:ql)?:$/.test(protocol) && hostname !== "" && pathname.length > 1 && hash === ""
  } catch {
    return false
  }
}

const DatabaseUrl = Schema.String.check(Schema.makeFilter(isDatabaseUrl)).pipe(
  Schema.decodeTo(Schema.Redacted(Schema.String), {
    decode: SchemaGetter.transform(Redacted.make),
    encode: SchemaGetter.transform(Redacted.value)
  })
)

const databaseUrl = {
  secret: true,
  fault: "must be an address of PostgreSQL (percent-encode what is special in a password)",
  example: "postgres://user:password@127.0.0.1:5432/cardapio"
} as const

const Flag = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((text) => text === "true"),
    encode: SchemaGetter.transform((value) => value ? "true" as const : "false" as const)
  })
)

/** Every setting there is, in the order of the README. */
export const settings = {
  host: setting("HOST", Schema.NonEmptyString, {
    default: "127.0.0.1",
    fault: "must be an address of this machine",
    example: "0.0.0.0",
    description: "Address to listen on"
  }),
  port: setting("PORT", wholeNumber(0, 65_535), {
    default: "8080",
    fault: "must be a port from 0 (any free one) to 65535",
    example: "8080",
    description: "Port to listen on; 0 takes a free one"
  }),
  dataDirectory: setting("DATA_DIR", Schema.NonEmptyString, {
    default: ".data",
    fault: "must be a folder",
    example: "/var/lib/cardapio",
    description: "Where the embedded PostgreSQL keeps its data and secrets"
  }),
  databaseUrl: setting("DATABASE_URL", DatabaseUrl, {
    ...databaseUrl,
    description: "PostgreSQL 17 or newer to use instead of the embedded one"
  }),
  migrationUrl: setting("DATABASE_MIGRATION_URL", DatabaseUrl, {
    ...databaseUrl,
    description: "The same database as the owner of its tables, for migrations. Default: DATABASE_URL"
  }),
  migrate: setting("MIGRATE", Flag, {
    default: "true",
    fault: "must be true or false",
    example: "false",
    description: "Whether a start brings the database up to date; false leaves that to `cli migrate`"
  }),
  poolSize: setting("DATABASE_POOL_SIZE", wholeNumber(2, 500), {
    default: "10",
    fault: "must be a whole number from 2 to 500",
    example: "20",
    description: "Connections for commands, and as many each for queries and for events"
  }),
  commandTimeout: setting("COMMAND_TIMEOUT", TimeSpan, {
    default: "10 s",
    ...timeSpan,
    description: "How long a command may take before it is rolled back (504)"
  }),
  eventTimeout: setting("EVENT_TIMEOUT", TimeSpan, {
    default: "10 s",
    ...timeSpan,
    description: "How long the handler of an event may take before it is rolled back and tried again"
  }),
  eventConcurrency: setting("EVENT_CONCURRENCY", wholeNumber(1, 1000), {
    default: "64",
    fault: "must be a whole number from 1 to 1000",
    example: "16",
    description: "How many handlers of events run at once"
  }),
  statementTimeout: setting("SQL_STATEMENT_TIMEOUT", TimeSpan, {
    default: "30 s",
    ...timeSpan,
    description: "How long one statement of a query may take (504)"
  }),
  shutdownGrace: setting("SHUTDOWN_GRACE", TimeSpan, {
    default: "15 s",
    ...timeSpan,
    description: "How long running requests may go on after Ctrl-C or SIGTERM"
  }),
  logLevel: setting("LOG_LEVEL", Schema.Literals(["Trace", "Debug", "Info", "Warn", "Error", "Fatal", "None"]), {
    default: "Info",
    fault: "must be one of Trace, Debug, Info, Warn, Error, Fatal, None",
    example: "Debug",
    description: "What is logged"
  }),
  authKeySecret: setting(
    "AUTH_KEY_SECRET",
    Schema.String.check(Schema.isMinLength(32)).pipe(
      Schema.decodeTo(Schema.Redacted(Schema.String), {
        decode: SchemaGetter.transform(Redacted.make),
        encode: SchemaGetter.transform(Redacted.value)
      })
    ),
    {
      secret: true,
      fault: "must be at least 32 characters long",
      example: "the output of: openssl rand -base64 48",
      description: "Seals the private signing keys. Needed with DATABASE_URL; made in DATA_DIR otherwise"
    }
  )
} as const

const decoded = <A>(self: Setting<A>, text: string): Effect.Effect<A, SettingInvalid> =>
  Result.match(Schema.decodeUnknownResult(self.codec)(text.trim()), {
    onSuccess: Effect.succeed,
    onFailure: () =>
      Effect.fail(
        new SettingInvalid({
          message: `${self.name}${self.secret ? "" : `=${JSON.stringify(text)}`} ${self.fault}. Example: ${self.name}=${
            JSON.stringify(self.example)
          }`
        })
      )
  })

const raw = (name: string) =>
  Config.String(name).pipe(
    Config.withDefault(""),
    Effect.mapError((error) => new SettingInvalid({ message: `${name} cannot be read: ${error.message}` }))
  )

const withDefault = <A>(self: Setting<A>) =>
  Effect.flatMap(raw(self.name), (text) => decoded(self, text === "" ? self.default ?? "" : text))

const optional = <A>(self: Setting<A>) =>
  Effect.flatMap(raw(self.name), (text) => text === "" ? Effect.undefined : decoded(self, text))

const read = Effect.all({
  host: withDefault(settings.host),
  port: withDefault(settings.port),
  dataDirectory: withDefault(settings.dataDirectory),
  databaseUrl: optional(settings.databaseUrl),
  migrationUrl: optional(settings.migrationUrl),
  migrate: withDefault(settings.migrate),
  poolSize: withDefault(settings.poolSize),
  commandTimeout: withDefault(settings.commandTimeout),
  eventTimeout: withDefault(settings.eventTimeout),
  eventConcurrency: withDefault(settings.eventConcurrency),
  statementTimeout: withDefault(settings.statementTimeout),
  shutdownGrace: withDefault(settings.shutdownGrace),
  logLevel: withDefault(settings.logLevel),
  authKeySecret: optional(settings.authKeySecret)
})

/** The settings of this process, read from the environment once. */
export class Settings extends Context.Service<Settings, Effect.Success<typeof read>>()("cardapio/kernel/Settings") {
  static readonly layer = Layer.effect(Settings, read)
}
