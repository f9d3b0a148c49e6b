import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { system } from "../../kernel/Actors.ts"
import { ResponseLookup, type SubmittedResponse } from "./contract/ResponseLookup.ts"
import { mayUse } from "./form/access.ts"
import type { FormRow } from "./form/FormRow.ts"
import { readable } from "./response/identify.ts"
import { countryOf } from "./response/normalise.ts"
import { responseColumns, type ResponseRow } from "./response/ResponseRow.ts"

type Found = ResponseRow & Pick<FormRow, "language" | "mapping">

const homeOf = ({ identifiers, language }: Found) => {
  const country = identifiers.find(({ kind, value }) => kind === "country" && /^[a-z]{2}$/i.test(value))
  return country?.value.toUpperCase() ?? countryOf(language)
}

const submitted = (row: Found): SubmittedResponse => ({
  id: row.id,
  formId: row.formId,
  formTitle: row.formTitle,
  ownerId: row.ownerId,
  language: row.language,
  country: homeOf(row),
  submittedAt: row.submittedAt,
  identifiers: row.identifiers,
  answers: row.answers.flatMap((given) => {
    const answer = readable(given)
    return answer === "" ? [] : [{ ref: given.ref, question: given.question, answer }]
  }),
  mapping: row.mapping
})

/** Form responses as the other contexts see them. */
export const ResponseLookupLayer = Layer.effect(
  ResponseLookup,
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    return ResponseLookup.of({
      find: Effect.fn("ResponseLookup.find")(function*(id, { permissions, userId }) {
        const [row] = yield* Effect.orDie(sql<Found>`
          SELECT ${responseColumns(sql)}, f.language, f.mapping FROM form_responses r JOIN forms f ON f.id = r.form_id
          WHERE r.id = ${id} AND r.status = 'processed'`)
        const reader = { ...system, userId, permissions }
        return row !== undefined && mayUse(reader, row, "access_client_data") ? submitted(row) : undefined
      })
    })
  })
)
