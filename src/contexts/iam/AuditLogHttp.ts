import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { IamApi } from "./contract/IamApi.ts"
import { Iam } from "./Iam.ts"

export const AuditLogHttp = HttpApiBuilder.group(
  IamApi,
  "auditLog",
  Effect.fn(function*(handlers) {
    const iam = yield* Iam

    return handlers.handleAll({
      list: ({ query }) => iam.auditLog(query),
      get: ({ params }) => Effect.map(iam.auditEntry(params.id), (data) => ({ data }))
    })
  })
).pipe(Layer.provide(Iam.layer))
