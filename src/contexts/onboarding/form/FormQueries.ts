import { Context, Effect, Layer, Schema } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { list } from "../../../kernel/Listing.ts"
import { type Form, type MappingSuggestion, Slug } from "../contract/Form.ts"
import { FormDisabled, FormNotFound } from "../contract/FormProblems.ts"
import type { FormQuery } from "../contract/FormQuery.ts"
import type { FormId } from "../contract/FormResponse.ts"
import { suggestTargets } from "../response/identify.ts"
import { type FormPermission, openTo } from "./access.ts"
import { filterColumns, idColumn } from "./formFilterColumns.ts"
import { formColumns, type FormRow, toForm } from "./FormRow.ts"

const isSlug = Schema.is(Slug)

export class FormQueries extends Context.Service<FormQueries, {
  listForms(
    query: FormQuery
  ): Effect.Effect<Page<Form>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  getForm(id: FormId): Effect.Effect<Form, Unauthenticated | FormNotFound, CurrentCredential>
  suggestMapping(
    id: FormId
  ): Effect.Effect<ReadonlyArray<MappingSuggestion>, Unauthenticated | FormNotFound, CurrentCredential>
  /** The form at Typeform that the caller may look after. */
  formWithWebhook(id: FormId): Effect.Effect<FormRow, Unauthenticated | FormNotFound, CurrentCredential>
  /** A native form that is open to everybody. */
  openForm(slug: string): Effect.Effect<FormRow, FormNotFound | FormDisabled>
}>()("cardapio/contexts/onboarding/form/FormQueries") {
  static readonly layer: Layer.Layer<FormQueries, never, Reads | Actors> = Layer.effect(
    FormQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor

      const found = Effect.fnUntraced(function*(
        id: FormId,
        ...anyOf: readonly [FormPermission, ...ReadonlyArray<FormPermission>]
      ) {
        const reader = yield* actor
        const [row] = yield* Effect.orDie(
          sql<FormRow>`
            SELECT ${formColumns(sql)} FROM forms f
            WHERE f.id = ${id} AND f.status <> 'deleted' AND ${openTo(sql, reader, ...anyOf)}`
        )
        return row ?? (yield* new FormNotFound({}))
      })

      return FormQueries.of({
        listForms: Effect.fn("FormQueries.listForms")(function*(query) {
          const reader = yield* actor
          const page = yield* list<FormRow>(sql, {
            query,
            select: formColumns(sql),
            from: sql`forms f`,
            filters: filterColumns,
            where: [
              sql`f.status <> 'deleted'`,
              openTo(sql, reader, "manage_onboarding_forms", "view_onboarding_responses")
            ],
            sortable: filterColumns,
            defaultSort: { field: "createdAt", descending: true },
            id: idColumn
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toForm) }
        }),
        getForm: Effect.fn("FormQueries.getForm")(function*(id) {
          return toForm(yield* found(id, "manage_onboarding_forms", "view_onboarding_responses"))
        }),
        suggestMapping: Effect.fn("FormQueries.suggestMapping")(function*(id) {
          return suggestTargets((yield* found(id, "manage_field_mappings")).fields)
        }),
        formWithWebhook: Effect.fn("FormQueries.formWithWebhook")(function*(id) {
          return yield* found(id, "configure_typeform_webhooks")
        }),
        openForm: Effect.fn("FormQueries.openForm")(function*(slug) {
          if (!isSlug(slug)) return yield* new FormNotFound({})
          const [row] = yield* Effect.orDie(
            sql<FormRow>`SELECT ${
              formColumns(sql)
            } FROM forms f WHERE f.slug = ${slug} AND f.status IN ('active', 'paused')`
          )
          if (row === undefined) return yield* new FormNotFound({})
          return row.status === "active" ? row : yield* new FormDisabled({})
        })
      })
    })
  )
}
