import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { documented } from "../../../kernel/contract/documented.ts"
import { CommandTimedOut, RateLimited } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { FormDisabled, FormMismatch, FormNotFound, SignatureInvalid, WebhookPayloadInvalid } from "./FormProblems.ts"
import { FormId } from "./FormResponse.ts"

const Received = Schema.Struct({
  duplicate: Schema.optionalKey(Schema.Literal(true)),
  ignored: Schema.optionalKey(Schema.Literal(true))
}).annotate({ identifier: "ReceivedDelivery" })

export class WebhooksGroup extends HttpApiGroup.make("webhooks")
  .add(
    HttpApiEndpoint.post("receive", "/typeform/:formId", {
      params: { formId: FormId },
      headers: { "typeform-signature": Schema.optionalKey(Schema.String) },
      payload: Schema.Uint8Array.pipe(HttpApiSchema.asUint8Array({ contentType: "application/json" })),
      success: Received,
      error: [
        FormNotFound,
        SignatureInvalid,
        WebhookPayloadInvalid,
        FormMismatch,
        FormDisabled,
        RateLimited,
        CommandTimedOut
      ]
    }).annotateMerge(documented("receiveTypeformWebhook", "Take a response from Typeform", {
      description:
        "No credential: `Typeform-Signature: sha256=<base64 of HMAC-SHA256>` over the raw body, with the webhook's secret. Events other than `form_response` are left; a repeated one has no effect."
    }))
  )
  .middleware(RequestProblems)
  .prefix("/v1/onboarding/webhooks")
  .annotateMerge(OpenApi.annotations({ title: "Webhooks", description: "For Typeform" }))
{}
