import { Schema } from "effect"
import {
  DatabaseUrl,
  Flag,
  HeaderList,
  HttpUrl,
  Issuers,
  Networks,
  Origins,
  PublicUrl,
  secret,
  TimeSpan,
  wholeNumber
} from "./SettingCodecs.ts"

/** One environment variable: the README's table of settings is made from these. */
export interface Setting<A> {
  readonly name: string
  readonly codec: Schema.ConstraintDecoder<A>
  readonly fault: string
  readonly example: string
  readonly default: string | undefined
  /** What counts where it is not set, as Markdown. */
  readonly otherwise: string
  readonly secret: boolean
  /** As Markdown. */
  readonly description: string
}

const setting = <A>(
  name: string,
  codec: Schema.ConstraintDecoder<A>,
  options: Pick<Setting<A>, "fault" | "example" | "description"> & {
    readonly default?: string
    readonly otherwise?: string
    readonly secret?: true
  }
): Setting<A> => ({
  name,
  codec,
  secret: false,
  default: undefined,
  otherwise: options.default === undefined ? "" : `\`${options.default}\``,
  ...options
})

const timeSpan = { fault: "must be a time of at least 100 ms, in ms, s, min or h", example: "10 s" }

const databaseUrl = {
  secret: true,
  fault: "must be an address of PostgreSQL (percent-encode what is special in a password)",
  example: "postgres://user:password@127.0.0.1:5432/cardapio"
} as const

