import { Result } from "effect"
import { type Refusal, refused } from "./Refusal.ts"
import { strictObject } from "./strictObject.ts"

/** What a token says of itself, before any of it is proven. */
export interface CompactJws {
  readonly alg: string
  readonly kid: string
  readonly typ: string | undefined
  readonly payload: Uint8Array
}

const maxBytes = 8192
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Headers that bring a key of their own, or change what is signed or how it is read. */
const forbidden = ["crit", "b64", "zip", "cty", "jwk", "jku", "x5u", "x5c"]

/** The bytes of a segment; base64url has one spelling for each value, so unused trailing bits must be zero. */
const bytesOf = (segment: string) => {
  const bytes = Buffer.from(segment, "base64url")
  return bytes.toString("base64url") === segment ? bytes : undefined
}

const isText = (value: unknown, max: number): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= max

/** Reads a JWS in compact form (RFC 7515, 7.1) as strictly as it is defined; the payload may still be anything. */
export const readJws = (token: string): Result.Result<CompactJws, Refusal> => {
  if (token.length > maxBytes) return Result.fail(refused("longer than 8 KiB"))
  if (!compact.test(token)) return Result.fail(refused("not a compact JWS"))
  const [headerBytes, payload, signature] = token.split(".").map(bytesOf)
  if (headerBytes === undefined || payload === undefined || signature === undefined) {
    return Result.fail(refused("not canonical base64url"))
  }
  const header = strictObject(headerBytes)
  if (header === undefined) return Result.fail(refused("the header is no JSON object"))
  const met = forbidden.find((name) => Object.hasOwn(header, name))
  if (met !== undefined) return Result.fail(refused(`a header ${met}`))
  const { alg, kid, typ } = header
  if (!isText(alg, 16)) return Result.fail(refused("no alg"))
  if (!isText(kid, 255)) return Result.fail(refused("no kid, or one too long"))
  if (typ !== undefined && typeof typ !== "string") return Result.fail(refused("typ is no text"))
  return Result.succeed({ alg, kid, typ, payload })
}
