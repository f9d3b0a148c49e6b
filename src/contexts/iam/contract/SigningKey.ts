import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { documented } from "../../../kernel/contract/documented.ts"
import { RateLimited } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"

/** The public part of an Ed25519 key (RFC 8037). */
export const PublicJwk = Schema.Struct({
  kty: Schema.String,
  crv: Schema.String,
  x: Schema.String,
  kid: Schema.String,
  alg: Schema.String,
  use: Schema.String
}).annotate({ identifier: "PublicJwk" })
export type PublicJwk = typeof PublicJwk.Type

export class SigningKeysGroup extends HttpApiGroup.make("signingKeys")
  .add(
    HttpApiEndpoint.get("jwks", "/.well-known/jwks.json", {
      success: HttpApiSchema.WithHeaders(
        Schema.Struct({ keys: Schema.Array(PublicJwk) }).annotate({ identifier: "JwkSet" }),
        { "cache-control": Schema.String }
      ),
      error: [RateLimited]
    }).annotateMerge(documented("getJwks", "Read the keys that sign access tokens", {
      description:
        "Public parts alone (RFC 7517): of the next key, the active one, and those retired half an hour ago at most.",
      examples: {
        200: {
          keys: [{
            kty: "OKP",
            crv: "Ed25519",
            x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            kid: "01a208c9-2f8a-7c0f-9a0e-2f6e53f8b6a1",
            alg: "EdDSA",
            use: "sig"
          }]
        }
      }
    }))
  )
  .middleware(RequestProblems)
  .annotateMerge(OpenApi.annotations({ title: "Signing keys", description: "What verifies our access tokens" }))
{}
