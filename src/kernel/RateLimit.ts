import { Context, Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import { RateLimited } from "./contract/Problems.ts"
import { Settings } from "./Settings.ts"

/** What the answer's headers say of the caller's budget; filled in by whoever knows the caller. */
export interface Budget {
  readonly address: string
  headers: Readonly<Record<string, string>>
}

/** The budget of the request under way. */
export const CurrentBudget = Context.Reference<Budget>("cardapio/kernel/RateLimit/CurrentBudget", {
  defaultValue: () => ({ address: "", headers: {} })
})

const window = Duration.minutes(1)
const seconds = (duration: Duration.Duration) => Math.max(1, Math.ceil(Duration.toSeconds(duration)))

/** A store for ten minutes: it never forgets a key by itself, and addresses are without number. */
const limiter = Effect.cachedWithTTL(
  Layer.build(Layer.fresh(RateLimiter.layer).pipe(Layer.provide(Layer.fresh(RateLimiter.layerStoreMemory)))).pipe(
    Effect.map(Context.get(RateLimiter.RateLimiter)),
    Effect.scoped
  ),
  "10 minutes"
)

/** Keeps a user, or an address that is nobody's, to `RATE_LIMIT_PER_MINUTE`: a token bucket, counted by this process alone. */
export class RateLimit extends Context.Service<RateLimit, {
  /** Takes one from the budget of a user, else of the request's address. */
  consume(user: string | undefined): Effect.Effect<void, RateLimited>
}>()("cardapio/kernel/RateLimit") {
  static readonly layer = Layer.effect(
    RateLimit,
    Effect.gen(function*() {
      const { rateLimit: limit } = yield* Settings
      const limiters = yield* limiter
      const policy = `"default";q=${limit};w=${Duration.toSeconds(window)}`
      const headers = (remaining: number, resetAfter: Duration.Duration) => ({
        "ratelimit-policy": policy,
        ratelimit: `"default";r=${remaining};t=${seconds(resetAfter)}`
      })

      const consume = Effect.fnUntraced(function*(user: string | undefined) {
        const budget = yield* CurrentBudget
        const key = user === undefined ? `address ${budget.address}` : `user ${user}`
        const consumed = yield* (yield* limiters).consume({ algorithm: "token-bucket", window, limit, key }).pipe(
          Effect.map(({ remaining, resetAfter }) => headers(remaining, resetAfter)),
          Effect.catch(({ reason }) => {
            const retryAfter = reason._tag === "RateLimitExceeded" ? reason.retryAfter : window
            budget.headers = { ...headers(0, retryAfter), "retry-after": `${seconds(retryAfter)}` }
            return Effect.fail(new RateLimited({ detail: `At most ${limit} requests a minute.` }))
          })
        )
        budget.headers = consumed
      })

      return RateLimit.of({ consume: (user) => limit === 0 ? Effect.void : consume(user) })
    })
  )
}