/** Every setting there is, in the order of the README. */
export const settings = {
  host: setting("HOST", Schema.NonEmptyString, {
    default: "127.0.0.1",
    fault: "must be an address of this machine",
    example: "0.0.0.0",
    description: "address to listen on"
  }),
  port: setting("PORT", wholeNumber(0, 65_535), {
    default: "8080",
    fault: "must be a port from 0 (any free one) to 65535",
    example: "8080",
    description: "port to listen on; 0 takes a free one"
  }),
  dataDirectory: setting("DATA_DIR", Schema.NonEmptyString, {
    default: ".data",
    fault: "must be a folder",
    example: "/var/lib/cardapio",
    description: "where the embedded PostgreSQL keeps its data and secrets"
  }),
  databaseUrl: setting("DATABASE_URL", DatabaseUrl, {
    ...databaseUrl,
    description:
      "PostgreSQL 17 or newer to use instead of the embedded one; `?sslmode=require` for TLS, its certificate verified"
  }),
  migrationUrl: setting("DATABASE_MIGRATION_URL", DatabaseUrl, {
    ...databaseUrl,
    otherwise: "`DATABASE_URL`",
    description: "the same database as the owner of its tables, for migrations"
  }),
  migrate: setting("MIGRATE", Flag, {
    default: "true",
    fault: "must be true or false",
    example: "false",
    description: "whether a start brings the database up to date; `false` leaves that to `cli migrate`"
  }),
  poolSize: setting("DATABASE_POOL_SIZE", wholeNumber(2, 500), {
    default: "10",
    fault: "must be a whole number from 2 to 500",
    example: "20",
    description: "connections for commands, and as many each for queries and for events"
  }),
  commandTimeout: setting("COMMAND_TIMEOUT", TimeSpan, {
    default: "10 s",
    ...timeSpan,
    description: "how long a command may take before it is rolled back (504)"
  }),
  eventTimeout: setting("EVENT_TIMEOUT", TimeSpan, {
    default: "10 s",
    ...timeSpan,
    description: "how long the handler of an event may take before it is rolled back and tried again"
  }),
  eventConcurrency: setting("EVENT_CONCURRENCY", wholeNumber(1, 1000), {
    default: "64",
    fault: "must be a whole number from 1 to 1000",
    example: "16",
    description:
      "how many handlers of events run at once; while requests come in two, and those that have waited for a second"
  }),
  statementTimeout: setting("SQL_STATEMENT_TIMEOUT", TimeSpan, {
    default: "30 s",
    ...timeSpan,
    description: "how long one statement of a query may take (504)"
  }),
  rateLimit: setting("RATE_LIMIT_PER_MINUTE", wholeNumber(0, 1_000_000), {
    default: "600",
    fault: "must be a whole number from 0 (no limit) to 1000000",
    example: "6000",
    description: "requests a minute of one user, or of one address where nobody is signed in (429); 0: no limit"
  }),
  maxConcurrentRequests: setting("MAX_CONCURRENT_REQUESTS", wholeNumber(0, 100_000), {
    default: "256",
    fault: "must be a whole number from 0 (no limit) to 100000",
    example: "1024",
    description: "how many requests may be under way at once (503 beyond it); 0: no limit, however slow it gets"
  }),
  trustedProxies: setting("TRUSTED_PROXIES", Networks, {
    fault: "must be networks or addresses, parted by commas",
    example: "10.0.0.0/8,127.0.0.1",
    description: "networks of proxies whose `X-Forwarded-For` tells the caller's address"
  }),
  corsOrigins: setting("CORS_ORIGINS", Origins, {
    fault: "must be origins (scheme, host, port) parted by commas; never *",
    example: "https://app.example.org",
    description: "origins whose pages may read the answers"
  }),
  publicUrl: setting("PUBLIC_URL", PublicUrl, {
    fault: "must be an http or https address without a path",
    example: "https://cardapio.example.org",
    description: "where callers reach this server, as `/openapi.json` names it and Typeform sends to"
  }),
  shutdownGrace: setting("SHUTDOWN_GRACE", TimeSpan, {
    default: "15 s",
    ...timeSpan,
    description: "how long a stop may take: a third to be left alone by callers, the rest for requests that run"
  }),
  logLevel: setting("LOG_LEVEL", Schema.Literals(["Trace", "Debug", "Info", "Warn", "Error", "Fatal", "None"]), {
    default: "Info",
    fault: "must be one of Trace, Debug, Info, Warn, Error, Fatal, None",
    example: "Debug",
    description: "`Trace` `Debug` `Info` `Warn` `Error` `Fatal` `None`"
  }),
  otlpEndpoint: setting("OTEL_EXPORTER_OTLP_ENDPOINT", HttpUrl, {
    fault: "must be an http or https address",
    example: "http://127.0.0.1:4318",
    description: "OpenTelemetry collector that gets the spans (OTLP over HTTP, JSON)"
  }),
  otlpHeaders: setting("OTEL_EXPORTER_OTLP_HEADERS", HeaderList, {
    secret: true,
    fault: "must be headers as name=value, parted by commas",
    example: "x-api-key=abc",
    description: "headers that the collector asks for, `name=value,…`"
  }),
  serviceName: setting("OTEL_SERVICE_NAME", Schema.NonEmptyString, {
    default: "cardapio",
    fault: "must be a name",
    example: "cardapio-eu",
    description: "what the collector calls this server"
  }),
  hashConcurrency: setting("AUTH_HASH_CONCURRENCY", wholeNumber(1, 64), {
    default: "2",
    fault: "must be a whole number from 1 to 64",
    example: "4",
    description:
      "how many passwords are hashed at once, each in 64 MiB and a thread that gives way to requests, and never on the last free processor; 14 more may wait"
  }),
  authKeySecret: setting(
    "AUTH_KEY_SECRET",
    secret(32),
    {
      secret: true,
      fault: "must be at least 32 characters long",
      example: "the output of: openssl rand -base64 48",
      otherwise: "made in `DATA_DIR`",
      description: "seals the private signing keys and kept answers; needed with `DATABASE_URL`"
    }
  ),
  authLocal: setting("AUTH_LOCAL", Flag, {
    default: "true",
    fault: "must be true or false",
    example: "false",
    description:
      "whether the tokens that this server signs are taken; `false` leaves those of `AUTH_ISSUERS`, and API keys"
  }),
  authIssuers: setting("AUTH_ISSUERS", Issuers, {
    default: "[]",
    fault: "must be a JSON list of issuers, each with its https address and audience",
    example: `[{"issuer":"https://id.example.org","audience":["cardapio"]}]`,
    description: "OpenID Connect issuers whose tokens are taken, as a JSON list"
  }),
  importFetch: setting("IMPORT_FETCH", Flag, {
    default: "false",
    fault: "must be true or false",
    example: "true",
    description:
      "whether `/v1/recipes/import` takes `{ \"url\": … }`, too, and fetches the page: from public addresses alone, within 10 s, up to 5 MiB"
  }),
  typeformToken: setting("TYPEFORM_TOKEN", secret(1), {
    secret: true,
    fault: "must be a personal access token of Typeform",
    example: "tfp_…",
    description: "with `PUBLIC_URL`: forms at Typeform can be set up; a token that may read forms and write webhooks"
  }),
  typeformBaseUrl: setting("TYPEFORM_BASE_URL", HttpUrl, {
    default: "https://api.typeform.com",
    fault: "must be an http or https address",
    example: "https://api.eu.typeform.com",
    description: "where Typeform's API is"
  }),
  onboardingSecretKey: setting("ONBOARDING_SECRET_KEY", secret(32), {
    secret: true,
    fault: "must be at least 32 characters long",
    example: "the output of: openssl rand -base64 48",
    otherwise: "made in `DATA_DIR`",
    description: "seals the secrets of webhooks and signs the pages of forms; the same for all servers of a database"
  }),
  secretOverlap: setting("SECRET_OVERLAP", TimeSpan, {
    default: "24 h",
    ...timeSpan,
    description: "how long the earlier secret of a webhook is good once Typeform knows the new one"
  }),
  formPostsPerHour: setting("FORM_POSTS_PER_HOUR", wholeNumber(0, 1_000_000), {
    default: "10",
    fault: "must be a whole number from 0 (no limit) to 1000000",
    example: "30",
    description: "how often a form may be filled in from one address in an hour (429); 0: no limit"
  }),
  formPostsPerDay: setting("FORM_POSTS_PER_DAY", wholeNumber(0, 1_000_000), {
    default: "1000",
    fault: "must be a whole number from 0 (no limit) to 1000000",
    example: "5000",
    description: "how often a form may be filled in in a day (429); 0: no limit"
  })
} as const
