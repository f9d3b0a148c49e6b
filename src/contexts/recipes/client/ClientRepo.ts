import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { orConflict } from "../../../kernel/orConflict.ts"
import { recordsetOf } from "../access/recordsetOf.ts"
import type { ClientId } from "../contract/Client.ts"
import type { ClientFields } from "./clientFields.ts"
import { clientColumns, type ClientRow } from "./ClientRow.ts"

const columns = recordsetOf({
  name: "text",
  notes: "text",
  birthday: "date",
  sex: "text",
  contact: "jsonb",
  address: "jsonb",
  restrictions: "jsonb",
  targets: "jsonb",
  emails: "text[]",
  phones: "text[]",
  allergens: "text[]"
})

const digits = (text: string) => text.replace(/\D/g, "")

const recordOf = (id: ClientId, fields: ClientFields) => {
  const { contact, restrictions } = fields
  const phones = [...contact.mainPhone === null ? [] : [contact.mainPhone], ...contact.phones]
  const emails = [...contact.mainEmail === null ? [] : [contact.mainEmail], ...contact.emails]
  return {
    id,
    ...fields,
    emails: [...new Set(emails.map((email) => email.toLowerCase()))],
    phones: [...new Set(phones.flatMap(({ e164, number }) => [digits(number), digits(e164 ?? "")]))].filter(Boolean),
    allergens: restrictions.allergens
  }
}

export class ClientRepo extends Context.Service<ClientRepo, {
  /** Held until the end of the transaction; discarded ones too. */
  lock(id: ClientId): Effect.Effect<ClientRow | undefined, SqlError.SqlError>
  insert(id: ClientId, author: UserId, fields: ClientFields): Effect.Effect<ClientRow, SqlError.SqlError>
  /** Writes the fields as the version after that of the row. */
  update(row: ClientRow, fields: ClientFields): Effect.Effect<ClientRow, SqlError.SqlError | VersionConflict>
  setDiscarded(row: ClientRow, discarded: boolean): Effect.Effect<ClientRow, SqlError.SqlError | VersionConflict>
}>()("cardapio/contexts/recipes/client/ClientRepo") {
  static readonly layer = Layer.effect(
    ClientRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const recordset = sql.literal(columns.as)
      return ClientRepo.of({
        lock: (id) =>
          Effect.map(
            sql<ClientRow>`SELECT ${clientColumns(sql)} FROM clients c WHERE c.id = ${id} FOR UPDATE OF c`,
            ([row]) => row
          ),
        insert: (id, author, fields) =>
          Effect.flatMap(
            sql<ClientRow>`
              WITH c AS (
                INSERT INTO clients (id, author_id, ${sql.literal(columns.names)})
                SELECT id, ${author}::uuid, ${sql.literal(columns.values)}
                FROM jsonb_to_recordset(${JSON.stringify([recordOf(id, fields)])}::jsonb) ${recordset} RETURNING *
              )
              SELECT ${clientColumns(sql)} FROM c`,
            ([row]) => row === undefined ? Effect.die("nothing was inserted") : Effect.succeed(row)
          ),
        update: ({ id, version }, fields) =>
          orConflict(sql<ClientRow>`
            WITH c AS (
              UPDATE clients w SET ${sql.literal(columns.assignments)}, version = w.version + 1, updated_at = now()
              FROM jsonb_to_recordset(${JSON.stringify([recordOf(id, fields)])}::jsonb) ${recordset}
              WHERE w.id = r.id AND w.version = ${version} RETURNING w.*
            )
            SELECT ${clientColumns(sql)} FROM c`),
        setDiscarded: ({ id, version }, discarded) =>
          orConflict(sql<ClientRow>`
            WITH c AS (
              UPDATE clients SET discarded_at = CASE WHEN ${discarded} THEN now() END, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version} RETURNING *
            )
            SELECT ${clientColumns(sql)} FROM c`)
      })
    })
  )
}
