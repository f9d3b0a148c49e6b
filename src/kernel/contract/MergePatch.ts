import type { Schema } from "effect"
import { HttpApiSchema } from "effect/http-api"

/** The body of a PATCH (RFC 7396), by its own media type or as plain JSON. */
export const mergePatchOf = <S extends Schema.Top>(patch: S) =>
  [HttpApiSchema.asJson({ contentType: "application/merge-patch+json" })(patch), patch] as const
