import { Api } from "cardapio/api"
import { Schema, SchemaAST } from "effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"

/** The part of JSON Schema that the document uses. A keyword beyond it stops the test: it would go unchecked. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: "string" | "number" | "integer" | "boolean" | "null" | "array" | "object"
  readonly enum?: ReadonlyArray<string | number | boolean | null>
  readonly format?: string
  readonly description?: string
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

const nested = Schema.suspend((): Schema.Codec<JsonSchema> => JsonSchema)

export const JsonSchema: Schema.Codec<JsonSchema> = Schema.Struct({
  $ref: Schema.optionalKey(Schema.String),
  type: Schema.optionalKey(
    Schema.Literals(["string", "number", "integer", "boolean", "null", "array", "object"])
  ),
  enum: Schema.optionalKey(
    Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])))
  ),
  format: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  allOf: Schema.optionalKey(Schema.Array(nested)),
  anyOf: Schema.optionalKey(Schema.Array(nested)),
  properties: Schema.optionalKey(Schema.Record(Schema.String, nested)),
  required: Schema.optionalKey(Schema.Array(Schema.String)),
  additionalProperties: Schema.optionalKey(Schema.Union([Schema.Boolean, nested])),
  items: Schema.optionalKey(nested),
  minItems: Schema.optionalKey(Schema.Finite),
  maxItems: Schema.optionalKey(Schema.Finite),
  minLength: Schema.optionalKey(Schema.Finite),
  maxLength: Schema.optionalKey(Schema.Finite),
  pattern: Schema.optionalKey(Schema.String),
  minimum: Schema.optionalKey(Schema.Finite),
  maximum: Schema.optionalKey(Schema.Finite),
  exclusiveMinimum: Schema.optionalKey(Schema.Finite),
  exclusiveMaximum: Schema.optionalKey(Schema.Finite)
})

const Parameter = Schema.Struct({
  name: Schema.String,
  in: Schema.Literals(["path", "query", "header", "cookie"]),
  schema: JsonSchema,
  required: Schema.Boolean,
  description: Schema.optionalKey(Schema.String)
})
export type Parameter = typeof Parameter.Type

const Content = Schema.Record(
  Schema.String,
  Schema.Struct({ schema: JsonSchema, example: Schema.optionalKey(Schema.Json) })
)

const DocumentedAnswer = Schema.Struct({
  description: Schema.String,
  content: Schema.optionalKey(Content),
  headers: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct({ schema: JsonSchema, required: Schema.Boolean }))
  )
})

const DocumentedOperation = Schema.Struct({
  operationId: Schema.String,
  parameters: Schema.Array(Parameter),
  requestBody: Schema.optionalKey(Schema.Struct({ content: Content, required: Schema.Boolean })),
  responses: Schema.Record(Schema.String, DocumentedAnswer),
  security: Schema.Unknown,
  tags: Schema.Unknown,
  summary: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String)
})

const OpenApiDocument = Schema.Struct({
  paths: Schema.Record(Schema.String, Schema.Record(Schema.String, DocumentedOperation)),
  components: Schema.Struct({ schemas: Schema.Record(Schema.String, JsonSchema), securitySchemes: Schema.Unknown })
})

const document = ((): typeof OpenApiDocument.Type => {
  const { components, paths } = OpenApi.fromApi(Api)
  return Schema.decodeUnknownSync(OpenApiDocument)({ components, paths }, { onExcessProperty: "error" })
})()

/** The schema that a reference leads to. */
export const resolved = (schema: JsonSchema): JsonSchema => {
  if (schema.$ref === undefined) return schema
  const found = document.components.schemas[schema.$ref.replace("#/components/schemas/", "")]
  if (found === undefined) throw new Error(`the document has no ${schema.$ref}`)
  return resolved(found)
}

export type Operation = Omit<typeof DocumentedOperation.Type, "requestBody"> & {
  readonly method: string
  /** As in the document: `/v1/products/{id}`. */
  readonly path: string
  readonly pathParameters: ReadonlyArray<Parameter>
  /** Documented ones, and those of its families of keys. */
  readonly query: ReadonlyArray<Parameter>
  readonly body: JsonSchema | undefined
  /** The examples of its bodies, with what they must fit. */
  readonly examples: ReadonlyArray<{ readonly schema: JsonSchema; readonly example: Schema.Json }>
}

/** Every text of a template of literals, such as `nutrients.<code>[gte]`. */
const spelled = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (SchemaAST.isLiteral(ast)) return [String(ast.literal)]
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap(spelled)
  if (!SchemaAST.isTemplateLiteral(ast)) throw new Error(`a family of keys is spelled by ${ast._tag}`)
  return ast.parts.map(spelled).reduce((starts, ends) => starts.flatMap((start) => ends.map((end) => start + end)), [
    ""
  ])
}

const decodeJsonSchema = Schema.decodeUnknownSync(JsonSchema)

/** The keys that OpenAPI cannot tell: the families of the query's filter table. */
const families = (method: string, path: string): ReadonlyArray<Parameter> => {
  const found: Array<Parameter> = []
  HttpApi.reflect(Api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      const query = endpoint.query?.ast
      if (
        endpoint.method.toLowerCase() !== method ||
        endpoint.path.replace(/:(\w+)/g, "{$1}").replace(/(.)\/$/, "$1") !== path
      ) return
      if (query === undefined || !SchemaAST.isObjects(query)) return
      for (const { parameter, type } of query.indexSignatures) {
        const { schema } = Schema.toJsonSchemaDocument(Schema.make(SchemaAST.toEncoded(type)))
        for (const name of spelled(parameter)) {
          found.push({ name, in: "query", schema: decodeJsonSchema(schema), required: false })
        }
      }
    }
  })
  return found
}

/** Every operation of the document that is made from the API definition. */
export const operations: ReadonlyArray<Operation> = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { parameters, requestBody, ...operation }]) => ({
    ...operation,
    parameters,
    method: method.toUpperCase(),
    path,
    pathParameters: parameters.filter((parameter) => parameter.in === "path"),
    query: [...parameters.filter((parameter) => parameter.in === "query"), ...families(method, path)],
    body: requestBody?.content["application/json"]?.schema,
    examples: [requestBody, ...Object.values(operation.responses)].flatMap((body) =>
      Object.values(body?.content ?? {}).flatMap(({ example, schema }) =>
        example === undefined ? [] : [{ schema, example }]
      )
    )
  }))
)
