import { type CryptoKey, importJWK, type JWK, jwtVerify } from "jose"
import { Refused } from "./Refused.ts"

export type KeyRow = { readonly kid: string; readonly public_jwk: JWK }

export const keys = "SELECT kid, public_jwk FROM signing_keys"

/** Whom a token speaks for, and the login that it belongs to. */
export interface Caller {
  readonly userId: string
  readonly sessionId: string
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Tells whom a bearer token speaks for that one of the keys signed. */
export const tokenVerifier = async (rows: ReadonlyArray<KeyRow>) => {
  const known = new Map<string, CryptoKey>()
  for (const { kid, public_jwk } of rows) {
    const key = await importJWK(public_jwk, "EdDSA")
    if (!(key instanceof Uint8Array)) known.set(kid, key)
  }
  const keyOf = ({ kid = "" }: { readonly kid?: string }) => {
    const key = known.get(kid)
    if (key === undefined) throw new Refused(401, "token_invalid")
    return key
  }
  return async (authorization: string | undefined): Promise<Caller> => {
    const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1]
    if (token === undefined) throw new Refused(401, "credential_missing")
    const verified = await jwtVerify(token, keyOf, {
      algorithms: ["EdDSA"],
      typ: "at+jwt",
      issuer: "cardapio",
      audience: "cardapio",
      clockTolerance: 60,
      requiredClaims: ["exp", "iat", "nbf", "sub", "jti", "sid"]
    }).catch(() => undefined)
    const { sid, sub } = verified?.payload ?? {}
    if (sub === undefined || !uuid.test(sub) || typeof sid !== "string" || !uuid.test(sid)) {
      throw new Refused(401, "token_invalid")
    }
    return { userId: sub, sessionId: sid }
  }
}
