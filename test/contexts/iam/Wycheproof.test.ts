import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { readJws } from "../../../src/contexts/iam/token/CompactJws.ts"
import { keyFor, usableKeys } from "../../../src/contexts/iam/token/Jwks.ts"
import { refused } from "../../../src/contexts/iam/token/Refusal.ts"
import { signedClaims } from "../../../src/contexts/iam/token/signedClaims.ts"
import { fakeIssuer } from "../../support/FakeIssuer.ts"
import { LocalIssuer, outcome, verifier } from "./Verifier.ts"

const folder = fileURLToPath(new URL("../../../../shared/data/jose/", import.meta.url))
const present = existsSync(folder)
const unlessPresent = present ? "" : " (skipped: no ../shared/data)"

interface Jwk {
  readonly kty?: string
  readonly keys?: ReadonlyArray<Jwk>
}

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly result: "valid" | "invalid"
  readonly jws?: unknown
  readonly jwe?: unknown
}

interface Group {
  readonly public?: Jwk
  readonly private: Jwk
  readonly tests: ReadonlyArray<Vector>
}

const groupsOf = (file: string): ReadonlyArray<Group> =>
  present ? JSON.parse(readFileSync(`${folder}${file}.json`, "utf8")).testGroups : []

const tokenOf = ({ jwe, jws }: Vector) => {
  const token = jws ?? jwe
  return typeof token === "string" ? token : JSON.stringify(token)
}

const keysOf = ({ private: secret, public: known = secret }: Group) => known.keys ?? [known]

const algorithms = ["RS256", "ES256", "EdDSA"]

/** Wycheproof signs `foo`, which no token is: where that is the fault, the signature was found good. */
const past = "ERR_JWT_INVALID"

/** The reading and the signature check of our verifier, with these keys of an issuer. */
const signatureCheck = Effect.fnUntraced(
  function*(token: string, keys: ReadonlyArray<Jwk>) {
    const { alg, kid } = yield* Effect.fromResult(readJws(token))
    const usable = yield* Effect.promise(() => usableKeys(Buffer.from(JSON.stringify({ keys })), algorithms))
    const key = algorithms.includes(alg) ? keyFor(usable, kid, alg) : undefined
    if (key === undefined) return yield* refused("no key")
    return yield* signedClaims(token, key, { alg, issuer: "x", audience: ["x"], leewaySeconds: 0 })
  },
  Effect.flip,
  Effect.map(({ reason }) => reason)
)

const headerOf = (token: string): { readonly alg?: unknown } => {
  try {
    return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())
  } catch {
    return {}
  }
}

/** Valid vectors that are refused all the same, by file and number, and why. */
const strict: Readonly<Record<string, string>> = {
  "json_web_signature_test 259": "a token has claims, so its payload is not empty"
}

/** Invalid ones that get past, and why. */
const beyond: Readonly<Record<string, string>> = {
  "json_web_key_test 7": "how its issuer has made a prime is not looked into (ROCA)"
}

const files = { json_web_signature_test: 3, json_web_key_test: 2, json_web_crypto_test: 2 }

describe(`Wycheproof's vectors${unlessPresent}`, () => {
  for (const [file, atLeast] of Object.entries(files)) {
    it.effect.skipIf(!present)(
      `${file}: what is signed well gets past the signature check, nothing else does`,
      () =>
        Effect.gen(function*() {
          let good = 0
          for (const group of groupsOf(file)) {
            for (const vector of group.tests) {
              const name = `${file} ${vector.tcId}`
              const token = tokenOf(vector)
              const ours = vector.jws !== undefined && algorithms.some((alg) => alg === headerOf(token).alg)
              const well = vector.result === "valid" && ours && strict[name] === undefined || beyond[name] !== undefined
              const reason = yield* signatureCheck(token, keysOf(group))
              assert.strictEqual(reason === past, well, `${name} ${vector.comment}: ${reason}`)
              good += well ? 1 : 0
            }
          }
          assert.isAtLeast(good, atLeast)
        })
    )

    it.effect.skipIf(!present)(`${file}: no token of an issuer with its key`, () =>
      Effect.gen(function*() {
        for (const group of groupsOf(file)) {
          const issuer = yield* fakeIssuer([])
          issuer.keys = [...keysOf(group)]
          yield* Effect.gen(function*() {
            for (const vector of group.tests) {
              assert.strictEqual(yield* outcome(tokenOf(vector)), "token_invalid", `${vector.tcId} ${vector.comment}`)
            }
          }).pipe(Effect.provide(verifier(new LocalIssuer(), [issuer.entry()])))
        }
      }).pipe(Effect.scoped))
  }
})
