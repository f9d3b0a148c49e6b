import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { idempotent } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { doneOrDryRun, dryRunnable, oneOrDryRun } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs, ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { FormNotFound } from "./FormProblems.ts"
import { ResponseDetail, ResponseId, ResponseNotFound, ResponseSummary } from "./FormResponse.ts"
import { ErasureReport, PersonExport, PersonInput, PurgeReport } from "./Person.ts"
import { responsePermissions } from "./ResponseCommands.ts"
import { BulkQuery, BulkResult, OwnQuery, OwnResult, ResponseListQuery } from "./ResponseQuery.ts"

const address = { params: { id: ResponseId } }
const faults = [PermissionMissing, CommandTimedOut] as const
const changing = [ResponseNotFound, ...faults] as const
const commanded = { headers: idempotent, query: dryRunnable }

const Reprocessed = Schema.Struct({
  response: ResponseDetail,
  differences: Schema.Array(Schema.String).annotate({ description: "What is read otherwise than before" })
}).annotate({ identifier: "ReprocessedResponse" })

const holders = ownerOr("the owner of its form", "onboarding", "access_client_data")

export class ResponsesGroup extends HttpApiGroup.make("responses")
  .add(
    HttpApiEndpoint.get("list", "/responses", {
      query: ResponseListQuery,
      success: many(ResponseSummary),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listResponses", "List form responses", {
      description:
        "To one's own forms; with `view_onboarding_responses` to everybody's. Filters that look into answers reach one's own, or all with `access_client_data`."
    })),
    HttpApiEndpoint.get("get", "/responses/:id", {
      ...address,
      success: one(ResponseDetail),
      error: [ResponseNotFound]
    }).annotateMerge(documented("getResponse", "Read a form response")),
    HttpApiEndpoint.post("reprocess", "/responses/:id/reprocess", {
      ...address,
      ...commanded,
      success: oneOrDryRun(Reprocessed),
      error: changing
    }).middleware(Idempotency).annotateMerge(documented("reprocessResponse", "Read once more what was sent", {
      access: holders,
      description: "As this version of the program reads it, and with the field mapping as it is."
    })),
    HttpApiEndpoint.delete("delete", "/responses/:id", {
      ...address,
      query: dryRunnable,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(documented("deleteResponse", "Forget what a response says", {
      access: holders,
      description: "Answers, identifiers and the raw body go for good; a repeated delivery stays a duplicate."
    })),
    HttpApiEndpoint.post("query", "/responses/query", {
      payload: OwnQuery,
      success: one(OwnResult),
      error: [ResponseNotFound, FormNotFound]
    }).annotateMerge(documented("queryResponses", "Ask about one's own forms and responses", {
      examples: { request: { queryType: "responses_by_user", limit: 10 } }
    })),
    HttpApiEndpoint.post("bulkQuery", "/responses/bulk-query", {
      payload: BulkQuery,
      success: one(Schema.Array(BulkResult))
    }).annotateMerge(documented("bulkQueryResponses", "Ask up to twenty such questions", {
      description: "Each is answered in its place, with its result or its problem.",
      examples: { request: { queries: [{ queryType: "forms_by_user" }, { queryType: "responses_by_user", limit: 5 }] } }
    }))
  )
  .add(
    HttpApiEndpoint.post("exportPerson", "/persons/export", {
      payload: PersonInput,
      success: HttpApiSchema.WithHeaders(one(PersonExport), { "content-disposition": Schema.String }),
      error: faults
    }).annotateMerge(documented("exportPerson", "Tell all that is kept of a person", {
      access: needs(responsePermissions, "onboarding/ExportPerson"),
      description:
        "Found by e-mail address, telephone number, response or client: responses, suggestions and clients of the caller; with `manage_onboarding_forms` and `access_client_data` everybody's.",
      examples: { request: { email: "ana@example.com" } }
    })),
    HttpApiEndpoint.post("erasePerson", "/persons/erase", {
      ...commanded,
      payload: PersonInput,
      success: oneOrDryRun(ErasureReport),
      error: faults
    }).middleware(Idempotency).annotateMerge(documented("erasePerson", "Forget what a person's responses say", {
      access: needs(responsePermissions, "onboarding/ErasePerson"),
      description:
        "In responses to forms of the caller's own, or with `manage_onboarding_forms` and `access_client_data` to everybody's; in suggestions, and in the onboarding history of clients. What was found is told by ids.",
      examples: { request: { email: "ana@example.com" } }
    })),
    HttpApiEndpoint.post("purge", "/purge", {
      ...commanded,
      success: oneOrDryRun(PurgeReport),
      error: faults
    }).middleware(Idempotency).annotateMerge(
      documented("purgeResponses", "Forget responses that are older than is kept", {
        access: needs(responsePermissions, "onboarding/PurgeResponses"),
        description:
          "Of one's own forms; with `manage_onboarding_forms` and `access_client_data` of all. It also happens daily."
      })
    )
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/onboarding")
  .annotateMerge(OpenApi.annotations({ title: "Form responses", description: "What people answered" }))
{}
