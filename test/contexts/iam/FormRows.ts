import { encodedPart, signatureOf } from "../../support/CraftedToken.ts"
import { both, type Kind, type Row } from "./TokenKind.ts"

/** The JSON of an object with this text put in front. */
const led = (text: string, object: object) => `{${text},${JSON.stringify(object).slice(1)}`

const headers = (kind: Kind, all: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(all).map(([what, header]) => [what, kind.sign({}, header)]))

/** The very segments, rightly signed. */
const signedSegments = ({ pair: { alg, privateKey } }: Kind, header: string, payload: string) =>
  `${header}.${payload}.${signatureOf(alg, privateKey, `${header}.${payload}`).toString("base64url")}`

const encodedLength = (bytes: number) => Math.ceil(bytes * 4 / 3)

/** A right token of exactly this length. */
const ofLength = (kind: Kind, length: number) => {
  const [, , signature = ""] = kind.sign().split(".")
  for (const filling of ["", "x", "xx"]) {
    const header = JSON.stringify({ ...kind.header, filling })
    const rest = length - signature.length - 2 - encodedLength(header.length)
    const bytes = Math.floor(rest * 3 / 4)
    const missing = bytes - JSON.stringify({ ...kind.claims, filling: "" }).length
    if (encodedLength(bytes) === rest) return kind.craft(header, { ...kind.claims, filling: "x".repeat(missing) })
  }
  return ""
}

