import { Schema } from "effect"
import { contexts, SessionId, UserId } from "../../../kernel/contract/Rights.ts"
import { Uuid } from "../../../kernel/contract/Values.ts"

/** There is a new user: created by an administrator, first seen with another issuer's token, or made on the command line. */
export class UserCreated extends Schema.TaggedClass<UserCreated>()("iam/UserCreated", {
  userId: UserId,
  via: Schema.Literals(["local", "external", "cli"])
}) {}

/** A user may no longer do anything; all logins have ended with it. */
export class UserDisabled extends Schema.TaggedClass<UserDisabled>()("iam/UserDisabled", { userId: UserId }) {}

const assignment = {
  userId: UserId,
  roleId: Uuid,
  context: Schema.Literals(contexts),
  name: Schema.String
}

/** A user who was disabled may work again. */
export class UserEnabled extends Schema.TaggedClass<UserEnabled>()("iam/UserEnabled", { userId: UserId }) {}

/** A user has got a role. */
export class RoleAssigned extends Schema.TaggedClass<RoleAssigned>()("iam/RoleAssigned", assignment) {}

/** A user has lost a role. */
export class RoleRemoved extends Schema.TaggedClass<RoleRemoved>()("iam/RoleRemoved", assignment) {}

/** One login of a user has ended, or all of them. */
export class SessionsRevoked extends Schema.TaggedClass<SessionsRevoked>()("iam/SessionsRevoked", {
  userId: UserId,
  sid: Schema.Union([SessionId, Schema.Literal("all")]),
  reason: Schema.Literals(["logout", "reuse", "password", "disabled", "admin"])
}) {}
