import { Result, Schema } from "effect"
import { type CryptoKey, importJWK, type JWK } from "jose"
import { strictObject } from "./strictObject.ts"

/** A public key of an issuer, for one algorithm. */
export interface IssuerKey {
  readonly kid: string
  readonly alg: string
  readonly key: CryptoKey
}

const maxKeys = 64
const minRsaBits = 2048

const Jwk = Schema.Struct({
  kty: Schema.String,
  kid: Schema.optionalKey(Schema.String),
  alg: Schema.optionalKey(Schema.String),
  use: Schema.optionalKey(Schema.String),
  key_ops: Schema.optionalKey(Schema.Array(Schema.String)),
  crv: Schema.optionalKey(Schema.String),
  n: Schema.optionalKey(Schema.String),
  e: Schema.optionalKey(Schema.String),
  x: Schema.optionalKey(Schema.String),
  y: Schema.optionalKey(Schema.String),
  d: Schema.optionalKey(Schema.Unknown)
})
type Jwk = typeof Jwk.Type

const decodeKeys = Schema.decodeUnknownResult(
  Schema.Struct({ keys: Schema.Array(Schema.Unknown).check(Schema.isMaxLength(maxKeys)) })
)
const decodeKey = Schema.decodeUnknownResult(Jwk)

const integerOf = (text: string | undefined) => {
  const hex = Buffer.from(text ?? "", "base64url").toString("hex")
  return hex === "" ? 0n : BigInt(`0x${hex}`)
}

/** The public parts of a key that fits the algorithm, or nothing. */
const fitting = ({ crv, e, kty, n, x, y }: Jwk, alg: string): JWK | undefined => {
  if (alg === "RS256") {
    const exponent = integerOf(e)
    const strong = integerOf(n).toString(2).length >= minRsaBits && exponent > 1n && exponent % 2n === 1n
    return kty === "RSA" && n !== undefined && e !== undefined && strong ? { kty, n, e } : undefined
  }
  if (x === undefined) return undefined
  if (alg === "ES256") return kty === "EC" && crv === "P-256" && y !== undefined ? { kty, crv, x, y } : undefined
  return alg === "EdDSA" && kty === "OKP" && crv === "Ed25519" ? { kty, crv, x } : undefined
}

/** Whether the issuer means the key to verify signatures of the algorithm, and has not given its private part away. */
const isMeantFor = ({ alg, d, key_ops: operations, use }: Jwk, wanted: string) =>
  d === undefined && (alg === undefined || alg === wanted) && (use === undefined || use === "sig")
  && (operations === undefined || operations.includes("verify"))

const imported = async (jwk: JWK, kid: string, alg: string): Promise<ReadonlyArray<IssuerKey>> => {
  try {
    const key = await importJWK(jwk, alg)
    return key instanceof Uint8Array ? [] : [{ kid, alg, key }]
  } catch {
    return []
  }
}

/** The keys of a JWK Set (RFC 7517) that verify one of the algorithms; fails where it is none, or has more than 64. */
export const usableKeys = async (
  document: Uint8Array,
  algorithms: ReadonlyArray<string>
): Promise<ReadonlyArray<IssuerKey>> => {
  const { keys } = Result.getOrThrowWith(decodeKeys(strictObject(document)), () => new TypeError("no JWK Set"))
  const usable = keys.flatMap((each) => {
    const jwk = Result.getOrUndefined(decodeKey(each))
    if (jwk?.kid === undefined) return []
    const { kid } = jwk
    return algorithms.flatMap((alg) => {
      const parts = isMeantFor(jwk, alg) ? fitting(jwk, alg) : undefined
      return parts === undefined ? [] : [imported(parts, kid, alg)]
    })
  })
  return (await Promise.all(usable)).flat()
}

/** The one key with this id for the algorithm; two are as good as none. */
export const keyFor = (keys: ReadonlyArray<IssuerKey>, kid: string, alg: string) => {
  const [key, other] = keys.filter((each) => each.kid === kid && each.alg === alg)
  return other === undefined ? key?.key : undefined
}
