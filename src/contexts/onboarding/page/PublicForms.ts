import { Context, Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import { InvalidRequest, RateLimited } from "../../../kernel/contract/Problems.ts"
import { Reads } from "../../../kernel/Database.ts"
import { pointerTo } from "../../../kernel/faults.ts"
import { CurrentBudget } from "../../../kernel/RateLimit.ts"
import { SharedRateLimiter } from "../../../kernel/RateLimitStore.ts"
import { Settings } from "../../../kernel/Settings.ts"
import type { FormField } from "../contract/FormField.ts"
import type { FormDisabled, FormNotFound } from "../contract/FormProblems.ts"
import { SubmitForm } from "../contract/ResponseCommands.ts"
import { FormQueries } from "../form/FormQueries.ts"
import { type FormRow, questionsOf } from "../form/FormRow.ts"
import { FormSecrets } from "../FormSecrets.ts"
import { fieldName } from "./fieldName.ts"
import { makePageTokens } from "./PageTokens.ts"
import { type Given, readSubmission, type Submitted } from "./readSubmission.ts"
import { pageWords } from "./words.ts"

/** A form that is open, and the token of one page of it. */
export interface OpenPage {
  readonly form: FormRow
  readonly fields: ReadonlyArray<FormField>
  readonly token: string
}

/** What was filled in: by a browser or a program. */
export interface Filling {
  readonly token: string
  /** By reference, once it is known what was asked. */
  readonly given: (fields: ReadonlyArray<FormField>) => (ref: string) => Given
  /** The references that were given: each has to be one of a question. A page sends names of its own besides. */
  readonly refs: ReadonlyArray<string>
  readonly isConsenting: boolean
  readonly isTrapped: boolean
}

/** What becomes of it: a command, the page once more, or nothing though it looks like success. */
export type Outcome =
  | { readonly _tag: "Accepted"; readonly command: SubmitForm }
  | { readonly _tag: "Trapped" }
  | {
    readonly _tag: "Faulty"
    readonly page: OpenPage
    readonly faults: Submitted["faults"]
    readonly notice: string | undefined
  }

/** Pages of forms, and what comes back from them. */
export class PublicForms extends Context.Service<PublicForms, {
  open(slug: string): Effect.Effect<OpenPage, FormNotFound | FormDisabled>
  read(slug: string, filling: Filling): Effect.Effect<Outcome, FormNotFound | FormDisabled | RateLimited>
}>()("cardapio/contexts/onboarding/page/PublicForms") {
  static readonly layerNoDeps = Layer.effect(
    PublicForms,
    Effect.gen(function*() {
      const sql = yield* Reads
      const { openForm } = yield* FormQueries
      const secrets = yield* FormSecrets
      const limiter = yield* RateLimiter.RateLimiter
      const { formPostsPerDay, formPostsPerHour } = yield* Settings
      const tokens = yield* makePageTokens

      const limited = Effect.fnUntraced(function*(key: string, limit: number, window: Duration.Duration) {
        if (limit === 0) return
        yield* limiter.consume({ key, limit, window }).pipe(
          Effect.catch(({ reason }) => {
            if (reason._tag !== "RateLimitExceeded") return Effect.die(reason.cause)
            return Effect.flatMap(CurrentBudget, (budget) => {
              const seconds = Math.max(1, Math.ceil(Duration.toSeconds(reason.retryAfter)))
              budget.headers = { ...budget.headers, "retry-after": `${seconds}` }
              return Effect.fail(new RateLimited({ detail: "The form was sent too often." }))
            })
          })
        )
      })

      const pageOf = Effect.fnUntraced(function*(form: FormRow, token?: string) {
        const page: OpenPage = {
          form,
          fields: questionsOf(form),
          token: token ?? (yield* tokens.make(form.id, form.definitionVersion))
        }
        return page
      })

      /** What was asked, and agreed to, when the page was made. */
      const askedOf = Effect.fnUntraced(function*(form: FormRow, version: number) {
        if (version === form.definitionVersion) return form
        const [row] = yield* Effect.orDie(sql<Pick<FormRow, "consentText" | "fields">>`
          SELECT fields, consent_text FROM form_definitions WHERE form_id = ${form.id} AND version = ${version}`)
        return { ...form, ...row }
      })

      return PublicForms.of({
        open: Effect.fn("PublicForms.open")(function*(slug) {
          return yield* pageOf(yield* openForm(slug))
        }),
        read: Effect.fn("PublicForms.read")(function*(slug, { given, isConsenting, isTrapped, refs, token }) {
          const form = yield* openForm(slug)
          const words = pageWords(form.language)
          const { address } = yield* CurrentBudget
          const from = yield* secrets.sign(`address ${address}`)
          yield* limited(`form ${form.id} ${from}`, formPostsPerHour, Duration.hours(1))
          if (isTrapped) return { _tag: "Trapped" as const }
          const state = yield* tokens.read(form.id, token)
          const version = state._tag === "Valid" ? state.definitionVersion : form.definitionVersion
          const asked = yield* askedOf(form, version)
          const fields = questionsOf(asked)
          const { answers, faults: found } = readSubmission(fields, given(fields), words)
          const unknown = refs.filter((ref) => !fields.some((field) => field.ref === ref))
          const own = [...found, ...unknown.map((ref) => ({ ref, detail: words.unknownField }))]
          const isMissing = asked.consentText !== null && !isConsenting
          const faults = isMissing ? [...own, { ref: fieldName.consent, detail: words.consent }] : own
          if (state._tag !== "Valid" || faults.length > 0) {
            const isStale = state._tag === "Invalid" || version !== form.definitionVersion
            const page = yield* pageOf(form, isStale ? undefined : token)
            const notice = state._tag === "Invalid"
              ? words.expired
              : state._tag === "TooFast"
              ? words.tooFast
              : undefined
            return { _tag: "Faulty" as const, page, faults, notice }
          }
          yield* limited(`form ${form.id}`, formPostsPerDay, Duration.days(1))
          const command = new SubmitForm({
            formId: form.id,
            definitionVersion: version,
            nonce: state.nonce,
            answers,
            consentText: asked.consentText
          })
          return { _tag: "Accepted" as const, command }
        })
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide(SharedRateLimiter))
}

/** What a program is told of what it filled in. */
export const refused = (faults: Submitted["faults"], notice: string | undefined) =>
  new InvalidRequest({
    ...notice === undefined ? {} : { detail: notice },
    errors: [
      ...notice === undefined ? [] : [{ pointer: "/token", detail: notice }],
      ...faults.map(({ detail, ref }) => ({
        pointer: ref === fieldName.consent ? "/consent" : pointerTo(["answers", ref]),
        detail
      }))
    ]
  })
