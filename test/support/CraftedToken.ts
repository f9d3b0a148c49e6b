import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto"

/** A key pair as an issuer has it: the public part is what it publishes. */
export interface IssuerPair {
  readonly kid: string
  readonly alg: "RS256" | "ES256" | "EdDSA"
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: JsonWebKey & { readonly kid: string }
}

const generate = (alg: IssuerPair["alg"]) =>
  alg === "RS256"
    ? generateKeyPairSync("rsa", { modulusLength: 2048 })
    : alg === "ES256"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("ed25519")

export const makePair = (alg: IssuerPair["alg"], kid: string): IssuerPair => {
  const { privateKey, publicKey } = generate(alg)
  return { kid, alg, privateKey, publicKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" } }
}

/** Signs as an algorithm asks, whatever it is; a text or bytes in place of a key are a shared secret. */
export const signatureOf = (alg: string, key: KeyObject | string | Buffer, input: string): Buffer => {
  const data = Buffer.from(input)
  if (typeof key === "string" || Buffer.isBuffer(key)) return createHmac("sha256", key).update(data).digest()
  if (alg.startsWith("PS")) return sign(`sha${alg.slice(2)}`, data, { key, padding: 6, saltLength: 32 })
  if (key.asymmetricKeyType?.startsWith("ed") === true) return sign(null, data, key)
  return sign(`sha${/\d+$/.exec(alg)?.[0] ?? "256"}`, data, { key, dsaEncoding: "ieee-p1363" })
}

/** An object, or the very text or bytes of a part. */
export type Part = object | string | Buffer

export const encodedPart = (part: Part) =>
  (Buffer.isBuffer(part) ? part : Buffer.from(typeof part === "string" ? part : JSON.stringify(part))).toString(
    "base64url"
  )

/** A JWS of these parts in compact form, rightly signed. */
export const crafted = (header: Part, payload: Part, key: KeyObject | string | Buffer, alg = "") => {
  const input = `${encodedPart(header)}.${encodedPart(payload)}`
  return `${input}.${signatureOf(alg, key, input).toString("base64url")}`
}
