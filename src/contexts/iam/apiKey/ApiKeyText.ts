import { createHash, randomBytes } from "node:crypto"

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const prefixLength = 12
const secretBytes = 32
/** So many digits of base 62 hold any 32 bytes. */
const secretLength = 43

const pattern = new RegExp(`^cdp_([0-9A-Za-z]{${prefixLength}})_[0-9A-Za-z]{${secretLength}}$`)

const base62 = (bytes: Uint8Array, length: number) => {
  let rest = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n)
  let digits = ""
  for (let n = 0; n < length; n++) {
    digits = alphabet.charAt(Number(rest % 62n)) + digits
    rest /= 62n
  }
  return digits
}

/** An API key as it is sent: `cdp_<prefix>_<32 random bytes, base62>`. */
export interface ApiKeyText {
  readonly text: string
  readonly prefix: string
  /** SHA-256 of the whole: the secret is random, so that no slow hash is needed. */
  readonly hash: Buffer
}

export const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest()

/** A new key; `prefix` tells keys apart and is no secret. */
export const makeApiKey = (): ApiKeyText => {
  const prefix = base62(randomBytes(9), prefixLength)
  const text = `cdp_${prefix}_${base62(randomBytes(secretBytes), secretLength)}`
  return { text, prefix, hash: hashOf(text) }
}

/** The prefix of what is written as a key, or nothing. */
export const prefixOf = (text: string): string | undefined => pattern.exec(text)?.[1]
