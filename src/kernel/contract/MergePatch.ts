import type { Schema } from "effect"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"

/** The body of a PATCH (RFC 7396), by its own media type or as plain JSON. */
export const mergePatchOf = <S extends Schema.Top>(patch: S) =>
  [HttpApiSchema.asJson({ contentType: "application/merge-patch+json" })(patch), patch] as const
