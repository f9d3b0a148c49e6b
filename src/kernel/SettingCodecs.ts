import { Duration, Effect, Redacted, Result, Schema, SchemaGetter } from "effect"
import { IpNetwork } from "effect/net"

export const wholeNumber = (min: number, max: number) =>
  Schema.String.check(Schema.isPattern(/^\d{1,9}$/)).pipe(
    Schema.decodeTo(Schema.Int, { decode: SchemaGetter.transform(Number), encode: SchemaGetter.String() })
  ).check(Schema.isBetween({ minimum: min, maximum: max }))

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }

export const TimeSpan = Schema.String.check(Schema.isPattern(/^\d{1,7} ?(?:ms|s|m|min|h)$/)).pipe(
  Schema.decodeTo(Schema.Duration, {
    decode: SchemaGetter.transform((text) =>
      Duration.millis(Number.parseInt(text, 10) * (units[text.replace(/^\d+ ?/, "")] ?? 1))
    ),
    encode: SchemaGetter.transform((duration) => `${Duration.toMillis(duration)} ms`)
  })
).check(Schema.makeFilter((duration) => Duration.toMillis(duration) >= 100))

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

export const DatabaseUrl = Schema.String.check(Schema.makeFilter(isDatabaseUrl)).pipe(
  Schema.decodeTo(Schema.Redacted(Schema.String), {
    decode: SchemaGetter.transform(Redacted.make),
    encode: SchemaGetter.transform(Redacted.value)
  })
)

export const Flag = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((text) => text === "true"),
    encode: SchemaGetter.transform((value) => value ? "true" as const : "false" as const)
  })
)

/** A text that is shown nowhere, of at least so many characters. */
export const secret = (atLeast: number) =>
  Schema.String.check(Schema.isMinLength(atLeast)).pipe(
    Schema.decodeTo(Schema.Redacted(Schema.String), {
      decode: SchemaGetter.transform(Redacted.make),
      encode: SchemaGetter.transform(Redacted.value)
    })
  )

/** Headers as OpenTelemetry writes them: `name=value,name=value`. */
export const HeaderList = Schema.String.check(
  Schema.isPattern(/^[\w!#$%&'*.^`|~+-]+=[^,\r\n]*(?:,\s*[\w!#$%&'*.^`|~+-]+=[^,\r\n]*)*$/)
).pipe(
  Schema.decodeTo(Schema.Redacted(Schema.Record(Schema.String, Schema.String)), {
    decode: SchemaGetter.transform((text) =>
      Redacted.make(Object.fromEntries(
        text.split(",").map((pair) => {
          const [name = "", ...value] = pair.trim().split("=")
          return [name, value.join("=")]
        })
      ))
    ),
    encode: SchemaGetter.transform((headers) =>
      Object.entries(Redacted.value(headers)).map(([name, value]) => `${name}=${value}`).join(",")
    )
  })
)

/** An address of HTTP, with or without a path. */
export const HttpUrl = Schema.String.check(Schema.makeFilter((text) => URL.canParse(text) && /^https?:\/\//.test(text)))

const listOf = (text: string) => text.split(",").map((part) => part.trim())

const networkOf = (text: string) =>
  IpNetwork.fromString(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`)

/** IP networks, or single addresses, parted by commas. */
export const Networks = Schema.String.check(
  Schema.makeFilter((text) => listOf(text).every((part) => Result.isSuccess(networkOf(part))))
).pipe(
  Schema.decodeTo(Schema.Array(Schema.declare(IpNetwork.isIpNetwork)), {
    decode: SchemaGetter.transform((text) => listOf(text).map((part) => Result.getOrThrow(networkOf(part)))),
    encode: SchemaGetter.transform((networks) => networks.map(IpNetwork.format).join(","))
  })
)

const isOrigin = (text: string) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text

/** Origins of pages, parted by commas. */
export const Origins = Schema.String.check(Schema.makeFilter((text) => listOf(text).every(isOrigin))).pipe(
  Schema.decodeTo(Schema.Array(Schema.String), {
    decode: SchemaGetter.transform(listOf),
    encode: SchemaGetter.transform((origins) => origins.join(","))
  })
)

/** An origin, with or without a slash at its end. */
export const PublicUrl = Schema.String.check(Schema.makeFilter((text) => isOrigin(text.replace(/\/$/, "")))).pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((text) => text.replace(/\/$/, "")),
    encode: SchemaGetter.passthrough()
  })
)

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname)

/** Whether what is read from there can be trusted: https, or http of this machine itself, which production does without. */
export const isTrustworthyUrl = (text: string, production: boolean) => {
  if (!URL.canParse(text)) return false
  const { hash, hostname, password, protocol, username } = new URL(text)
  const plain = username === "" && password === "" && hash === ""
  return plain && (protocol === "https:" || !production && protocol === "http:" && isLoopback(hostname))
}

const TrustworthyUrl = Schema.String.check(Schema.makeFilter((text) => isTrustworthyUrl(text, false)))

/** Whose tokens are taken besides our own: OpenID Connect issuers, compared byte for byte. */
const Issuer = Schema.Struct({
  issuer: TrustworthyUrl.check(Schema.isPattern(/^[^?#\s]{1,2048}$/)),
  audience: Schema.NonEmptyArray(Schema.NonEmptyString),
  jwksUri: Schema.optionalKey(TrustworthyUrl),
  algorithms: Schema.NonEmptyArray(Schema.Literals(["RS256", "ES256", "EdDSA"])).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(["RS256"] as const))
  ),
  tokenUse: Schema.Literals(["access", "id"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("access" as const))),
  clientIdClaim: Schema.optionalKey(Schema.NonEmptyString),
  provision: Schema.Literals(["refuse", "user"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("refuse" as const))
  ),
  leeway: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(60))
  )
})
export type Issuer = typeof Issuer.Type

/** Issuers as a JSON list, each named once. */
export const Issuers = Schema.fromJsonString(
  Schema.Array(Issuer).check(
    Schema.makeFilter((issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length)
  )
)
