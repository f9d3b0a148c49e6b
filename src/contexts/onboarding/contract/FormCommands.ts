import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { Form, FormInput, FormPatch, KnownField, Mapping, WebhookStatus } from "./Form.ts"
import type {
  FieldDefinitionInvalid,
  FormAlreadyRegistered,
  FormHasNoFields,
  FormNotFound,
  FormTransitionNotAllowed,
  NotATypeform,
  SlugTaken,
  TypeformNotConfigured
} from "./FormProblems.ts"
import type { FormId } from "./FormResponse.ts"

/** What Typeform says of a form. */
export interface CheckedForm {
  readonly title: string
  readonly fields: ReadonlyArray<KnownField>
}

interface Addressed {
  readonly id: FormId
  readonly ifMatch: string | undefined
}

type Changing = FormNotFound | VersionMismatch | VersionConflict
type Moving = Changing | FormTransitionNotAllowed

/** A draft; one at Typeform was looked up there first, and its webhook is made, disabled. */
export class RegisterForm extends Request.TaggedClass("onboarding/RegisterForm")<
  { readonly input: FormInput; readonly checked: CheckedForm | undefined },
  Form,
  SlugTaken | FormAlreadyRegistered | FieldDefinitionInvalid | TypeformNotConfigured
> {}

export class ChangeForm extends Request.TaggedClass("onboarding/ChangeForm")<
  Addressed & { readonly patch: FormPatch },
  Form,
  Changing | SlugTaken | FieldDefinitionInvalid | FormHasNoFields | InvalidRequest
> {}

/** Its responses stay until they are purged; the webhook at Typeform is removed. */
export class DeleteForm extends Request.TaggedClass("onboarding/DeleteForm")<Addressed, void, Changing> {}

export class ActivateForm
  extends Request.TaggedClass("onboarding/ActivateForm")<Addressed, Form, Moving | FormHasNoFields>
{}

export class PauseForm extends Request.TaggedClass("onboarding/PauseForm")<Addressed, Form, Moving> {}

export class CompleteForm extends Request.TaggedClass("onboarding/CompleteForm")<Addressed, Form, Moving> {}

export class SetMapping extends Request.TaggedClass("onboarding/SetMapping")<
  Addressed & { readonly mapping: Mapping },
  Form,
  Changing | InvalidRequest
> {}

type Webhooks = Changing | NotATypeform | TypeformNotConfigured

export class SetWebhook extends Request.TaggedClass("onboarding/SetWebhook")<
  Addressed & { readonly enabled: boolean },
  WebhookStatus,
  Webhooks | FormTransitionNotAllowed
> {}

/** Tells Typeform once more what it should know. */
export class SyncWebhook extends Request.TaggedClass("onboarding/SyncWebhook")<Addressed, WebhookStatus, Webhooks> {}

/** Deliveries signed with the earlier secret are taken until `SECRET_OVERLAP` after Typeform knows the new one. */
export class RotateWebhookSecret
  extends Request.TaggedClass("onboarding/RotateWebhookSecret")<Addressed, WebhookStatus, Webhooks>
{}

export type FormCommand =
  | RegisterForm
  | ChangeForm
  | DeleteForm
  | ActivateForm
  | PauseForm
  | CompleteForm
  | SetMapping
  | SetWebhook
  | SyncWebhook
  | RotateWebhookSecret

/** Whose form it is decides the rest. */
export const formPermissions = {
  "onboarding/RegisterForm": signedIn,
  "onboarding/ChangeForm": signedIn,
  "onboarding/DeleteForm": signedIn,
  "onboarding/ActivateForm": signedIn,
  "onboarding/PauseForm": signedIn,
  "onboarding/CompleteForm": signedIn,
  "onboarding/SetMapping": signedIn,
  "onboarding/SetWebhook": signedIn,
  "onboarding/SyncWebhook": signedIn,
  "onboarding/RotateWebhookSecret": signedIn
} as const satisfies Record<FormCommand["_tag"], PolicyOf<"onboarding">>
