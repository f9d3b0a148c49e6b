import { Config, Context, Data, Effect, Layer, Result, Schema } from "effect"
import { isTrustworthyUrl } from "./SettingCodecs.ts"
import { type Setting, settings } from "./SettingTable.ts"

/** A setting that cannot be used: `message` is one line that names the variable, the fault and an example. */
export class SettingInvalid extends Data.TaggedError("SettingInvalid")<{ readonly message: string }> {}

const invalid = <A>({ example, fault, name, secret }: Setting<A>, text: string) =>
  Effect.fail(
    new SettingInvalid({
      message: `${name}${secret ? "" : `=${JSON.stringify(text)}`} ${fault}. Example: ${name}=${
        JSON.stringify(example)
      }`
    })
  )

const decoded = <A>(self: Setting<A>, text: string): Effect.Effect<A, SettingInvalid> =>
  Result.match(Schema.decodeUnknownResult(self.codec, { onExcessProperty: "error" })(text.trim()), {
    onSuccess: Effect.succeed,
    onFailure: () => invalid(self, text)
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

const production = Effect.map(raw("NODE_ENV"), (environment) => environment === "production")

const authIssuers = Effect.gen(function*() {
  const issuers = yield* withDefault(settings.authIssuers)
  const strict = yield* production
  const addresses = issuers.flatMap(({ issuer, jwksUri = issuer }) => [issuer, jwksUri])
  return addresses.every((address) => isTrustworthyUrl(address, strict))
    ? issuers
    : yield* invalid(settings.authIssuers, yield* raw(settings.authIssuers.name))
})

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
  rateLimit: withDefault(settings.rateLimit),
  maxConcurrentRequests: withDefault(settings.maxConcurrentRequests),
  trustedProxies: Effect.map(optional(settings.trustedProxies), (networks) => networks ?? []),
  corsOrigins: Effect.map(optional(settings.corsOrigins), (origins) => origins ?? []),
  publicUrl: optional(settings.publicUrl),
  shutdownGrace: withDefault(settings.shutdownGrace),
  logLevel: withDefault(settings.logLevel),
  otlpEndpoint: optional(settings.otlpEndpoint),
  otlpHeaders: optional(settings.otlpHeaders),
  serviceName: withDefault(settings.serviceName),
  hashConcurrency: withDefault(settings.hashConcurrency),
  authKeySecret: optional(settings.authKeySecret),
  authLocal: withDefault(settings.authLocal),
  authIssuers,
  importFetch: withDefault(settings.importFetch),
  typeformToken: optional(settings.typeformToken),
  typeformBaseUrl: withDefault(settings.typeformBaseUrl),
  onboardingSecretKey: optional(settings.onboardingSecretKey),
  secretOverlap: withDefault(settings.secretOverlap),
  formPostsPerHour: withDefault(settings.formPostsPerHour),
  formPostsPerDay: withDefault(settings.formPostsPerDay),
  production
})

/** The settings of this process, read from the environment once. */
export class Settings extends Context.Service<Settings, Effect.Success<typeof read>>()("cardapio/kernel/Settings") {
  static readonly layer = Layer.effect(Settings, read)
}
