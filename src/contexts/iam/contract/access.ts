import type { ContextName, Policy } from "../../../kernel/contract/Rights.ts"
import type { Permission } from "./Permissions.ts"

const named = (context: string, ...permissions: ReadonlyArray<string>) =>
  `${permissions.map((permission) => `\`${permission}\``).join(" or ")} of ${context}`

/** Who may do something, as the documentation says it: what the policy of its command asks for. */
export const needs = <Command extends string>(
  policies: Readonly<Record<NoInfer<Command>, NonNullable<Policy>>>,
  command: Command
): string => {
  const policy = policies[command]
  const [context = ""] = command.split("/", 1)
  if (typeof policy === "string") return `Needs ${named(context, policy)}.`
  const { apiKeys, permission } = policy
  if (permission === null) return apiKeys ? "For whoever is signed in." : "Needs a token: API keys may not."
  return `Needs ${named(context, permission)}${apiKeys ? "" : ", and a token: API keys may not"}.`
}

/** What a thing's owner may, and besides whoever has one of these permissions. */
export const ownerOr = <C extends ContextName>(
  owner: string,
  context: C,
  ...permissions: readonly [Permission<C>, ...ReadonlyArray<Permission<C>>]
): string => `For ${owner}, or with ${named(context, ...permissions)}.`
