import { type ByteSize, Context, Record as Rec, type Schema } from "effect"
import * as OpenApi from "effect/http-api/OpenApi"
import { BodyLimit, largestBody } from "./BodyLimit.ts"

/** A query parameter as OpenAPI has it. */
export interface Parameter {
  readonly name: string
  readonly in: "query"
  readonly required: false
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
}

interface WireSchema {
  readonly type?: string
  readonly format?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly items?: WireSchema
  readonly minimum?: number
  readonly maximum?: number
}

/** Our query codecs read text strictly; to a caller they are numbers and booleans. */
const wireSchema = (schema: WireSchema): WireSchema => {
  if (schema.items !== undefined) return { ...schema, items: wireSchema(schema.items) }
  const { format, ...rest } = schema
  if (format === "decimal") return { ...rest, type: "number" }
  if (format?.startsWith("integer ") === true) {
    const [, minimum, maximum] = format.split(" ").map(Number)
    return { ...rest, type: "integer", ...(minimum === undefined || maximum === undefined ? {} : { minimum, maximum }) }
  }
  return schema.enum?.length === 2 && schema.enum.includes("true") ? { type: "boolean" } : schema
}

const wireParameters = (parameters: ReadonlyArray<{ readonly schema: WireSchema }>) =>
  parameters.map((parameter) => ({ ...parameter, schema: wireSchema(parameter.schema) }))

/** Examples of bodies as JSON: of the request, and of answers by their status. */
type Examples = Readonly<Partial<Record<"request" | "200" | "201", Schema.Json>>>

interface Body {
  readonly description?: string
  readonly content?: Readonly<Record<string, object>>
}

const exemplified = <B extends Body>(body: B, example: Schema.Json | undefined): B =>
  body.content === undefined || example === undefined
    ? body
    : { ...body, content: Rec.map(body.content, (media) => ({ ...media, example })) }

const withExamples = (
  { requestBody, responses }: { readonly requestBody?: Body; readonly responses?: Readonly<Record<string, Body>> },
  { request, ...answers }: Examples
) => {
  const byStatus = new Map(Object.entries(answers))
  return {
    ...requestBody === undefined ? {} : { requestBody: exemplified(requestBody, request) },
    responses: Rec.map(responses ?? {}, (body, status) => exemplified(body, byStatus.get(status)))
  }
}

const withLimit = (responses: Readonly<Record<string, Body>>, limit: ByteSize.ByteSize) =>
  Rec.map(
    responses,
    (body, status) =>
      status === "413" ? { ...body, description: `${body.description}: it may have ${largestBody(limit)}` } : body
  )

/**
 * What the documentation says of an endpoint, and how large a body it takes. `parameters` are examples of families that OpenAPI
 * cannot name one by one.
 */
export const documented = (
  identifier: string,
  summary: string,
  options: {
    /** Who may do it. */
    readonly access?: string
    readonly description?: string
    readonly parameters?: ReadonlyArray<Parameter>
    readonly examples?: Examples
    readonly bodyLimit?: ByteSize.ByteSize
  } = {}
) => {
  const { access = "", bodyLimit = Context.get(Context.empty(), BodyLimit), description = "" } = options
  const text = [access, description].filter((each) => each !== "").join(" ")
  return OpenApi.annotations({
    identifier,
    summary,
    ...(text === "" ? {} : { description: text })
  }).pipe(
    Context.add(BodyLimit, bodyLimit),
    Context.add(OpenApi.Transform, (operation) => {
      const { responses, ...rest } = withExamples(operation, options.examples ?? {})
      return {
        ...operation,
        ...rest,
        responses: withLimit(responses, bodyLimit),
        parameters: [...wireParameters(operation["parameters"] ?? []), ...options.parameters ?? []]
      }
    })
  )
}
