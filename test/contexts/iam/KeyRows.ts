import type { KeyObject } from "node:crypto"
import { encodedPart, signatureOf } from "../../support/CraftedToken.ts"
import { both, type Kind, type Row } from "./TokenKind.ts"

const keyTexts = (publicKey: KeyObject, jwk: object) => ({
  "as PEM": publicKey.export({ type: "spki", format: "pem" }),
  "as PEM without its last line end": publicKey.export({ type: "spki", format: "pem" }).toString().trimEnd(),
  "as DER": publicKey.export({ type: "spki", format: "der" }),
  "as JWK": JSON.stringify(jwk),
  "as JWK without the names of ours": JSON.stringify(publicKey.export({ format: "jwk" }))
})

const withSignature = (token: string, signature: Buffer) =>
  `${token.split(".").slice(0, 2).join(".")}.${signature.toString("base64url")}`

const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex")
const zero = Buffer.alloc(32)

/** The ASN.1 form of a signature of two integers. */
const derOf = (signature: Buffer) => {
  const integer = (bytes: Buffer) => {
    const positive = (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
    return Buffer.concat([Buffer.of(2, positive.length), positive])
  }
  const content = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}

/** Ed25519's S + L: the same point, and another text, which RFC 8032 refuses. */
const malleable = (signature: Buffer) => {
  const l = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString("hex")}`) + l
  const moved = Buffer.from(s.toString(16).padStart(64, "0"), "hex").toReversed()
  return Buffer.concat([signature.subarray(0, 32), moved])
}

/** A token with one bit of each byte of a part flipped, a different one from byte to byte. */
const flipped = (token: string) =>
  Object.fromEntries(
    token.split(".").flatMap((segment, part, all) => {
      const bytes = Buffer.from(segment, "base64url")
      return [...bytes].map((byte, index) => {
        const changed = Buffer.from(bytes)
        changed[index] = byte ^ 1 << (index % 8)
        return [`part ${part}, byte ${index}`, all.with(part, changed.toString("base64url")).join(".")]
      })
    })
  )

const lengths = (signature: Buffer) => ({
  "a byte short": signature.subarray(1),
  "a byte long": Buffer.concat([signature, Buffer.of(0)]),
  "half as long": signature.subarray(0, signature.length / 2),
  "twice as long": Buffer.concat([signature, signature])
})

const signatures = (token: string, all: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(all).map(([what, signature]) => [what, withSignature(token, signature)]))

const signed = ({ claims, header }: Kind, changed: object, key: KeyObject | string | Buffer, alg = "RS256") => {
  const input = `${encodedPart({ ...header, ...changed })}.${encodedPart(claims)}`
  return `${input}.${signatureOf(alg, key, input).toString("base64url")}`
}

export const keyRows: ReadonlyArray<Row> = [
  {
    number: 1,
    words: "alg none in any case, and an empty signature",
    kinds: both,
    refused: (kind) =>
      Object.fromEntries(["none", "None", "nOnE", "NONE", kind.pair.alg].flatMap((alg) => {
        const token = kind.sign({}, { alg })
        const unsigned = token.slice(0, token.lastIndexOf(".") + 1)
        return [[`${alg} without a signature`, unsigned], [`${alg} with one of a byte`, `${unsigned}AA`]]
      }))
  },
  {
    number: 2,
    words: "HS256 signed with the public key as text",
    kinds: both,
    refused: (kind, { issuer }) =>
      Object.fromEntries(
        [kind.pair, ...kind.name === "external" ? issuer.pairs : []].flatMap(({ jwk, kid, publicKey }) =>
          Object.entries(keyTexts(publicKey, jwk)).map(([form, text]) => [
            `${kid} ${form}`,
            signed(kind, { alg: "HS256", kid }, text)
          ])
        )
      )
  },
  {
    number: 3,
    words: "alg valid but not allowed for this issuer",
    kinds: both,
    refused: (kind, { issuer, narrow }) => {
      const rsa = issuer.pair().privateKey
      const edwards = narrow.pair("EdDSA")
      return {
        ...Object.fromEntries(
          ["RS384", "RS512", "PS256", "PS512"].map((alg) => [alg, signed(kind, { alg }, rsa, alg)])
        ),
        "EdDSA with a key of an issuer that may use RS256 alone": narrow.sign(
          { ...narrow.claims(0), exp: 2e9 },
          edwards
        )
      }
    },
    accepted: (kind, { issuer }) =>
      kind.name === "local" ? {} : Object.fromEntries(
        issuer.pairs.map((pair) => [pair.alg, issuer.sign(kind.claims, pair)])
      )
  },
  {
    number: 4,
    words: "alg does not fit the key",
    kinds: both,
    refused: (kind, { issuer, local }) => {
      const others = [...issuer.pairs, local.pair].filter(({ alg }) => alg !== kind.pair.alg)
      return Object.fromEntries(
        others.flatMap((pair) => [
          [`${pair.alg} named, signed by ours`, kind.sign({}, { alg: pair.alg })],
          [`${pair.alg} with our kid`, signed(kind, { alg: pair.alg }, pair.privateKey, pair.alg)],
          [`our alg with the kid of ${pair.alg}`, kind.sign({}, { kid: pair.kid })]
        ])
      )
    }
  },
  {
    number: 6,
    words: "kid missing, unknown, 10,000 characters",
    kinds: both,
    refused: (kind) =>
      Object.fromEntries(
        [
          undefined,
          null,
          "",
          "unknown",
          1,
          [kind.pair.kid],
          kind.pair.kid.toUpperCase(),
          "x".repeat(10_000),
          "x".repeat(256)
        ]
          .map((kid) => [`${typeof kid} ${String(kid).slice(0, 20)}`, kind.sign({}, { kid })])
      )
  },
  {
    number: 7,
    words: "kid a path, SQL or an address",
    kinds: both,
    refused: (kind, { attacker }) =>
      Object.fromEntries(
        [
          "../../dev/null",
          "/dev/null",
          "' OR 1=1",
          "' OR 1=1 --",
          "\" OR \"\"=\"",
          "\u0000",
          `${attacker.issuer}/keys`,
          "__proto__"
        ]
          .map((kid) => [kid, kind.sign({}, { kid })])
      )
  },
  {
    number: 8,
    words: "a jwk header with an own key",
    kinds: both,
    refused: (kind, { attacker }) => {
      const { jwk, privateKey } = attacker.pair()
      return {
        "signed by it": signed(kind, { alg: "RS256", jwk }, privateKey),
        "signed by it under another kid": signed(kind, { alg: "RS256", jwk, kid: jwk.kid }, privateKey),
        "signed by ours": kind.sign({}, { jwk }),
        "that is ours": kind.sign({}, { jwk: kind.pair.jwk })
      }
    }
  },
  {
    number: 9,
    words: "jku and x5u headers to an own server, which is not asked",
    kinds: both,
    refused: (kind, { attacker }) =>
      Object.fromEntries(["jku", "x5u"].flatMap((name) => {
        const header = { alg: "RS256", [name]: `${attacker.issuer}/keys` }
        return [
          [`${name}, signed by its key`, signed(kind, header, attacker.pair().privateKey)],
          [`${name}, signed by ours`, kind.sign({}, { [name]: `${attacker.issuer}/keys` })]
        ]
      }))
  },
  {
    number: 10,
    words: "an x5c header with an own chain",
    kinds: both,
    refused: (kind, { attacker }) => {
      const { privateKey, publicKey } = attacker.pair()
      const x5c = [publicKey.export({ type: "spki", format: "der" }).toString("base64")]
      return {
        "signed by it": signed(kind, { alg: "RS256", x5c }, privateKey),
        "signed by ours": kind.sign({}, { x5c })
      }
    }
  },
  { number: 12, words: "one bit flipped", kinds: both, refused: (kind) => flipped(kind.sign()) },
  {
    number: 13,
    words: "ECDSA r or s zero or n, DER instead of raw, a wrong length",
    kinds: both,
    refused: (kind, { issuer }) => {
      const token = kind.name === "local" ? kind.sign() : issuer.sign(kind.claims, issuer.pair("ES256"))
      const signature = Buffer.from(token.split(".")[2] ?? "", "base64url")
      const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
      return signatures(token, {
        "r = 0": Buffer.concat([zero, s]),
        "s = 0": Buffer.concat([r, zero]),
        "both 0": Buffer.concat([zero, zero]),
        "r = n": Buffer.concat([order, s]),
        "s = n": Buffer.concat([r, order]),
        DER: derOf(signature),
        ...lengths(signature),
        ...kind.name === "local" && { "S + L": malleable(signature) }
      })
    },
    accepted: ({ claims, name }, { issuer }) =>
      name === "local" ? {} : { ES256: issuer.sign(claims, issuer.pair("ES256")) }
  },
  {
    number: 19,
    words: "a token of one issuer with the key of another",
    kinds: both,
    refused: (kind, { issuer, local, narrow }) => {
      const keys = kind.name === "local" ? issuer.pairs : [...narrow.pairs, local.pair]
      return Object.fromEntries(
        keys.map((pair, index) => [
          `${pair.alg} ${index}`,
          signed(kind, { alg: pair.alg, kid: pair.kid }, pair.privateKey, pair.alg)
        ])
      )
    },
    accepted: ({ claims, name }, { narrow }): Readonly<Record<string, string>> =>
      name === "local" ? {} : { "the other issuer's own": narrow.sign({ ...claims, iss: narrow.issuer }) }
  }
]
