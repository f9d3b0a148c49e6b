import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { ResponseNotFound } from "../../onboarding/contract/FormResponse.ts"
import type { Client, ClientId, ClientInput, ClientPatch } from "./Client.ts"
import type { ClientNotFound } from "./ClientProblems.ts"
import type {
  AcceptInput,
  ResponseAlreadyUsed,
  ResponseUse,
  SuggestionId,
  SuggestionNotFound
} from "./ClientResponse.ts"
import type { NotRestorable, ProductUnknown } from "./RecipeProblems.ts"

type Changing = ClientNotFound | VersionMismatch | VersionConflict

interface Addressed {
  readonly id: ClientId
  readonly ifMatch: string | undefined
}

export class CreateClient extends Request.TaggedClass("recipes/CreateClient")<
  { readonly input: ClientInput },
  Client,
  ProductUnknown
> {}

export class UpdateClient extends Request.TaggedClass("recipes/UpdateClient")<
  Addressed & { readonly patch: ClientPatch },
  Client,
  Changing | InvalidRequest | ProductUnknown
> {}

/** Menus of a discarded client become archived. */
export class DiscardClient extends Request.TaggedClass("recipes/DiscardClient")<Addressed, void, Changing> {}

export class RestoreClient
  extends Request.TaggedClass("recipes/RestoreClient")<Addressed, Client, Changing | NotRestorable>
{}

type Using = ResponseNotFound | ResponseAlreadyUsed | ClientNotFound | InvalidRequest | ProductUnknown | VersionConflict

/** Without a name in the response one has to be given. */
export class CreateClientFromResponse
  extends Request.TaggedClass("recipes/CreateClientFromResponse")<{ readonly use: ResponseUse }, Client, Using>
{}

/** A second time it changes nothing. */
export class MergeResponse extends Request.TaggedClass("recipes/MergeResponse")<
  Addressed & { readonly use: ResponseUse },
  Client,
  Using | VersionMismatch
> {}

export class AcceptSuggestion extends Request.TaggedClass("recipes/AcceptSuggestion")<
  { readonly id: SuggestionId; readonly input: AcceptInput },
  Client,
  Using | SuggestionNotFound
> {}

export class DismissSuggestion
  extends Request.TaggedClass("recipes/DismissSuggestion")<{ readonly id: SuggestionId }, void, SuggestionNotFound>
{}

export type ResponseCommand = CreateClientFromResponse | MergeResponse | AcceptSuggestion | DismissSuggestion

export type ClientCommand = CreateClient | UpdateClient | DiscardClient | RestoreClient

/** Whose client it is decides the rest. */
export const clientPermissions = {
  "recipes/CreateClient": signedIn,
  "recipes/UpdateClient": signedIn,
  "recipes/DiscardClient": signedIn,
  "recipes/RestoreClient": signedIn,
  "recipes/CreateClientFromResponse": signedIn,
  "recipes/MergeResponse": signedIn,
  "recipes/AcceptSuggestion": signedIn,
  "recipes/DismissSuggestion": signedIn
} as const satisfies Record<(ClientCommand | ResponseCommand)["_tag"], PolicyOf<"recipes">>
