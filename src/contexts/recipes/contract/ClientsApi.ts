import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { changedOrDryRun, createdOrDryRun, doneOrDryRun, dryRunnable } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs, ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { ResponseNotFound } from "../../onboarding/contract/FormResponse.ts"
import { Client, ClientId, ClientInput, ClientPatch } from "./Client.ts"
import { clientPermissions } from "./ClientCommands.ts"
import { ClientNotFound } from "./ClientProblems.ts"
import { ClientQuery, SuggestionQuery } from "./ClientQuery.ts"
import {
  AcceptInput,
  ClientProposal,
  PreviewInput,
  ResponseAlreadyUsed,
  ResponseUse,
  Suggestion,
  SuggestionId,
  SuggestionNotFound
} from "./ClientResponse.ts"
import { MenuSummary } from "./Menu.ts"
import { MenuQuery } from "./MenuQuery.ts"
import { NotRestorable, ProductUnknown } from "./RecipeProblems.ts"

const changing = [ClientNotFound, PermissionMissing, VersionMismatch, VersionConflict, CommandTimedOut] as const
const using = [ResponseNotFound, ResponseAlreadyUsed, ClientNotFound, ProductUnknown, VersionConflict] as const
const address = { params: { id: ClientId } }

const example = {
  name: "Ana Conceição",
  birthday: "1988-03-14",
  sex: "female",
  contact: { mainEmail: "ana@example.com", mainPhone: "(11) 98765-4321" },
  address: { city: "São Paulo", state: "SP" },
  restrictions: { allergens: ["peanuts"], diets: ["vegetariana"] },
  targets: [
    { nutrient: "energyKcal", period: "day", min: 1600, max: 1900 },
    { nutrient: "dietaryFiber", period: "day", min: 25 }
  ]
}

const authors = ownerOr("the author", "recipes", "manage_clients")

export class ClientsGroup extends HttpApiGroup.make("clients")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: ClientQuery,
      success: many(Client),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(
      documented("listClients", "List clients", { description: "One's own; with `manage_clients` everybody's." })
    ),
    HttpApiEndpoint.get("get", "/:id", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(Client), { etag: Schema.String }),
      error: [ClientNotFound]
    }).annotateMerge(documented("getClient", "Read a client")),
    HttpApiEndpoint.get("menus", "/:id/menus", {
      ...address,
      query: MenuQuery,
      success: many(MenuSummary),
      error: [ClientNotFound, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listMenusOfClient", "List a client's menus")),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: ClientInput,
      success: createdOrDryRun(Client),
      error: [PermissionMissing, CommandTimedOut, ProductUnknown]
    }).middleware(Idempotency).annotateMerge(documented("createClient", "Create a client", {
      access: needs(clientPermissions, "recipes/CreateClient"),
      description: "Menus are made for clients. Nobody sees it but its author, and those with `manage_clients`.",
      examples: { request: example }
    })),
    HttpApiEndpoint.patch("update", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(ClientPatch),
      success: changedOrDryRun(Client),
      error: [...changing, ProductUnknown]
    }).annotateMerge(documented("updateClient", "Change a client", {
      access: authors,
      description:
        "JSON Merge Patch (RFC 7396): what is absent stays, null clears, lists are replaced whole. Menus that aim at the client's targets follow.",
      examples: { request: { restrictions: { allergens: ["peanuts", "milk"] } } }
    })),
    HttpApiEndpoint.delete("discard", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(documented("discardClient", "Discard a client", {
      access: authors,
      description: "It can be restored for 90 days. Its menus are archived, and stay so."
    })),
    HttpApiEndpoint.post("restore", "/:id/restore", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      success: changedOrDryRun(Client),
      error: [...changing, NotRestorable]
    }).middleware(Idempotency).annotateMerge(
      documented("restoreClient", "Restore a discarded client", { access: authors })
    )
  )
  .add(
    HttpApiEndpoint.post("previewResponse", "/from-response/preview", {
      payload: PreviewInput,
      success: one(ClientProposal),
      error: [ResponseNotFound, ClientNotFound]
    }).annotateMerge(documented("previewClientFromResponse", "Tell what a form response would make of a client", {
      description:
        "Of a new one, or of one that is there: each field with the answer that it comes from, how sure that is, and what would be done. Nothing is saved."
    })),
    HttpApiEndpoint.post("fromResponse", "/from-response", {
      headers: idempotent,
      query: dryRunnable,
      payload: ResponseUse,
      success: createdOrDryRun(Client),
      error: [...using, PermissionMissing, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(
      documented("createClientFromResponse", "Create a client from a form response", {
        access: "For the owner of the form."
      })
    ),
    HttpApiEndpoint.post("mergeResponse", "/:id/merge-response", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      payload: ResponseUse,
      success: changedOrDryRun(Client),
      error: [...using, VersionMismatch, PermissionMissing, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("mergeResponse", "Take a form response into a client", {
      access: "For the owner of the form, who may change the client.",
      description: "A second time it changes nothing."
    })),
    HttpApiEndpoint.get("suggestions", "/suggestions", {
      query: SuggestionQuery,
      success: many(Suggestion),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listSuggestions", "List form responses that could become clients", {
      description:
        "Those that are open, unless `status` asks for others. To forms of the caller's own; with `manage_clients` everybody's. Their owner alone accepts or dismisses them."
    })),
    HttpApiEndpoint.post("acceptSuggestion", "/suggestions/:suggestionId/accept", {
      params: { suggestionId: SuggestionId },
      headers: idempotent,
      query: dryRunnable,
      payload: AcceptInput,
      success: createdOrDryRun(Client),
      error: [...using, SuggestionNotFound, PermissionMissing, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(
      documented("acceptSuggestion", "Make a client of a suggestion, or take it into one", {
        access: "For the owner of the form."
      })
    ),
    HttpApiEndpoint.post("dismissSuggestion", "/suggestions/:suggestionId/dismiss", {
      params: { suggestionId: SuggestionId },
      headers: idempotent,
      query: dryRunnable,
      success: doneOrDryRun,
      error: [SuggestionNotFound, PermissionMissing, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(
      documented("dismissSuggestion", "Dismiss a suggestion", { access: "For the owner of the form." })
    )
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/clients")
  .annotateMerge(OpenApi.annotations({ title: "Clients", description: "For whom menus are made" }))
{}
