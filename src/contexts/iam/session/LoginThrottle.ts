import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { createHash } from "node:crypto"
import { CurrentBudget } from "../../../kernel/RateLimit.ts"
import { LoginThrottled } from "../contract/Logins.ts"

/** An attempt that counts as failed until it is known to have succeeded. */
export interface Attempt {
  readonly account: string
  readonly address: string
  readonly at: string
}

/** In minutes. `escalates`: each failure within 15 minutes of a wait makes the next wait, twice as long. */
interface Limit {
  readonly most: number
  readonly wait: number
  readonly escalates: boolean
}

const ofAccount: Limit = { most: 5, wait: 1, escalates: true }
const ofAddress: Limit = { most: 30, wait: 15, escalates: false }
const longestWait = 15

const subjectOf = (kind: string, text: string) => `${kind} ${createHash("sha256").update(text).digest("base64url")}`

/**
 * Keeps passwords from being guessed: of an account 5 failures in 15 minutes make it wait for 1, 2, 4 … 15 minutes, of an address 30
 * for 15 minutes. An attempt is counted before its password is looked at, so that none of many at once slips past.
 */
export class LoginThrottle extends Context.Service<LoginThrottle, {
  /** `name` is the user's id, however the e-mail was spelled, or the e-mail where there is no such user. */
  attempt(name: string): Effect.Effect<Attempt, LoginThrottled>
  /** Forgets the failures of the account, and of the address this attempt alone. */
  succeeded(attempt: Attempt): Effect.Effect<void, SqlError.SqlError>
}>()("cardapio/contexts/iam/session/LoginThrottle") {
  static readonly layer = Layer.effect(
    LoginThrottle,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const throttled = Effect.fnUntraced(function*(subject: string) {
        const [row] = yield* sql<{ seconds: number }>`
          SELECT greatest(1, ceil(extract(epoch FROM blocked_until - now())))::integer AS seconds
          FROM login_throttles WHERE subject = ${subject}`
        const seconds = row?.seconds ?? 1
        const budget = yield* CurrentBudget
        budget.headers = { ...budget.headers, "retry-after": `${seconds}` }
        return yield* new LoginThrottled({ detail: `Try again in ${seconds} s.` })
      })

      const counted = Effect.fnUntraced(function*(subject: string, { escalates, most, wait }: Limit) {
        const [row] = yield* sql<{ at: string }>`
          INSERT INTO login_throttles AS t (subject, attempts) VALUES (${subject}, ARRAY[clock_timestamp()])
          ON CONFLICT (subject) DO UPDATE SET (attempts, waits, blocked_until) = (
            SELECT recent || clock_timestamp(), waits + blocks::integer,
              CASE WHEN blocks THEN now() + least(${longestWait}, ${wait} * power(2, waits)) * interval '1 minute' END
            FROM (SELECT CASE WHEN t.blocked_until > now() - interval '15 minutes' AND ${escalates} THEN least(t.waits, 4) ELSE 0 END
              AS waits, ARRAY(SELECT a FROM unnest(t.attempts) AS a WHERE a > now() - interval '15 minutes' ORDER BY a) AS recent
            ) AS past, LATERAL (SELECT waits > 0 OR cardinality(recent) >= ${most - 1} AS blocks) AS present)
          WHERE t.blocked_until IS NULL OR t.blocked_until <= now()
          RETURNING t.attempts[cardinality(t.attempts)]::text AS at`
        return row?.at ?? (yield* throttled(subject))
      }, Effect.catchTag("SqlError", Effect.die))

      /** Takes an attempt of an address back. */
      const forgotten = (address: string, at: string) =>
        Effect.asVoid(sql`
          UPDATE login_throttles SET attempts = array_remove(attempts, ${at}::timestamptz),
            blocked_until = CASE WHEN cardinality(attempts) > ${ofAddress.most} THEN blocked_until END
          WHERE subject = ${address}`)

      return LoginThrottle.of({
        attempt: Effect.fn("LoginThrottle.attempt")(function*(name) {
          const address = subjectOf("address", (yield* CurrentBudget).address)
          const account = subjectOf("account", name.toLowerCase())
          const at = yield* counted(address, ofAddress)
          // An attempt that its account refuses has tested nothing.
          yield* Effect.tapError(counted(account, ofAccount), () => Effect.orDie(forgotten(address, at)))
          return { account, address, at }
        }),
        succeeded: ({ account, address, at }) =>
          Effect.andThen(sql`DELETE FROM login_throttles WHERE subject = ${account}`, forgotten(address, at))
      })
    })
  )
}
