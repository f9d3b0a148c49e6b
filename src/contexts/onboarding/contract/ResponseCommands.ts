import { Request } from "effect"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { FormDisabled, FormNotFound } from "./FormProblems.ts"
import type { FormId, NormalisedAnswer, ResponseDetail, ResponseId, ResponseNotFound } from "./FormResponse.ts"
import type { ErasureReport, PersonExport, PersonInput, PurgeReport } from "./Person.ts"

/** A delivery of Typeform whose signature was verified. */
export interface Delivery {
  readonly eventId: string
  readonly token: string
  readonly submittedAt: Date
  readonly landedAt: Date | null
  readonly body: Uint8Array
}

/** Stores a delivery as it is; it is read later. A second one has no effect. */
export class ReceiveWebhook extends Request.TaggedClass("onboarding/ReceiveWebhook")<
  { readonly formId: FormId; readonly delivery: Delivery },
  { readonly duplicate: boolean },
  FormNotFound | FormDisabled
> {}

/** Stores what was filled in on a form's page; a page that is sent twice is one response. */
export class SubmitForm extends Request.TaggedClass("onboarding/SubmitForm")<
  {
    readonly formId: FormId
    readonly definitionVersion: number
    readonly nonce: string
    readonly answers: ReadonlyArray<NormalisedAnswer>
    readonly consentText: string | null
  },
  { readonly responseId: ResponseId; readonly duplicate: boolean },
  FormNotFound | FormDisabled
> {}

/** Reads what was sent once more, as this version of the program does. */
export class ReprocessResponse extends Request.TaggedClass("onboarding/ReprocessResponse")<
  { readonly id: ResponseId },
  { readonly response: ResponseDetail; readonly differences: ReadonlyArray<string> },
  ResponseNotFound
> {}

/** Forgets what it says; a delivery of it stays a duplicate. */
export class DeleteResponse
  extends Request.TaggedClass("onboarding/DeleteResponse")<{ readonly id: ResponseId }, void, ResponseNotFound>
{}

/** Forgets the responses that are older than their form keeps them. */
export class PurgeResponses
  extends Request.TaggedClass("onboarding/PurgeResponses")<Record<never, never>, PurgeReport, never>
{}

/** Tells all that is kept of a person; the audit log says that it was told. */
export class ExportPerson
  extends Request.TaggedClass("onboarding/ExportPerson")<{ readonly person: PersonInput }, PersonExport, never>
{}

/** Forgets what a person's responses say, here and in what came of them. */
export class ErasePerson
  extends Request.TaggedClass("onboarding/ErasePerson")<{ readonly person: PersonInput }, ErasureReport, never>
{}

export type ResponseCommand =
  | ReceiveWebhook
  | SubmitForm
  | ReprocessResponse
  | DeleteResponse
  | PurgeResponses
  | ExportPerson
  | ErasePerson

/** Whose form it is decides the rest. */
export const responsePermissions = {
  "onboarding/ReceiveWebhook": null,
  "onboarding/SubmitForm": null,
  "onboarding/ReprocessResponse": signedIn,
  "onboarding/DeleteResponse": signedIn,
  "onboarding/PurgeResponses": signedIn,
  "onboarding/ExportPerson": signedIn,
  "onboarding/ErasePerson": signedIn
} as const satisfies Record<ResponseCommand["_tag"], PolicyOf<"onboarding">>
