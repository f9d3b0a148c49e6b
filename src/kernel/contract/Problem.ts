import { Effect, Schema } from "effect"
import * as HttpApiError from "effect/http-api/HttpApiError"

/** One fault of a request: where (RFC 6901 pointer into the body, or the parameter's or header's name) and what. */
export const Fault = Schema.Struct({
  pointer: Schema.optionalKey(Schema.String),
  parameter: Schema.optionalKey(Schema.String),
  header: Schema.optionalKey(Schema.String),
  code: Schema.optionalKey(Schema.String),
  detail: Schema.String
}).annotate({ identifier: "Fault" })
export type Fault = typeof Fault.Type

/** What the page `/problems/<code>` says. */
export interface ProblemPage {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly cause: string
  readonly cure: string
}

declare module "effect/Schema" {
  namespace Annotations {
    interface Annotations {
      readonly problemPage?: ProblemPage | undefined
    }
  }
}

/**
 * The declaration of an RFC 9457 problem of ours: `type` is `/problems/<code>`, a page that we serve. `fields` are the members
 * that all have besides those of the RFC; `instance` and `correlationId` are set as the answer leaves. `detail` is what the page
 * says of the cause, unless more is known: so it tells no two causes apart that a caller may not.
 */
export const problem = <const Code extends string, const Status extends number>(
  code: Code,
  status: Status,
  title: string,
  page: Pick<ProblemPage, "cause" | "cure">
) => {
  const type: `/problems/${Code}` = `/problems/${code}`
  return {
    type,
    status,
    title,
    fields: {
      code: Schema.tag(code),
      detail: Schema.optionalKey(Schema.String).pipe(Schema.withConstructorDefault(Effect.succeed(page.cause))),
      correlationId: Schema.optionalKey(Schema.String),
      errors: Schema.optionalKey(Schema.Array(Fault))
    },
    annotations: { problemPage: { code, status, title, ...page } }
  }
}

/** The class of a problem: `class X extends declared<X>()("X", problem(…)) {}`. */
export const declared = <Self>() =>
<const Tag extends string, const Code extends string, const Status extends number>(
  tag: Tag,
  declaration: ReturnType<typeof problem<Code, Status>>
) => HttpApiError.Problem<Self>()(tag, declaration, declaration.fields, declaration.annotations)

/** The class of a problem that has members of its own. */
export const declaredWith = <Self>() =>
<
  const Tag extends string,
  const Code extends string,
  const Status extends number,
  Fields extends Schema.Struct.Fields
>(tag: Tag, declaration: ReturnType<typeof problem<Code, Status>>, fields: Fields) =>
  HttpApiError.Problem<Self>()(tag, declaration, { ...declaration.fields, ...fields }, declaration.annotations)
