import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { Accounts } from "../Accounts.ts"
import { SessionsRevoked, UserCreated, UserDisabled, UserEnabled } from "../contract/IamEvents.ts"
import { type IdentityInput, type User, UserNotFound } from "../contract/User.ts"
import type { UserCommand } from "../contract/UserCommands.ts"
import { SessionRepo } from "../session/SessionRepo.ts"
import { keepingAdministrator } from "./lastAdministrator.ts"
import { requireNoLess } from "./requireNoLess.ts"
import { UserRepo } from "./UserRepo.ts"

/** The change as the audit log tells it. */
export const changeOfUser = (
  { id, version }: User,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "user", id }, versionBefore, versionAfter: version, changedFields })

/** The user, held, in the version that is asked for. */
export const lockedUser = Effect.map(
  UserRepo,
  (users) =>
    Effect.fnUntraced(function*(id: UserId, ifMatch: string | undefined) {
      const user = yield* users.lock(id)
      if (user === undefined) return yield* new UserNotFound({})
      if (!matches(ifMatch, user.version)) return yield* new VersionMismatch({ currentVersion: user.version })
      return user
    })
)

type Own = Exclude<UserCommand, { readonly _tag: "iam/AssignRole" | "iam/RemoveRole" }>

const isLinked = ({ identities }: User, { issuer, subject }: IdentityInput) =>
  identities.some((each) => each.issuer === issuer && each.subject === subject)

export const userHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const accounts = yield* Accounts
  const users = yield* UserRepo
  const sessions = yield* SessionRepo
  const locked = yield* lockedUser
  const requireRight = yield* requireNoLess

  const ended = (userId: UserId, reason: "disabled" | "admin") =>
    Effect.map(sessions.revokeAll(userId), ({ length: count }) => ({
      count,
      events: count === 0 ? [] : [eventOf(SessionsRevoked, new SessionsRevoked({ userId, sid: "all", reason }))]
    }))

  const updated = Effect.fnUntraced(function*(
    user: User,
    patch: { readonly email?: string; readonly name?: string }
  ) {
    const changed = (["email", "name"] as const).filter((field) =>
      patch[field] !== undefined && patch[field] !== user[field]
    )
    if (changed.length === 0) return { answer: user }
    const answer = yield* users.rename(user, patch)
    return { answer, change: changeOfUser(answer, user.version, changed) }
  })

  const handlers: Handlers<Own> = {
    "iam/CreateUser": Effect.fnUntraced(function*({ input }) {
      const answer = yield* users.insert(input)
      return {
        answer,
        change: changeOfUser(answer, null, ["email", "name", "roles"]),
        events: [eventOf(UserCreated, new UserCreated({ userId: answer.id, via: "local" }))]
      }
    }),
    "iam/CreateAdministrator": Effect.fnUntraced(function*({ email }) {
      const answer = yield* accounts.ensureAdministrator(email)
      const user = answer === undefined ? undefined : yield* users.lock(answer)
      return user === undefined ? { answer } : {
        answer,
        change: changeOfUser(user, null, ["email", "name", "roles"]),
        events: [eventOf(UserCreated, new UserCreated({ userId: user.id, via: "cli" }))]
      }
    }),
    "iam/ProvisionUser": Effect.fnUntraced(function*({ email, identity, name }) {
      const { issuer, subject } = identity
      yield* sql`SELECT pg_advisory_xact_lock(hashtextextended(${`iam identity ${issuer} ${subject}`}, 0))`
      const [linked] = yield* sql<{ userId: UserId }>`
        SELECT user_id FROM identities WHERE issuer = ${issuer} AND subject = ${subject}`
      if (linked !== undefined) return { answer: linked.userId }
      const user = yield* sql.withTransaction(users.insert({ email, name: name ?? subject.slice(0, 200) })).pipe(
        // It is another's: of the same person or not, nobody here can tell.
        Effect.catchTag("EmailTaken", () => users.insert({ email: null, name: name ?? subject.slice(0, 200) })),
        Effect.flatMap((made) => users.link(made, identity)),
        Effect.catchTags({ EmailTaken: Effect.die, IdentityTaken: Effect.die, VersionConflict: Effect.die })
      )
      const { id: userId } = user
      return {
        answer: userId,
        change: changeOfUser(user, null, ["email", "name", "roles", "identities"]),
        by: userId,
        events: [eventOf(UserCreated, new UserCreated({ userId, via: "external" }))]
      }
    }),
    "iam/UpdateUser": ({ id, ifMatch, patch }) => Effect.flatMap(locked(id, ifMatch), (user) => updated(user, patch)),
    "iam/UpdateMe": Effect.fnUntraced(function*({ ifMatch, patch }, { userId }) {
      if (userId === null) return yield* new UserNotFound({})
      const user = yield* locked(userId, ifMatch)
      return yield* updated(user, patch).pipe(
        Effect.catchTag("EmailTaken", () => Effect.die("a name took an e-mail address"))
      )
    }),
    "iam/DisableUser": Effect.fnUntraced(function*({ id, ifMatch }) {
      const user = yield* locked(id, ifMatch)
      if (user.status === "disabled") return { answer: user }
      const answer = yield* keepingAdministrator(sql, users.setStatus(user, "disabled"))
      const { events } = yield* ended(id, "disabled")
      return {
        answer,
        change: changeOfUser(answer, user.version, ["status"]),
        events: [eventOf(UserDisabled, new UserDisabled({ userId: id })), ...events]
      }
    }),
    "iam/EnableUser": Effect.fnUntraced(function*({ id, ifMatch }) {
      const user = yield* locked(id, ifMatch)
      if (user.status === "active") return { answer: user }
      const answer = yield* users.setStatus(user, "active")
      const events = [eventOf(UserEnabled, new UserEnabled({ userId: id }))]
      return { answer, change: changeOfUser(answer, user.version, ["status"]), events }
    }),
    "iam/EndLogins": Effect.fnUntraced(function*({ id }) {
      const user = (yield* users.lock(id)) ?? (yield* new UserNotFound({}))
      const { count, events } = yield* ended(id, "admin")
      return count === 0
        ? { answer: 0 }
        : { answer: count, change: changeOfUser(user, user.version, ["logins"]), events }
    }),
    "iam/EraseUser": Effect.fnUntraced(function*({ id, ifMatch }) {
      const user = yield* locked(id, ifMatch)
      const answer = yield* keepingAdministrator(sql, users.erase(user))
      const { events } = yield* ended(id, "admin")
      return {
        answer,
        change: changeOfUser(answer, user.version, ["email", "name", "identities", "status"]),
        events: user.status === "disabled"
          ? events
          : [eventOf(UserDisabled, new UserDisabled({ userId: id })), ...events]
      }
    }),
    "iam/LinkIdentity": Effect.fnUntraced(function*({ id, identity, ifMatch }, actor) {
      const user = yield* locked(id, ifMatch)
      yield* requireRight(actor, id)
      if (isLinked(user, identity)) return { answer: user }
      const answer = yield* users.link(user, identity)
      return { answer, change: changeOfUser(answer, user.version, ["identities"]) }
    }),
    "iam/UnlinkIdentity": Effect.fnUntraced(function*({ id, identity, ifMatch }) {
      const user = yield* locked(id, ifMatch)
      if (!isLinked(user, identity)) return { answer: user }
      const answer = yield* users.unlink(user, identity)
      return { answer, change: changeOfUser(answer, user.version, ["identities"]) }
    })
  }
  return handlers
})
