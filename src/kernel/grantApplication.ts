import { Effect, Redacted } from "effect"
import type { SqlClient } from "effect/sql"

/** Tables of which the application's role may only read, or read and add to, what there is. */
const narrow: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["audit_log", ["SELECT", "INSERT"]],
  ["effect_sql_migrations", ["SELECT"]]
])
const wide = ["SELECT", "INSERT", "UPDATE", "DELETE"]

const quoted = (name: string) => `"${name.replaceAll("\"", "\"\"")}"`

const userOf = (url: Redacted.Redacted<string>) => decodeURIComponent(new URL(Redacted.value(url)).username)

/**
 * Gives the role of `application` what it needs of the owner's tables, and no more: the audit log it may read and add to. Nothing
 * where it is the owner itself. `make` makes the role where it is missing.
 */
export const grantApplication = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  application: Redacted.Redacted<string>,
  make: boolean
) {
  const role = userOf(application)
  const [owner] = yield* sql<{ name: string; roleIsMissing: boolean }>`
    SELECT current_user AS name, to_regrole(quote_ident(${role})) IS NULL AS role_is_missing`
  if (owner === undefined || owner.name === role) return
  const run = (statement: string) => sql.unsafe(`${statement} ${quoted(role)}`)
  if (make && owner.roleIsMissing) {
    const { password } = new URL(Redacted.value(application))
    yield* sql.unsafe(`CREATE ROLE ${quoted(role)} LOGIN PASSWORD '${password}'`)
  }
  const held = yield* sql<{ kind: string; name: string; privileges: ReadonlyArray<string> }>`
    SELECT c.relkind::text AS kind, c.relname::text AS name, ARRAY(
      SELECT privilege FROM unnest(CASE c.relkind WHEN 'S' THEN '{USAGE}' ELSE '{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}' END::text[])
        AS privilege
      WHERE CASE c.relkind WHEN 'S' THEN has_sequence_privilege(${role}, c.oid, privilege)
        ELSE has_table_privilege(${role}, c.oid, privilege) END
    ) AS privileges
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'S') AND pg_has_role(c.relowner, 'MEMBER')`
  for (const { kind, name, privileges } of held) {
    const wanted = kind === "S" ? ["USAGE"] : narrow.get(name) ?? wide
    const lacking = wanted.filter((privilege) => !privileges.includes(privilege))
    const excess = privileges.filter((privilege) => !wanted.includes(privilege))
    const on = `ON ${kind === "S" ? "SEQUENCE " : ""}${quoted(name)}`
    if (lacking.length > 0) yield* run(`GRANT ${lacking.join(", ")} ${on} TO`)
    if (excess.length > 0) yield* run(`REVOKE ${excess.join(", ")} ${on} FROM`)
  }
})
