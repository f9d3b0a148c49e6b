import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { ContextName } from "../../../kernel/contract/Rights.ts"
import { RoleRemoved } from "../contract/IamEvents.ts"
import { permissions } from "../contract/Permissions.ts"
import { PermissionUnknown, type Role, type RoleId, RoleInUse, RoleIsBuiltIn, RoleNotFound } from "../contract/Role.ts"
import type { RoleCommand } from "../contract/RoleCommands.ts"
import { keepingAdministrator } from "../user/lastAdministrator.ts"
import { RoleRepo } from "./RoleRepo.ts"

const changeOf = ({ id, version }: Role, versionBefore: number | null, changedFields: ReadonlyArray<string>) => ({
  target: { type: "role", id },
  versionBefore,
  versionAfter: version,
  changedFields
})

const requireKnown = (context: ContextName, wanted: ReadonlyArray<string>) => {
  const known: ReadonlyArray<string> = permissions[context]
  const detail = `must be one of ${known.join(", ")}`
  const errors = wanted.flatMap((each, index) =>
    known.includes(each) ? [] : [{ pointer: `/permissions/${index}`, detail }]
  )
  return errors.length === 0 ? Effect.void : Effect.fail(new PermissionUnknown({ errors }))
}

const isSame = (some: ReadonlyArray<string>, others: ReadonlyArray<string>) =>
  [...new Set(some)].toSorted().join() === [...new Set(others)].toSorted().join()

export const roleHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const roles = yield* RoleRepo

  /** The role, held, in the version that is asked for, if it may be changed at all. */
  const locked = Effect.fnUntraced(function*(id: RoleId, ifMatch: string | undefined) {
    const role = yield* roles.lock(id)
    if (role === undefined) return yield* new RoleNotFound({})
    if (role.builtIn) return yield* new RoleIsBuiltIn({})
    if (!matches(ifMatch, role.version)) return yield* new VersionMismatch({ currentVersion: role.version })
    return role
  })

  const handlers: Handlers<RoleCommand> = {
    "iam/CreateRole": Effect.fnUntraced(function*({ input }) {
      yield* requireKnown(input.context, input.permissions)
      const answer = yield* roles.insert(input)
      return { answer, change: changeOf(answer, null, ["context", "name", "permissions"]) }
    }),
    "iam/UpdateRole": Effect.fnUntraced(function*({ id, ifMatch, patch }) {
      const role = yield* locked(id, ifMatch)
      const { name = role.name, permissions = role.permissions } = patch
      yield* requireKnown(role.context, permissions)
      const changed = [
        ...name === role.name ? [] : ["name"],
        ...isSame(permissions, role.permissions) ? [] : ["permissions"]
      ]
      if (changed.length === 0) return { answer: role }
      const answer = yield* keepingAdministrator(sql, roles.update(role, { name, permissions }))
      return { answer, change: changeOf(answer, role.version, changed) }
    }),
    "iam/DeleteRole": Effect.fnUntraced(function*({ id, ifMatch, removeAssignments }) {
      const role = yield* locked(id, ifMatch)
      const count = yield* roles.holders(id)
      if (count > 0 && !removeAssignments) return yield* new RoleInUse({ count })
      const { context, name } = role
      const holders = yield* keepingAdministrator(sql, roles.removeAssignments(id))
      yield* roles.delete(id)
      return {
        answer: undefined,
        change: { ...changeOf(role, role.version, ["deleted"]), versionAfter: null },
        events: holders.map((userId) => eventOf(RoleRemoved, new RoleRemoved({ userId, roleId: id, context, name })))
      }
    })
  }
  return handlers
})
