import { Effect, Layer, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { Accounts } from "../src/contexts/iam/Accounts.ts"
import { Role, RoleQuery } from "../src/contexts/iam/contract/Role.ts"
import { User, UserQuery } from "../src/contexts/iam/contract/User.ts"
import {
  AssignRole,
  DisableUser,
  EnableUser,
  EndLogins,
  RemoveRole
} from "../src/contexts/iam/contract/UserCommands.ts"
import { Iam } from "../src/contexts/iam/Iam.ts"
import { listFlags, printList } from "./Lists.ts"
import { acting, as, CommandFailed, json, remark, result, Tools } from "./Operator.ts"

const Services = Iam.layer.pipe(Layer.provideMerge(Tools))

export const email = Flag.String("email").pipe(Flag.withDescription("E-mail of the user"))

/** The user with this e-mail, disabled or not. */
export const userOf = Effect.fnUntraced(function*(email: string) {
  const found = yield* (yield* Accounts).findByEmail(email)
  return found ?? (yield* new CommandFailed({ message: `no user has the e-mail ${email}` }))
})

const rolesOf = ({ roles }: User) => roles.map(({ context, name }) => `${context}/${name}`).join(" ")

export const users = Command.make("users", { ...listFlags, as }, (flags) =>
  Effect.flatMap(Iam, (iam) =>
    printList({
      flags,
      query: UserQuery,
      item: User,
      read: iam.users,
      line: (user) => [user.id, user.status, user.email ?? "-", user.name ?? "-", rolesOf(user)].join("\t")
    })).pipe(acting(flags.as), Effect.provide(Services))).pipe(
    Command.withDescription("List users"),
    Command.withExamples([{ command: "iam users q=ana", description: "Those with ana in the name or the e-mail" }])
  )

export const roles = Command.make("roles", { ...listFlags, as }, (flags) =>
  Effect.flatMap(Iam, (iam) =>
    printList({
      flags,
      query: RoleQuery,
      item: Role,
      read: iam.roles,
      line: ({ builtIn, context, name, permissions }) =>
        [`${context}/${name}`, builtIn ? "built in" : "custom", permissions.join(" ")].join("\t")
    })).pipe(acting(flags.as), Effect.provide(Services))).pipe(Command.withDescription("List roles"))

const role = Flag.String("role").pipe(Flag.withDescription("As <context>/<name>: recipes/recipe_manager"))

const roleIdOf = Effect.fnUntraced(function*(text: string) {
  const [context = "", name = ""] = text.split("/", 2)
  const query = yield* Schema.decodeUnknownEffect(RoleQuery)({ context: [context], name: [name] }).pipe(
    Effect.mapError(() => new CommandFailed({ message: `${text}: a role is <context>/<name>` }))
  )
  const { data: [found] } = yield* (yield* Iam).roles(query)
  return found?.id ?? (yield* new CommandFailed({ message: `there is no role ${text}: see iam roles` }))
})

const flags = { email, as, json }

const shown = Effect.fnUntraced(function*(user: User, json: boolean) {
  yield* result(
    json
      ? JSON.stringify(yield* Schema.encodeEffect(User)(user))
      : [user.id, user.status, user.email ?? "-", rolesOf(user)].join("\t")
  )
})

export const assign = Command.make("assign", { ...flags, role }, ({ as, email, json, role }) =>
  Effect.gen(function*() {
    const { id } = yield* userOf(email)
    const command = new AssignRole({ id, roleId: yield* roleIdOf(role), ifMatch: undefined })
    yield* shown(yield* (yield* Iam).execute(command), json)
  }).pipe(acting(as), Effect.provide(Services))).pipe(Command.withDescription("Give a user a role"))

export const remove = Command.make("remove", { ...flags, role }, ({ as, email, json, role }) =>
  Effect.gen(function*() {
    const { id } = yield* userOf(email)
    const command = new RemoveRole({ id, roleId: yield* roleIdOf(role), ifMatch: undefined })
    yield* shown(yield* (yield* Iam).execute(command), json)
  }).pipe(acting(as), Effect.provide(Services))).pipe(Command.withDescription("Take a role from a user"))

export const disable = Command.make("disable", flags, ({ as, email, json }) =>
  Effect.gen(function*() {
    const { id } = yield* userOf(email)
    yield* shown(yield* (yield* Iam).execute(new DisableUser({ id, ifMatch: undefined })), json)
  }).pipe(acting(as), Effect.provide(Services))).pipe(Command.withDescription("Disable a user, and end all logins"))

export const enable = Command.make("enable", flags, ({ as, email, json }) =>
  Effect.gen(function*() {
    const { id } = yield* userOf(email)
    yield* shown(yield* (yield* Iam).execute(new EnableUser({ id, ifMatch: undefined })), json)
  }).pipe(acting(as), Effect.provide(Services))).pipe(Command.withDescription("Enable a disabled user"))

export const logoutAll = Command.make("logout-all", flags, ({ as, email, json }) =>
  Effect.gen(function*() {
    const { id } = yield* userOf(email)
    const ended = yield* (yield* Iam).execute(new EndLogins({ id }))
    if (json) yield* result(JSON.stringify({ ended }))
    yield* remark(`${ended} ended`)
  }).pipe(acting(as), Effect.provide(Services))).pipe(Command.withDescription("End all logins of a user"))
