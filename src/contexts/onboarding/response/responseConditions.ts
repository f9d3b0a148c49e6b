import type { SqlClient, Statement } from "effect/sql"
import type { User } from "../../../kernel/Actors.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import type { responseFilters, ResponseListQuery } from "../contract/ResponseQuery.ts"
import { openTo } from "../form/access.ts"

export const idColumn: Column = { expression: "r.id", type: "uuid", nullable: false }

const columns: Record<keyof typeof responseFilters, Column> = {
  id: idColumn,
  formId: { expression: "r.form_id", type: "uuid", nullable: false },
  status: { expression: "r.status", type: "text", nullable: false },
  submittedAt: { expression: "r.submitted_at", type: "timestamptz", nullable: false },
  receivedAt: { expression: "r.received_at", type: "timestamptz", nullable: false }
}

export const filterColumns = columnsOf(columns)

/** Which responses are listed: those that look into answers reach only where those may be read. */
export const responseConditions = (
  sql: SqlClient.SqlClient,
  reader: User,
  query: ResponseListQuery
): ReadonlyArray<Statement.Fragment> => {
  const { email, hasClient, "name[like]": name, phone, q } = query
  const looks = [email, phone, name, q].some((each) => each !== undefined)
  return [
    looks
      ? openTo(sql, reader, "access_client_data")
      : openTo(sql, reader, "view_onboarding_responses", "access_client_data"),
    ...email === undefined ? [] : [sql`r.emails @> ${[email.trim().toLowerCase()]}::text[]`],
    ...phone === undefined
      ? []
      : [
        sql`EXISTS (SELECT FROM unnest(r.phones) AS phone WHERE strpos(phone, ${
          phone.replace(/\D/g, "") || "none"
        }) > 0)`
      ],
    ...name === undefined ? [] : [sql`r.folded_name LIKE like_pattern(${name})`],
    ...q === undefined
      ? []
      : q.trim().split(/\s+/).slice(0, 10).map((word) => sql`r.folded_text LIKE like_pattern(${word})`),
    ...hasClient === undefined ? [] : [hasClient ? sql`r.client_id IS NOT NULL` : sql`r.client_id IS NULL`]
  ]
}
