import { Context, Data, Effect, Layer, Option, Semaphore } from "effect"
import crypto from "node:crypto"
import { availableParallelism } from "node:os"
import { Overloaded } from "../../../kernel/contract/Problems.ts"
import { Settings } from "../../../kernel/Settings.ts"
import { type Cost, HashCost } from "../HashCost.ts"
import { hashThreads } from "./HashThreads.ts"

/** This Node has no argon2. */
export class Argon2Missing extends Data.TaggedError("Argon2Missing")<{ readonly message: string }> {}

/** How many may wait for their turn: more of them would fill the places that the server has for the requests of others. */
const waitingAtMost = 14

/** One processor is left to requests, where there are several: whoever gives way to them may take milliseconds to do so. */
const hashedAtOnce = (wanted: number) => Math.max(1, Math.min(wanted, availableParallelism() - 1))

const saltBytes = 16
const tagLength = 32
const version = 19

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "")

const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

const parsed = (hash: string) => {
  const [, memory, passes, parallelism, salt = "", tag = ""] = phc.exec(hash) ?? []
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64")
  }
}

/** Passwords as they are kept: argon2id (RFC 9106) as a PHC string, of the text in NFKC. */
export class PasswordHashes extends Context.Service<PasswordHashes, {
  /** For what a caller waits for: takes a place among the few that hash or wait for it; refused where there is none. */
  placed<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | Overloaded, R>
  hash(password: string): Effect.Effect<string>
  /** Whether it is the password. Without a hash it takes as long, and it is not. */
  verify(password: string, hash: string | null): Effect.Effect<boolean>
  /** Whether it was made at another cost than today's. */
  isOutdated(hash: string): boolean
}>()("cardapio/contexts/iam/password/PasswordHashes") {
  static readonly layer = Layer.effect(
    PasswordHashes,
    Effect.gen(function*() {
      if (typeof crypto.argon2 !== "function") {
        return yield* new Argon2Missing({
          message: `Node 24.7 or newer is needed for argon2; this is ${process.version}`
        })
      }
      const { hashConcurrency } = yield* Settings
      const cost = yield* HashCost
      const hashIn = yield* hashThreads(hashedAtOnce(hashConcurrency))
      const places = yield* Semaphore.make(hashConcurrency + waitingAtMost)
      const hashed = (password: string, salt: Uint8Array, at: Cost) =>
        hashIn({ password: password.normalize("NFKC"), salt, tagLength, cost: at })

      const written = (salt: Uint8Array, tag: Uint8Array) => {
        const { memory, parallelism, passes } = cost
        return `$argon2id$v=${version}$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`
      }
      /** No password has it, and none takes less to be tried against it. */
      const dummy = written(crypto.randomBytes(saltBytes), crypto.randomBytes(tagLength))

      return PasswordHashes.of({
        placed: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          Effect.flatMap(
            places.withPermitsIfAvailable(1)(effect),
            Option.match({
              onNone: () => Effect.fail(new Overloaded({ detail: "Too many passwords are being checked." })),
              onSome: Effect.succeed<A>
            })
          ),
        hash: Effect.fn("PasswordHashes.hash")(function*(password) {
          const salt = crypto.randomBytes(saltBytes)
          return written(salt, yield* hashed(password, salt, cost))
        }),
        verify: Effect.fn("PasswordHashes.verify")(function*(password, kept) {
          const { cost, salt, tag } = parsed(kept ?? dummy)
          const found = yield* hashed(password, salt, cost)
          return crypto.timingSafeEqual(found, tag) && kept !== null
        }),
        isOutdated: (kept) => {
          const { memory, parallelism, passes } = parsed(kept).cost
          return memory !== cost.memory || passes !== cost.passes || parallelism !== cost.parallelism
        }
      })
    })
  )
}
