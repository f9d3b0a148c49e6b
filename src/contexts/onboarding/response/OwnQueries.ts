import { Context, Effect, Layer, Result, Schema } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { faultsOf } from "../../../kernel/faults.ts"
import { FormNotFound } from "../contract/FormProblems.ts"
import { ResponseNotFound } from "../contract/FormResponse.ts"
import { type BulkResult, OwnQuery, type OwnResult } from "../contract/ResponseQuery.ts"
import { formColumns, type FormRow, toForm } from "../form/FormRow.ts"
import { responseColumns, type ResponseRow, type SummaryRow, toDetail, toSummary } from "./ResponseRow.ts"

type Problem = FormNotFound | ResponseNotFound
type Answered = Result.Result<OwnResult, Problem>

interface Asked {
  readonly index: number
  readonly query: OwnQuery
}

const decode = Schema.decodeUnknownResult(OwnQuery, { errors: "all", onExcessProperty: "error", reportInput: true })

type Paged = Extract<OwnQuery, { readonly limit?: number }>

const pageOf = (query: OwnQuery) => {
  const { limit = 50, offset = 0 }: Pick<Paged, "limit" | "offset"> = query.queryType === "response_by_id" ? {} : query
  return { limit, offset }
}

/** What a caller asks about what is his own: any number of questions, one statement for each kind. */
export class OwnQueries extends Context.Service<OwnQueries, {
  ask(query: OwnQuery): Effect.Effect<OwnResult, Unauthenticated | Problem, CurrentCredential>
  askMany(
    queries: ReadonlyArray<Schema.Json>
  ): Effect.Effect<ReadonlyArray<BulkResult>, Unauthenticated, CurrentCredential>
}>()("cardapio/contexts/onboarding/response/OwnQueries") {
  static readonly layer: Layer.Layer<OwnQueries, never, Reads | Actors> = Layer.effect(
    OwnQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor

      /** The page that each question asks for, as rows to be joined. */
      const wanted = (asked: ReadonlyArray<Asked>) => {
        const rows = asked.map(({ index, query }) => ({
          index,
          formId: query.queryType === "responses_by_form" ? query.formId : null,
          ...pageOf(query)
        }))
        return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS w(index integer, "formId" uuid, "limit" integer, "offset" integer)`
      }

      const responsesOf = Effect.fnUntraced(function*(asked: ReadonlyArray<Asked>, owner: UserId) {
        if (asked.length === 0) return new Map<number, Answered>()
        const rows = yield* sql<{ index: number; isOwn: boolean; total: number; rows: ReadonlyArray<Kept> }>`
          SELECT w.index, w."formId" IS NULL OR EXISTS (
              SELECT FROM forms f WHERE f.id = w."formId" AND f.owner_id = ${owner} AND f.status <> 'deleted') AS is_own,
            (SELECT count(*)::integer FROM form_responses r JOIN forms f ON f.id = r.form_id
              WHERE f.owner_id = ${owner} AND (w."formId" IS NULL OR f.id = w."formId")) AS total,
            coalesce((SELECT jsonb_agg(p) FROM (
              SELECT r.id, r.form_id AS "formId", f.title AS "formTitle", f.owner_id AS "ownerId", r.status,
                r.submitted_at AS "submittedAt", r.received_at AS "receivedAt", r.client_id AS "clientId"
              FROM form_responses r JOIN forms f ON f.id = r.form_id
              WHERE f.owner_id = ${owner} AND (w."formId" IS NULL OR f.id = w."formId")
              ORDER BY r.submitted_at DESC, r.id DESC LIMIT w."limit" OFFSET w."offset"
            ) AS p), '[]') AS rows
          FROM ${wanted(asked)}`
        return new Map(rows.map(({ index, isOwn, rows: page, total }): readonly [number, Answered] => {
          const query = asked.find((each) => each.index === index)?.query
          const queryType = query?.queryType === "responses_by_form" ? "responses_by_form" : "responses_by_user"
          const responses = page.map(({ receivedAt, submittedAt, ...row }) =>
            toSummary({ ...row, receivedAt: new Date(receivedAt), submittedAt: new Date(submittedAt) })
          )
          return [index, isOwn ? Result.succeed({ queryType, total, responses }) : Result.fail(new FormNotFound({}))]
        }))
      })

      const singleOf = Effect.fnUntraced(function*(asked: ReadonlyArray<Asked>, owner: UserId) {
        const ids = asked.flatMap(({ query }) => query.queryType === "response_by_id" ? [query.responseId] : [])
        if (ids.length === 0) return new Map<number, Answered>()
        const rows = yield* sql<ResponseRow>`
          SELECT ${responseColumns(sql)} FROM form_responses r JOIN forms f ON f.id = r.form_id
          WHERE r.id = ANY(${ids}::uuid[]) AND f.owner_id = ${owner}`
        return new Map(asked.map(({ index, query }): readonly [number, Answered] => {
          const row = rows.find(({ id }) => query.queryType === "response_by_id" && id === query.responseId)
          return [
            index,
            row === undefined
              ? Result.fail(new ResponseNotFound({}))
              : Result.succeed({ queryType: "response_by_id", response: toDetail(row) })
          ]
        }))
      })

      const formsOf = Effect.fnUntraced(function*(asked: ReadonlyArray<Asked>, owner: UserId) {
        if (asked.length === 0) return new Map<number, Answered>()
        const rows = yield* sql<FormRow & { readonly index: number | null; readonly total: number }>`
          SELECT w.index, own.total, p.* FROM ${wanted(asked)}
            CROSS JOIN (SELECT count(*)::integer AS total FROM forms WHERE owner_id = ${owner} AND status <> 'deleted') AS own
            LEFT JOIN LATERAL (
              SELECT ${formColumns(sql)} FROM forms f WHERE f.owner_id = ${owner} AND f.status <> 'deleted'
              ORDER BY f.created_at DESC, f.id DESC LIMIT w."limit" OFFSET w."offset"
            ) AS p ON TRUE
          ORDER BY w.index, p.created_at DESC, p.id DESC`
        return new Map(asked.map(({ index }): readonly [number, Answered] => {
          const own = rows.filter((row) => row.index === index)
          const forms = own.flatMap(({ index: _index, total: _total, ...row }) => row.id === null ? [] : [toForm(row)])
          return [index, Result.succeed({ queryType: "forms_by_user", total: own[0]?.total ?? 0, forms })]
        }))
      })

      const answered = Effect.fnUntraced(function*(asked: ReadonlyArray<Asked>) {
        const { userId } = yield* actor
        const of = (...types: ReadonlyArray<OwnQuery["queryType"]>) =>
          asked.filter(({ query }) => types.includes(query.queryType))
        const parts = yield* Effect.orDie(Effect.all([
          responsesOf(of("responses_by_form", "responses_by_user"), userId),
          singleOf(of("response_by_id"), userId),
          formsOf(of("forms_by_user"), userId)
        ]))
        return new Map(parts.flatMap((part) => [...part]))
      })

      return OwnQueries.of({
        ask: Effect.fn("OwnQueries.ask")(function*(query) {
          const found = (yield* answered([{ index: 0, query }])).get(0)
          if (found === undefined) return yield* Effect.die("a question was not answered")
          return yield* Effect.fromResult(found)
        }),
        askMany: Effect.fn("OwnQueries.askMany")(function*(queries) {
          const read = queries.map((query, index) => ({ index, query: decode(query) }))
          const results = yield* answered(
            read.flatMap(({ index, query }) => Result.isSuccess(query) ? [{ index, query: query.success }] : [])
          )
          return read.map(({ index, query }): BulkResult => {
            if (Result.isFailure(query)) {
              const errors = faultsOf(query.failure.issue, "pointer").map(({ detail, pointer = "" }) => ({
                detail,
                pointer
              }))
              return { index, ok: false, problem: { ...told(new InvalidRequest({})), errors } }
            }
            const result = results.get(index) ?? Result.fail(new ResponseNotFound({}))
            return Result.isSuccess(result)
              ? { index, ok: true, result: result.success }
              : { index, ok: false, problem: told(result.failure) }
          })
        })
      })
    })
  )
}

type Kept = Omit<SummaryRow, "submittedAt" | "receivedAt"> & {
  readonly submittedAt: string
  readonly receivedAt: string
}

const told = ({ code, status, title }: Problem | InvalidRequest) => ({ code, status, title })
