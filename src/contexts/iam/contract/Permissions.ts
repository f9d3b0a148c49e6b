import type { ContextName } from "../../../kernel/contract/Rights.ts"

const everywhere = ["view_audit_log", "access_developer_tools", "access_support", "access_basic_features"] as const

/** Every permission that exists, by the context it belongs to. */
export const permissions = {
  products: [...everywhere, "manage_users", "manage_products"],
  recipes: [...everywhere, "manage_users", "manage_recipes", "manage_meals", "manage_menus", "manage_clients"],
  onboarding: [
    ...everywhere,
    "manage_onboarding_forms",
    "view_onboarding_responses",
    "configure_typeform_webhooks",
    "access_client_data",
    "manage_field_mappings"
  ],
  iam: [...everywhere, "manage_users", "manage_roles"]
} as const satisfies Record<ContextName, ReadonlyArray<string>>

/** A permission of one context. */
export type Permission<C extends ContextName> = (typeof permissions)[C][number]

/** What executing a command of a context takes; `null` where only the system does. */
export type PolicyOf<C extends ContextName> =
  | null
  | Permission<C>
  | { readonly permission: Permission<C> | null; readonly apiKeys: boolean }
