import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { QueryText } from "../../../kernel/contract/QueryValues.ts"
import { contexts, UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, nameText, RawText } from "../../../kernel/contract/Values.ts"
import { RoleId } from "./Role.ts"

/** An e-mail address by the WHATWG's pattern, as HTML forms check it. */
export const Email = Schema.String.check(
  Schema.isMaxLength(254, { message: "must be at most 254 characters long" }),
  Schema.isPattern(
    /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/,
    { message: "must be an e-mail address" }
  )
)

export const userStatuses = ["active", "disabled"] as const

/** A role as its holder has it. */
export const HeldRole = Schema.Struct({
  id: RoleId,
  context: Schema.Literals(contexts),
  name: Schema.String
}).annotate({ identifier: "HeldRole" })

/** Who an external issuer says that the user is. */
export const Identity = Schema.Struct({
  issuer: Schema.String,
  subject: Schema.String
}).annotate({ identifier: "Identity" })

export const IdentityInput = Schema.Struct({
  issuer: RawText.check(Schema.isBetweenCodePoints(1, 2048)).annotate({ description: "As `iss` of its tokens says" }),
  subject: RawText.check(Schema.isBetweenCodePoints(1, 255)).annotate({ description: "As `sub` of its tokens says" })
}).annotate({ identifier: "IdentityInput" })
export type IdentityInput = typeof IdentityInput.Type

const userFields = {
  id: UserId,
  email: Schema.NullOr(Schema.String).annotate({
    description: "null where another issuer tells none, and of an erased user"
  }),
  name: Schema.NullOr(Schema.String).annotate({ description: "null of an erased user" }),
  status: Schema.Literals(userStatuses),
  roles: Schema.Array(HeldRole),
  identities: Schema.Array(Identity),
  version: Schema.Int,
  createdAt: Instant,
  updatedAt: Instant,
  lastSeenAt: Schema.NullOr(Instant).annotate({ description: "To the minute" })
}

export const User = Schema.Struct(userFields).annotate({ identifier: "User" })
export type User = typeof User.Type

/** The caller, with what he may do in each context at this moment. */
export const Me = Schema.Struct({
  ...userFields,
  permissions: Schema.Record(Schema.Literals(contexts), Schema.Array(Schema.String))
}).annotate({ identifier: "Me" })
export type Me = typeof Me.Type

const Name = nameText(200)

export const UserInput = Schema.Struct({ email: Email, name: Name }).annotate({ identifier: "UserInput" })
export type UserInput = typeof UserInput.Type

export const UserPatch = Schema.Struct({
  email: Schema.optionalKey(Email),
  name: Schema.optionalKey(Name)
}).annotate({ identifier: "UserPatch" })
export type UserPatch = typeof UserPatch.Type

export const MePatch = Schema.Struct({ name: Schema.optionalKey(Name) }).annotate({ identifier: "MePatch" })
export type MePatch = typeof MePatch.Type

export const userFilters = {
  id: filter.uuid,
  email: filter.textOrNull,
  name: filter.textOrNull,
  status: oneOf(userStatuses),
  createdAt: filter.instant
} as const

export const UserQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(userFilters),
  q: Schema.optionalKey(QueryText).annotate({ description: "A part of the name or the e-mail address" }),
  role: Schema.optionalKey(Schema.Array(QueryText)).annotate({
    description: "The name of a role that they hold; with `context`, in one of these"
  }),
  context: Schema.optionalKey(Schema.Array(Schema.Literals(contexts))).annotate({
    description: "A context in which they hold a role"
  }),
  issuer: Schema.optionalKey(Schema.Array(QueryText)).annotate({
    description: "An external issuer who vouches for them"
  }),
  sort: sortParameter(
    Schema.Literals(["name", "email", "createdAt", "lastSeenAt"]),
    "Fields: name, email, createdAt, lastSeenAt. Default: -createdAt"
  )
})
export type UserQuery = typeof UserQuery.Type

/** 404: no such user. */
export class UserNotFound extends declared<UserNotFound>()(
  "UserNotFound",
  problem("user_not_found", 404, "There is no such user", {
    cause: "No user has this id.",
    cure: "Look the user up with GET /v1/users?q=…"
  })
) {}

/** 409: another user has the e-mail address. */
export class EmailTaken extends declared<EmailTaken>()(
  "EmailTaken",
  problem("email_taken", 409, "The e-mail address is taken", {
    cause: "Another user has this address; upper and lower case are the same.",
    cure: "Use that user, or change the address there first."
  })
) {}

/** 409: the identity belongs to another user. */
export class IdentityTaken extends declared<IdentityTaken>()(
  "IdentityTaken",
  problem("identity_taken", 409, "The identity belongs to another user", {
    cause: "Another user is linked to this subject of this issuer.",
    cure: "Unlink it there first."
  })
) {}

/** 409: nobody would be left who may give roles. */
export class LastAdministrator extends declared<LastAdministrator>()(
  "LastAdministrator",
  problem("last_administrator", 409, "Nobody else could manage roles", {
    cause: "This is the last active user with `manage_roles` of iam, whom somebody must be.",
    cure: "Give another user the role first."
  })
) {}
