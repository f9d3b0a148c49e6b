import { Effect } from "effect"
import { SqlClient } from "effect/sql"

const builtIn: ReadonlyArray<readonly [context: string, role: string, permissions: ReadonlyArray<string>]> = [
  ["products", "administrator", ["manage_users", "manage_products", "view_audit_log"]],
  [
    "recipes",
    "administrator",
    ["manage_users", "manage_recipes", "manage_meals", "manage_menus", "manage_clients", "view_audit_log"]
  ],
  ...["administrator", "form_administrator"].map((role) =>
    [
      "onboarding",
      role,
      [
        "manage_onboarding_forms",
        "view_onboarding_responses",
        "configure_typeform_webhooks",
        "access_client_data",
        "manage_field_mappings",
        "view_audit_log"
      ]
    ] as const
  ),
  ["iam", "administrator", ["manage_users", "manage_roles", "view_audit_log"]],
  ...["products", "recipes", "iam"].map((context) => [context, "user_manager", ["manage_users"]] as const),
  ["products", "product_manager", ["manage_products"]],
  ["iam", "role_manager", ["manage_roles"]],
  ["recipes", "recipe_manager", ["manage_recipes", "manage_meals", "manage_menus", "manage_clients"]],
  [
    "onboarding",
    "form_manager",
    [
      "manage_onboarding_forms",
      "view_onboarding_responses",
      "configure_typeform_webhooks",
      "access_client_data"
    ]
  ],
  ["onboarding", "form_viewer", ["view_onboarding_responses", "access_client_data"]],
  ...["products", "recipes", "onboarding", "iam"].flatMap((context) => [
    [context, "auditor", ["view_audit_log"]] as const,
    [context, "user", ["access_basic_features"]] as const,
    [context, "developer", ["access_developer_tools"]] as const,
    [context, "support_staff", ["access_support", "access_basic_features"]] as const
  ])
]

/** The fixed id of the n-th built-in role. */
const roleId = (n: number) => `01980000-0000-7000-8001-${String(n).padStart(12, "0")}`

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE users (
      id uuid PRIMARY KEY,
      email text CHECK (length(email) <= 254),
      name text CHECK (length(name) BETWEEN 1 AND 200),
      status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      last_seen_at timestamptz(3)
    )
  `
  yield* sql`CREATE UNIQUE INDEX users_email ON users (lower(email))`
  yield* sql`
    CREATE TABLE identities (
      issuer text NOT NULL,
      subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
      user_id uuid NOT NULL REFERENCES users,
      PRIMARY KEY (issuer, subject)
    )
  `
  yield* sql`CREATE INDEX identities_user ON identities (user_id)`
  yield* sql`
    CREATE TABLE roles (
      id uuid PRIMARY KEY,
      context text NOT NULL CHECK (context IN ('products', 'recipes', 'onboarding', 'iam')),
      name text NOT NULL CHECK (name ~ '^[a-z0-9_]{3,50}$'),
      built_in boolean NOT NULL DEFAULT false,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      UNIQUE (context, name)
    )
  `
  yield* sql`
    CREATE TABLE role_permissions (
      role_id uuid NOT NULL REFERENCES roles ON DELETE CASCADE,
      permission text NOT NULL,
      PRIMARY KEY (role_id, permission)
    )
  `
  yield* sql`
    CREATE TABLE role_assignments (
      user_id uuid NOT NULL REFERENCES users,
      role_id uuid NOT NULL REFERENCES roles,
      PRIMARY KEY (user_id, role_id)
    )
  `
  yield* sql`CREATE INDEX role_assignments_role ON role_assignments (role_id)`
  yield* sql`
    CREATE TABLE signing_keys (
      kid text PRIMARY KEY,
      public_jwk jsonb NOT NULL,
      sealed_private_jwk bytea NOT NULL,
      state text NOT NULL CHECK (state IN ('next', 'active', 'retired')),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      retired_at timestamptz(3)
    )
  `
  yield* sql`CREATE UNIQUE INDEX signing_keys_active ON signing_keys (state) WHERE state = 'active'`

  const roles = builtIn.map(([context, name, permissions], n) => ({ id: roleId(n + 1), context, name, permissions }))
  yield* sql`
    INSERT INTO roles (id, context, name, built_in)
    SELECT id, context, name, true FROM jsonb_to_recordset(${JSON.stringify(roles)}::jsonb)
      AS r(id uuid, context text, name text)
  `
  yield* sql`
    INSERT INTO role_permissions (role_id, permission)
    SELECT id, jsonb_array_elements_text(permissions) FROM jsonb_to_recordset(${JSON.stringify(roles)}::jsonb)
      AS r(id uuid, permissions jsonb)
  `
})
