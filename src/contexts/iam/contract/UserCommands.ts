import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { NotForApiKeys, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { inPerson, signedIn, type UserId } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "./Permissions.ts"
import type { PermissionNotHeld, RoleId, RoleNotFound } from "./Role.ts"
import type {
  EmailTaken,
  IdentityInput,
  IdentityTaken,
  LastAdministrator,
  MePatch,
  User,
  UserInput,
  UserNotFound,
  UserPatch
} from "./User.ts"

interface Addressed {
  readonly id: UserId
  readonly ifMatch: string | undefined
}

type Changing = UserNotFound | VersionMismatch | VersionConflict

/** Makes a user, who gets the role `user` of every context, and has no password yet. */
export class CreateUser
  extends Request.TaggedClass("iam/CreateUser")<{ readonly input: UserInput }, User, EmailTaken>
{}

/** Makes the first user, who may do everything; nothing where there is a user already. */
export class CreateAdministrator
  extends Request.TaggedClass("iam/CreateAdministrator")<{ readonly email: string }, UserId | undefined>
{}

export class UpdateUser extends Request.TaggedClass("iam/UpdateUser")<
  Addressed & { readonly patch: UserPatch },
  User,
  Changing | EmailTaken
> {}

/** Changes what the caller may change of himself. */
export class UpdateMe extends Request.TaggedClass("iam/UpdateMe")<
  { readonly ifMatch: string | undefined; readonly patch: MePatch },
  User,
  Changing
> {}

/** Keeps a user from everything, and ends all logins; API keys are dead meanwhile. */
export class DisableUser
  extends Request.TaggedClass("iam/DisableUser")<Addressed, User, Changing | LastAdministrator>
{}

export class EnableUser extends Request.TaggedClass("iam/EnableUser")<Addressed, User, Changing> {}

/** Ends all logins of a user; how many were open. */
export class EndLogins extends Request.TaggedClass("iam/EndLogins")<{ readonly id: UserId }, number, UserNotFound> {}

/** Forgets the person: name, e-mail address, password and identities go, and all logins and keys end. */
export class EraseUser extends Request.TaggedClass("iam/EraseUser")<Addressed, User, Changing | LastAdministrator> {}

export class LinkIdentity extends Request.TaggedClass("iam/LinkIdentity")<
  Addressed & { readonly identity: IdentityInput },
  User,
  Changing | IdentityTaken | PermissionNotHeld
> {}

export class UnlinkIdentity extends Request.TaggedClass("iam/UnlinkIdentity")<
  Addressed & { readonly identity: IdentityInput },
  User,
  Changing
> {}

/** Makes a user for the subject of another issuer that is seen for the first time; its e-mail address links to nobody by itself. */
export class ProvisionUser extends Request.TaggedClass("iam/ProvisionUser")<
  { readonly identity: IdentityInput; readonly email: string | null; readonly name: string | null },
  UserId
> {}

interface Assignment extends Addressed {
  readonly roleId: RoleId
}

/** Gives a role; one that is held already changes nothing. */
export class AssignRole extends Request.TaggedClass("iam/AssignRole")<
  Assignment,
  User,
  Changing | RoleNotFound | NotForApiKeys | PermissionMissing | PermissionNotHeld
> {}

/** Takes a role; one that is not held changes nothing. */
export class RemoveRole extends Request.TaggedClass("iam/RemoveRole")<
  Assignment,
  User,
  Changing | RoleNotFound | NotForApiKeys | PermissionMissing | LastAdministrator
> {}

export type UserCommand =
  | CreateUser
  | CreateAdministrator
  | UpdateUser
  | UpdateMe
  | DisableUser
  | EnableUser
  | EndLogins
  | EraseUser
  | LinkIdentity
  | UnlinkIdentity
  | AssignRole
  | RemoveRole
  | ProvisionUser

/** What each command needs, in the context iam. Whether a role may be given or taken is asked once it is known which. */
export const userPermissions = {
  "iam/CreateUser": "manage_users",
  "iam/UpdateUser": "manage_users",
  "iam/UpdateMe": signedIn,
  "iam/DisableUser": "manage_users",
  "iam/EnableUser": "manage_users",
  "iam/EndLogins": "manage_users",
  "iam/EraseUser": "manage_users",
  "iam/LinkIdentity": "manage_users",
  "iam/UnlinkIdentity": "manage_users",
  "iam/AssignRole": inPerson(null),
  "iam/RemoveRole": inPerson(null),
  "iam/CreateAdministrator": null,
  "iam/ProvisionUser": null
} as const satisfies Record<UserCommand["_tag"], PolicyOf<"iam">>