/** JSON with blanks at its end, so that its base64url has unused bits. */
const uneven = (value: object) => {
  const text = JSON.stringify(value)
  return encodedPart(text.padEnd(text.length + (text.length % 3 === 1 ? 0 : (4 - text.length % 3) % 3)))
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** The same bytes to a lenient reader: the lowest of the unused bits is set. */
const withTrailingBit = (segment: string) =>
  segment.slice(0, -1) + alphabet.charAt(alphabet.indexOf(segment.slice(-1)) + 1)

const spellings: Readonly<Record<string, (segment: string) => string>> = {
  "padding": (segment) => segment.padEnd(Math.ceil(segment.length / 4) * 4, "="),
  "a blank in front": (segment) => ` ${segment}`,
  "a blank inside": (segment) => `${segment.slice(0, 5)} ${segment.slice(5)}`,
  "a line end inside": (segment) => `${segment.slice(0, 5)}\n${segment.slice(5)}`,
  "a character of no alphabet": (segment) => `${segment.slice(0, 5)}*${segment.slice(5)}`,
  "trailing bits": withTrailingBit
}

const spelt = (kind: Kind) => {
  const [header, payload] = [uneven(kind.header), uneven(kind.claims)]
  const token = signedSegments(kind, header, payload)
  const signature = token.split(".")[2] ?? ""
  // Bytes whose base64 has the characters in which the two alphabets differ.
  const strange = Buffer.from(JSON.stringify({ ...kind.claims, name: "~~~???>>>" })).toString("base64")
  return {
    ...Object.fromEntries(
      Object.entries(spellings).flatMap(([what, spell]) => [
        [`${what} of the header`, signedSegments(kind, spell(header), payload)],
        [`${what} of the payload`, signedSegments(kind, header, spell(payload))],
        [`${what} of the signature`, `${header}.${payload}.${spell(signature)}`]
      ])
    ),
    "the alphabet of base64 in the payload": signedSegments(kind, header, strange.replaceAll("=", "")),
    "the alphabet of base64 in the signature": `${header}.${payload}.${
      Buffer.from(signature, "base64url").toString("base64").replaceAll("=", "")
    }+/`
  }
}

const twoNames = (kind: Kind) => {
  const { alg, kid } = kind.pair
  const sub = JSON.stringify(kind.claims["sub"])
  const header = (text: string) => kind.craft(led(text, kind.header), kind.claims)
  const payload = (text: string) => kind.craft(kind.header, led(text, kind.claims))
  return {
    "alg, none first": header(`"alg":"none"`),
    "alg, the same": header(`"alg":"${alg}"`),
    "alg, spelt otherwise": header(`"\\u0061lg":"none"`),
    "kid": header(`"kid":"${kid}"`),
    "sub": payload(`"sub":"01980000-0000-7000-8000-00000000000f"`),
    "sub, the same": payload(`"sub":${sub}`),
    "sub, spelt otherwise": payload(`"s\\u0075b":${sub}`),
    "exp": payload(`"exp":1`),
    "iss": payload(`"iss":"https://id.example.org"`),
    "inside a claim": payload(`"other":[{"a":{},"b":[1],"a":2}]`),
    "__proto__": payload(`"__proto__":1,"__proto__":2`)
  }
}

export const formRows: ReadonlyArray<Row> = [
  {
    number: 5,
    words: "alg missing, a number, an array",
    kinds: both,
    refused: (kind) =>
      Object.fromEntries(
        [
          undefined,
          null,
          256,
          [kind.pair.alg],
          { alg: kind.pair.alg },
          "",
          kind.pair.alg.toLowerCase(),
          `${kind.pair.alg} `
        ]
          .map((alg) => [`${JSON.stringify(alg)}`, kind.sign({}, { alg })])
      )
  },
  {
    number: 11,
    words: "typ wrong",
    kinds: both,
    refused: (kind) => {
      const wrong = ["logout+jwt", "dpop+jwt", "secevent+jwt", "refresh+jwt", "", 1, null]
      const ours = kind.name === "local" ? ["JWT", "application/jwt", undefined] : []
      return Object.fromEntries([...wrong, ...ours].map((typ) => [`${JSON.stringify(typ)}`, kind.sign({}, { typ })]))
    },
    accepted: (kind): Readonly<Record<string, string>> =>
      kind.name === "local"
        ? { "at+jwt": kind.sign() }
        : headers(kind, { "JWT": { typ: "JWT" }, "none": { typ: undefined }, "long": { typ: "application/at+JWT" } })
  },
  {
    number: 23,
    words: "duplicate claim or header names",
    kinds: both,
    refused: twoNames,
    accepted: (kind) => ({
      "the same name in two objects": kind.sign({ one: { a: 1, b: { a: 1 } }, two: [{ a: "\"a\":{" }, { a: 2 }] })
    })
  },
  {
    number: 24,
    words: "crit with an unknown name, empty, naming exp",
    kinds: both,
    refused: (kind) =>
      headers(kind, {
        "unknown": { crit: ["x"], x: 1 },
        "empty": { crit: [] },
        "exp": { crit: ["exp"], exp: 2e9 },
        "no list": { crit: "exp" },
        "null": { crit: null }
      })
  },
  {
    number: 25,
    words: "b64 false",
    kinds: both,
    refused: (kind) => {
      const header = encodedPart({ ...kind.header, b64: false, crit: ["b64"] })
      return {
        ...headers(kind, {
          "alone": { b64: false },
          "critical": { b64: false, crit: ["b64"] },
          "true": { b64: true, crit: ["b64"] }
        }),
        "with the payload as it is": signedSegments(kind, header, JSON.stringify(kind.claims))
      }
    }
  },
  {
    number: 26,
    words: "longer than 8 KiB",
    kinds: both,
    refused: (kind) => ({
      "8193": ofLength(kind, 8193),
      "no token": "x".repeat(8193),
      "100 KiB": ofLength(kind, 102_402)
    }),
    accepted: (kind) => ({ "8192": ofLength(kind, 8192) })
  },
  {
    number: 27,
    words: "2 or 4 segments, JWE, JSON form, empty segments",
    kinds: both,
    refused: (kind) => {
      const token = kind.sign()
      const [header = "", payload = "", signature = ""] = token.split(".")
      return {
        "1 segment": payload,
        "2 segments": `${header}.${payload}`,
        "4 segments": `${token}.${signature}`,
        "a dot at the end": `${token}.`,
        "a dot in front": `.${token}`,
        "JWE": `${
          encodedPart({ alg: "RSA-OAEP-256", enc: "A256GCM", kid: kind.pair.kid })
        }.${signature}.AAAA.${payload}.AAAA`,
        "JSON form": JSON.stringify({ protected: header, payload, signature }),
        "general JSON form": JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
        "no header": `.${payload}.${signature}`,
        "no payload": signedSegments(kind, header, ""),
        "no signature": `${header}.${payload}.`,
        "nothing": "..",
        "empty": ""
      }
    }
  },
  {
    number: 28,
    words: "base64 with padding, blanks, +/, non-zero trailing bits",
    kinds: both,
    refused: spelt,
    accepted: (kind) => ({ "unused bits of zero": signedSegments(kind, uneven(kind.header), uneven(kind.claims)) })
  },
  {
    number: 29,
    words: "payload no object, no UTF-8, no JSON, nested",
    kinds: both,
    refused: (kind) => {
      const text = JSON.stringify(kind.claims)
      const latin = Buffer.from(text.replace(/\}$/, ",\"name\":\"Jo\u00e3o\"}"), "latin1")
      const parts: Readonly<Record<string, string | Buffer>> = {
        "a list": `[${text}]`,
        "text": JSON.stringify(text),
        "a number": "1",
        "null": "null",
        "Latin 1": latin,
        "a byte order mark": `\uFEFF${text}`,
        "UTF-16": Buffer.from(text, "utf16le"),
        "cut": text.slice(0, -1),
        "with a rest": `${text}{}`,
        "with a comma too many": text.replace(/\}$/, ",}"),
        "deep": "[".repeat(5000)
      }
      return {
        ...Object.fromEntries(Object.entries(parts).map(([what, part]) => [what, kind.craft(kind.header, part)])),
        ...Object.fromEntries(
          Object.entries({
            "a list": [kind.header],
            "text": JSON.stringify("x"),
            "no UTF-8": Buffer.from(led(`"x":"\u00ff"`, kind.header), "latin1")
          })
            .map(([what, header]) => [`header ${what}`, kind.craft(header, kind.claims)])
        ),
        "nested": kind.craft({ ...kind.header, cty: "JWT" }, kind.sign()),
        "said to be nested": kind.sign({}, { cty: "JWT" })
      }
    },
    accepted: (kind) => ({
      "UTF-8": kind.sign({ note: "João 食" }),
      "deep": kind.craft(kind.header, led(`"deep":${"[".repeat(2000)}${"]".repeat(2000)}`, kind.claims))
    })
  }
]
