import { DateTime, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import {
  type ApiKeyCommand,
  type ApiKeyInput,
  ApiKeyLimitReached,
  ApiKeyNotFound,
  ApiKeyPermissionNotHeld,
  type GrantedPermission
} from "../contract/ApiKeys.ts"
import { apiKeyColumns, type ApiKeyRow, textOf, toApiKey } from "./ApiKeyRow.ts"
import { makeApiKey } from "./ApiKeyText.ts"

const liveAtMost = 50
const defaultLifetime = { days: 90 }
const longestLifetime = { years: 1 }

/** When a key ends: as asked for, if that lies in the year to come. */
const expiryOf = Effect.fnUntraced(function*({ expiresAt }: ApiKeyInput) {
  const now = yield* DateTime.now
  const expiry = expiresAt ?? DateTime.add(now, defaultLifetime)
  if (DateTime.isGreaterThan(expiry, now) && !DateTime.isGreaterThan(expiry, DateTime.add(now, longestLifetime))) {
    return DateTime.toDateUtc(expiry)
  }
  const detail = "must be in the future, and at most a year from now"
  return yield* new InvalidRequest({ errors: [{ pointer: "/expiresAt", detail }] })
})

const requireHeld = (wanted: ReadonlyArray<GrantedPermission>, held: ReadonlySet<string>) => {
  const errors = wanted.flatMap((each, index) =>
    held.has(textOf(each))
      ? []
      : [{ pointer: `/permissions/${index}`, detail: `you do not have ${each.permission} of ${each.context}` }]
  )
  const detail = "The key would have permissions that you do not have."
  return errors.length === 0 ? Effect.void : Effect.fail(new ApiKeyPermissionNotHeld({ detail, errors }))
}

export const apiKeyHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  /** Holds the user, so that keys are made one after the other, and counts. */
  const requireRoom = Effect.fnUntraced(function*(userId: UserId | null) {
    yield* sql`SELECT FROM users WHERE id = ${userId} FOR NO KEY UPDATE`
    const live = yield* sql`
      SELECT id FROM api_keys WHERE user_id = ${userId} AND revoked_at IS NULL AND expires_at > now()`
    if (live.length >= liveAtMost) return yield* new ApiKeyLimitReached({})
  })

  const changeOf = (id: string, changedFields: ReadonlyArray<string>) => ({
    target: { type: "apiKey", id },
    versionBefore: null,
    versionAfter: null,
    changedFields
  })

  const handlers: Handlers<ApiKeyCommand> = {
    "iam/CreateApiKey": Effect.fnUntraced(function*({ input }, { permissions, userId }) {
      yield* requireHeld(input.permissions, permissions)
      const expiresAt = yield* expiryOf(input)
      yield* requireRoom(userId)
      const { hash, prefix, text } = makeApiKey()
      const granted = [...new Set(input.permissions.map(textOf))].toSorted()
      const [row] = yield* sql<ApiKeyRow>`
        INSERT INTO api_keys AS k (id, user_id, name, prefix, secret_hash, permissions, expires_at)
        VALUES (${SecureRandom.uuidV7Unsafe()}, ${userId}, ${input.name}, ${prefix}, ${hash}, ${granted}::text[], ${expiresAt})
        RETURNING ${apiKeyColumns(sql)}`
      if (row === undefined) return yield* Effect.die("no key was made")
      return {
        answer: { ...toApiKey(row), key: text },
        change: changeOf(row.id, ["name", "permissions", "expiresAt"])
      }
    }),
    "iam/RevokeApiKey": Effect.fnUntraced(function*({ id }, { permissions, userId }) {
      const mayAll = permissions.has("iam:manage_users")
      const [key] = yield* sql<{ live: boolean }>`
        SELECT revoked_at IS NULL AS live FROM api_keys WHERE id = ${id} AND (user_id = ${userId} OR ${mayAll}) FOR UPDATE`
      if (key === undefined) return yield* new ApiKeyNotFound({})
      if (!key.live) return { answer: undefined }
      yield* sql`UPDATE api_keys SET revoked_at = now() WHERE id = ${id}`
      return { answer: undefined, change: changeOf(id, ["revokedAt"]) }
    })
  }
  return handlers
})
