import { encodedPart } from "../../support/CraftedToken.ts"
import { both, type Kind, type Row } from "./TokenKind.ts"
import { noon } from "./Verifier.ts"

/** Tokens with each of these values of a claim; `undefined` leaves it out. */
const valued = (kind: Kind, claim: string, values: ReadonlyArray<unknown>) =>
  Object.fromEntries(
    values.map((value) => [`${claim} ${JSON.stringify(value)}`.slice(0, 60), kind.sign({ [claim]: value })])
  )

/** A claim whose text JSON.stringify would not write. */
const written = (kind: Kind, claim: string, text: string) => {
  const { [claim]: _, ...others } = kind.claims
  return kind.craft(kind.header, `{"${claim}":${text},${JSON.stringify(others).slice(1)}`)
}

/** Times in seconds that are no numbers. */
const noTimes = [`${noon}`, null, true, [noon], {}]

export const claimRows: ReadonlyArray<Row> = [
  {
    number: 14,
    words: "exp past by 61 s, missing, a string, 1e400",
    kinds: both,
    refused: (kind) => ({
      ...valued(kind, "exp", [noon - 61, noon - 60, 0, -1, undefined, ...noTimes]),
      "1e400": written(kind, "exp", "1e400"),
      "-1e400": written(kind, "exp", "-1e400"),
      "NaN": written(kind, "exp", "NaN")
    }),
    accepted: (kind) => valued(kind, "exp", [noon - 59, noon + 0.5])
  },
  {
    number: 15,
    words: "nbf in 61 s",
    kinds: both,
    refused: (kind) => ({ ...valued(kind, "nbf", [noon + 61, ...noTimes]), "1e400": written(kind, "nbf", "1e400") }),
    accepted: (kind) => valued(kind, "nbf", [noon + 59, noon - 1000])
  },
  {
    number: 16,
    words: "iat in 61 s, negative",
    kinds: both,
    refused: (kind) => ({
      ...valued(kind, "iat", [noon + 61, -1, -noon, ...noTimes]),
      "1e400": written(kind, "iat", "1e400")
    }),
    accepted: (kind) => valued(kind, "iat", [noon + 59, 0])
  },
  {
    number: 17,
    words: "aud missing, another, a list without ours",
    kinds: both,
    refused: (kind) =>
      valued(kind, "aud", [
        undefined,
        null,
        "",
        "another",
        `${String(kind.claims["aud"])}/`,
        String(kind.claims["aud"]).toUpperCase(),
        [],
        ["another"],
        [[kind.claims["aud"]]],
        { aud: kind.claims["aud"] }
      ]),
    accepted: (kind) => valued(kind, "aud", [[kind.claims["aud"]], ["another", kind.claims["aud"]]])
  },
  {
    number: 18,
    words: "iss another, with a slash, in another case",
    kinds: both,
    refused: (kind, { attacker }) => {
      const iss = String(kind.claims["iss"])
      return valued(
        kind,
        "iss",
        [
          undefined,
          null,
          "",
          [iss],
          `${iss}/`,
          `${iss} `,
          iss.toUpperCase(),
          iss.replace("http", "Http"),
          iss.replace("c", "C"),
          "__proto__",
          "constructor",
          attacker.issuer
        ].filter((other) => other !== iss)
      )
    }
  },
  {
    number: 20,
    words: "sub missing, empty, a number, over 255 characters",
    kinds: both,
    refused: (kind) =>
      valued(kind, "sub", [
        undefined,
        null,
        "",
        1,
        ["a"],
        "x".repeat(256),
        "\u0000",
        "a\u0000",
        "\uD800",
        ...kind.name === "local" ? ["1", "not a uuid", "x".repeat(255)] : []
      ]),
    accepted: (kind) => kind.name === "local" ? {} : valued(kind, "sub", ["x".repeat(255), "a", "食"])
  },
  {
    number: 21,
    words: "an ID token where access is wanted, and token_use wrong",
    kinds: ["external"],
    refused: (kind) => ({
      ...valued(kind, "token_use", ["id", "refresh", "", null, 1, ["access"]]),
      ...valued(kind, "typ", ["ID", "Refresh", "Offline", "Logout", null]),
      "with a nonce": kind.sign({ nonce: "n" }),
      "with at_hash": kind.sign({ at_hash: "h" }),
      "with c_hash": kind.sign({ c_hash: "h" })
    }),
    accepted: (kind) => ({
      ...valued(kind, "token_use", ["access"]),
      ...valued(kind, "typ", ["Bearer"]),
      "a nonce in what is said to be an access token": kind.sign({ nonce: "n" }, { typ: "at+jwt" })
    })
  },
  {
    number: 22,
    words: "a refresh token or API key sent as JWT",
    kinds: both,
    refused: (kind) => {
      const secret = "A".repeat(43)
      return {
        "refresh token": secret,
        "refresh token as each segment": [secret, secret, secret].join("."),
        "refresh token for a signature": [encodedPart(kind.header), encodedPart(kind.claims), secret].join("."),
        "API key": `cdp_${"a".repeat(12)}_${secret}`,
        "API key as each segment": Array.from({ length: 3 }, () => `cdp_${"a".repeat(12)}_${secret}`).join(".")
      }
    }
  },
  {
    number: 31,
    words: "a zip header",
    kinds: both,
    refused: (kind) => ({
      "DEF": kind.sign({}, { zip: "DEF" }),
      "none": kind.sign({}, { zip: "none" }),
      "null": kind.sign({}, { zip: null })
    })
  }
]
