import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { type Actor, requirePermission } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { RoleAssigned, RoleRemoved } from "../contract/IamEvents.ts"
import { PermissionNotHeld, type Role, type RoleId, RoleNotFound } from "../contract/Role.ts"
import type { User } from "../contract/User.ts"
import type { AssignRole, RemoveRole } from "../contract/UserCommands.ts"
import { keepingAdministrator } from "../user/lastAdministrator.ts"
import { changeOfUser, lockedUser } from "../user/UserHandlers.ts"
import { UserRepo } from "../user/UserRepo.ts"
import { RoleRepo } from "./RoleRepo.ts"

const managesRoles = ({ permissions }: Actor) => permissions.has("iam:manage_roles")

/** Who manages all roles, or the users of the role's context, unless that is iam. */
const requireManager = (actor: Actor, { context }: Role) =>
  managesRoles(actor) || context === "iam"
    ? requirePermission(actor, "iam", "manage_roles")
    : requirePermission(actor, context, "manage_users")

/** Nobody gives away what he lacks, but who may give all. */
const requireHeld = (actor: Actor, { context, permissions }: Role) => {
  const lacking = permissions.filter((permission) => !actor.permissions.has(`${context}:${permission}`))
  return managesRoles(actor) || lacking.length === 0
    ? Effect.void
    : Effect.fail(new PermissionNotHeld({ detail: `You do not have ${lacking.join(", ")} of ${context}.` }))
}

const payloadOf = ({ id: userId }: User, { context, id: roleId, name }: Role) => ({ userId, roleId, context, name })

const holds = ({ roles }: User, { id }: Role) => roles.some((held) => held.id === id)

export const assignmentHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const users = yield* UserRepo
  const roles = yield* RoleRepo
  const locked = yield* lockedUser
  const found = (id: RoleId) =>
    Effect.flatMap(
      roles.find(id),
      (role) => role === undefined ? Effect.fail(new RoleNotFound({})) : Effect.succeed(role)
    )

  const handlers: Handlers<AssignRole | RemoveRole> = {
    "iam/AssignRole": Effect.fnUntraced(function*({ id, ifMatch, roleId }, actor) {
      const role = yield* found(roleId)
      yield* requireManager(actor, role)
      yield* requireHeld(actor, role)
      const user = yield* locked(id, ifMatch)
      if (holds(user, role)) return { answer: user }
      const answer = yield* users.assign(user, roleId)
      return {
        answer,
        change: changeOfUser(answer, user.version, ["roles"]),
        events: [eventOf(RoleAssigned, new RoleAssigned(payloadOf(user, role)))]
      }
    }),
    "iam/RemoveRole": Effect.fnUntraced(function*({ id, ifMatch, roleId }, actor) {
      const role = yield* found(roleId)
      yield* requireManager(actor, role)
      const user = yield* locked(id, ifMatch)
      if (!holds(user, role)) return { answer: user }
      const answer = yield* keepingAdministrator(sql, users.remove(user, roleId))
      return {
        answer,
        change: changeOfUser(answer, user.version, ["roles"]),
        events: [eventOf(RoleRemoved, new RoleRemoved(payloadOf(user, role)))]
      }
    })
  }
  return handlers
})
