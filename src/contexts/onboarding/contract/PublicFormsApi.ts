import { ByteSize, Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { documented } from "../../../kernel/contract/documented.ts"
import { one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, InvalidRequest, RateLimited } from "../../../kernel/contract/Problems.ts"
import { Produces } from "../../../kernel/contract/Produces.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { FormField } from "./FormField.ts"
import { FormDisabled, FormNotFound } from "./FormProblems.ts"
import { ResponseId } from "./FormResponse.ts"

const mediaType = "text/html"
const Html = Schema.String.pipe(HttpApiSchema.asText({ contentType: `${mediaType}; charset=utf-8` }))

/** What a browser gets where a program gets a problem. */
const page = (status: number) => Html.pipe(HttpApiSchema.status(status))
const address = { params: { slug: Schema.String } }

/** A form as whoever fills it in needs it. */
export const OpenForm = Schema.Struct({
  title: Schema.String,
  description: Schema.NullOr(Schema.String),
  language: Schema.Literals(["pt-BR", "en"]),
  fields: Schema.Array(FormField),
  consentText: Schema.NullOr(Schema.String),
  token: Schema.String.annotate({ description: "To be sent with the answers, 3 seconds to 24 hours from now, once" })
}).annotate({ identifier: "OpenForm" })
export type OpenForm = typeof OpenForm.Type

/** What is filled in, as JSON. */
export const Submission = Schema.Struct({
  token: Schema.String,
  answers: Schema.Record(Schema.String, Schema.Json).annotate({
    description: "By the field's reference: text, number, true or false, the label of a choice, or a list of labels"
  }),
  consent: Schema.optionalKey(Schema.Boolean).annotate({ description: "Where the form has a consent text: true" })
}).annotate({ identifier: "Submission" })
export type Submission = typeof Submission.Type

const Submitted = Schema.Struct({ responseId: ResponseId }).annotate({ identifier: "SubmittedResponse" })

const faults = [FormNotFound, page(404), FormDisabled, page(410), RateLimited, page(429)] as const

export class PublicFormsGroup extends HttpApiGroup.make("publicForms")
  .add(
    HttpApiEndpoint.get("style", "/style.css", {
      success: HttpApiSchema.WithHeaders(
        Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/css; charset=utf-8" })),
        { "cache-control": Schema.String }
      )
    }).annotate(Produces, "text/css").annotateMerge(documented("getFormStyle", "Read the style of the pages")),
    HttpApiEndpoint.get("show", "/:slug", {
      ...address,
      success: [Html, one(OpenForm)],
      error: faults
    }).annotate(Produces, mediaType).annotateMerge(documented("showForm", "Show a form to be filled in", {
      description:
        "A page that needs no script, or with `Accept: application/json` what is asked and a token. 404 where it is not open, 410 where it is paused."
    })),
    HttpApiEndpoint.get("thanks", "/:slug/thanks", {
      ...address,
      success: Html,
      error: faults
    }).annotate(Produces, mediaType).annotateMerge(documented("showThanks", "Show that the answers arrived")),
    HttpApiEndpoint.post("submit", "/:slug", {
      ...address,
      payload: [
        Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Array(Schema.String)])).pipe(
          HttpApiSchema.asFormUrlEncoded()
        ),
        Submission
      ],
      success: [
        HttpApiSchema.WithHeaders(HttpApiSchema.Empty(303), { location: Schema.String }),
        one(Submitted).pipe(HttpApiSchema.status(201))
      ],
      error: [...faults, InvalidRequest, page(422), CommandTimedOut]
    }).annotate(Produces, mediaType).annotateMerge(documented("submitForm", "Fill in a form", {
      bodyLimit: ByteSize.kibibytes(256),
      description:
        "As the page sends it, answered 303 (faults: 422 and the page once more), or as JSON. Sent twice it is one response. 10 an hour from one address."
    }))
  )
  .middleware(RequestProblems)
  .prefix("/forms")
  .annotateMerge(OpenApi.annotations({ title: "Public forms", description: "For those who fill them in" }))
{}
