import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer, Logger } from "effect"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { once } from "node:events"
import { createServer } from "node:http"
import { Tokens } from "../../src/contexts/iam/Tokens.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { mutated } from "./mutated.ts"
import { type Proven, together } from "./Proven.ts"
import type { Trial } from "./Trial.ts"

const algorithms = ["RS256", "ES256", "EdDSA"]
const audience = "cardapio"
const batch = 500

/** An issuer with a key for each algorithm, over HTTP, and a token of each. */
const issuerWithTokens = Effect.acquireRelease(
  Effect.promise(async () => {
    const pairs = await Promise.all(algorithms.map(async (alg) => ({ alg, ...await generateKeyPair(alg) })))
    const keys = await Promise.all(
      pairs.map(async ({ alg, publicKey }) => ({ ...await exportJWK(publicKey), kid: alg, alg, use: "sig" }))
    )
    const server = createServer((_, response) => response.end(JSON.stringify({ keys })))
    await once(server.listen(0, "127.0.0.1"), "listening")
    const address = server.address()
    const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
    const tokens = await Promise.all(
      pairs.map(({ alg, privateKey }) =>
        new SignJWT({ name: "João", email: "joao@example.org" }).setProtectedHeader({ alg, typ: "JWT", kid: alg })
          .setIssuer(issuer).setAudience(audience).setSubject("joão").setIssuedAt().setExpirationTime("12h")
          .sign(privateKey)
      )
    )
    return { issuer, server, tokens }
  }),
  ({ server }) => Effect.promise(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
)

type Verify = (token: string) => Effect.Effect<unknown, { readonly code: string }>

const codeOf = (verify: Verify) => (token: string) =>
  Effect.match(verify(token), { onFailure: ({ code }) => code, onSuccess: () => "accepted" })

/** Changes a token at random so many times; none of what comes of it may be taken. */
const mutateToken = Effect.fnUntraced(function*(
  token: string,
  others: ReadonlyArray<string>,
  { count, verify }: { readonly count: number; readonly verify: Verify }
) {
  const asked = codeOf(verify)
  const before = yield* asked(token)
  const codes = new Map<string, number>()
  for (let left = count; left > 0; left -= batch) {
    const changed = yield* Effect.replicateEffect(mutated(token, others), Math.min(batch, left))
    for (const code of yield* Effect.forEach(changed, asked, { concurrency: 16 })) {
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
  }
  const after = yield* asked(token)
  const accepted = codes.get("accepted") ?? 0
  const refused = codes.get("token_invalid") ?? 0
  const proven: Proven = {
    settings: {},
    counters: {
      mutations: count,
      accepted,
      refused,
      otherAnswers: count - accepted - refused,
      itselfAccepted: [before, after].filter((code) => code === "accepted").length
    },
    promised: {
      accepted: { is: 0 },
      refused: { is: count },
      otherAnswers: { is: 0 },
      itselfAccepted: { is: 2 }
    }
  }
  return proven
})

/** Mutates each of the tokens, by the name of its kind. */
export const mutateTokens = Effect.fnUntraced(function*(
  tokens: Readonly<Record<string, string>>,
  options: { readonly count: number; readonly verify: Verify }
) {
  const all = Object.values(tokens)
  const proven = yield* Effect.forEach(all, (token) => mutateToken(token, all, options))
  return together(proven, Object.keys(tokens).map((kind) => `${kind} `))
})

/** Random mutations of a token of ours and of an issuer's with each algorithm. */
export const tryTokens = Effect.fnUntraced(function*({ environment, token, url }: Trial, count: number) {
  const { issuer, tokens } = yield* issuerWithTokens
  const AUTH_ISSUERS = JSON.stringify([{ issuer, audience: [audience], jwksUri: `${issuer}/keys`, algorithms }])
  const [rsa = "", ec = "", edwards = ""] = tokens
  return yield* Effect.gen(function*() {
    const { verify } = yield* Tokens
    return yield* mutateTokens({ local: token, RS256: rsa, ES256: ec, EdDSA: edwards }, {
      count: Math.ceil(count / 4),
      verify
    })
  }).pipe(Effect.provide(
    Tokens.layer.pipe(
      Layer.provide(CommandDatabase),
      Layer.provide(Layer.succeed(DatabaseLocation)({ url, migrationUrl: url, embedded: undefined })),
      Layer.provide(Settings.layer),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...environment, AUTH_ISSUERS }))),
      Layer.provideMerge(Logger.layer([])),
      Layer.provide(NodeServices.layer)
    )
  ))
})
