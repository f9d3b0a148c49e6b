import { DateTime, Struct } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import { authorDisabled } from "../access/authorState.ts"
import type { Client, OnboardingEntry } from "../contract/Client.ts"
import { tagsOf } from "../tag/tagsOf.ts"

/** An entry as it is kept: instants are texts in JSON. */
export interface KeptOnboarding extends Omit<OnboardingEntry, "submittedAt" | "appliedAt"> {
  readonly submittedAt: string
  readonly appliedAt: string
}

/** A client as it is read. */
export interface ClientRow extends Omit<Client, "onboarding" | "createdAt" | "updatedAt"> {
  readonly onboarding: ReadonlyArray<KeptOnboarding>
  readonly discardedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of a `ClientRow` over `clients c`. */
export const clientColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`c.id, c.version, c.author_id, c.name, c.notes, c.targets, c.birthday::text AS birthday, c.sex, c.contact, c.address,
    c.restrictions, c.onboarding, c.discarded_at, c.created_at, c.updated_at, ${authorDisabled(sql, "c")},
    ${tagsOf(sql, "c.id")} AS tags`

/** A row as it is answered. */
export const toClient = (row: ClientRow): Client => ({
  ...Struct.omit(row, ["discardedAt"]),
  onboarding: row.onboarding.map(({ appliedAt, submittedAt, ...entry }) => ({
    ...entry,
    submittedAt: DateTime.makeUnsafe(submittedAt),
    appliedAt: DateTime.makeUnsafe(appliedAt)
  })),
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt)
})
