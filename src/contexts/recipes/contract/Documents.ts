import { Schema } from "effect"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"

/** Portuguese, or English where that is preferred. */
export const language = {
  "accept-language": Schema.optionalKey(Schema.String).annotate({
    description: "Portuguese of Brazil, or English where it is preferred (RFC 9110)"
  })
}

const languageHeaders = { "content-language": Schema.String, vary: Schema.String }
const fileHeaders = { "content-disposition": Schema.String }

/** A page that needs no script and no other file. */
export const HtmlPage = HttpApiSchema.WithHeaders(
  Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/html; charset=utf-8" })),
  { ...languageHeaders, "content-security-policy": Schema.String }
)

export const PdfFile = HttpApiSchema.WithHeaders(
  Schema.Uint8Array.pipe(HttpApiSchema.asUint8Array({ contentType: "application/pdf" })),
  { ...languageHeaders, ...fileHeaders }
)

/** RFC 5545. */
export const CalendarFile = HttpApiSchema.WithHeaders(
  Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/calendar; charset=utf-8" })),
  fileHeaders
)
