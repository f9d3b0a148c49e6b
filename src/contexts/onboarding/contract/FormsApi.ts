import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import {
  changedOrDryRun,
  createdOrDryRun,
  doneOrDryRun,
  dryRunnable,
  oneOrDryRun
} from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { QueryBoolean } from "../../../kernel/contract/QueryValues.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs, ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { Form, FormInput, FormPatch, Mapping, MappingSuggestion, WebhookInput, WebhookStatus } from "./Form.ts"
import { formPermissions } from "./FormCommands.ts"
import {
  FieldDefinitionInvalid,
  FormAlreadyRegistered,
  FormHasNoFields,
  FormNotFound,
  FormTransitionNotAllowed,
  NotATypeform,
  SlugTaken,
  TypeformFormNotFound,
  TypeformNotConfigured,
  TypeformUnauthorized,
  TypeformUnavailable
} from "./FormProblems.ts"
import { FormQuery } from "./FormQuery.ts"
import { FormId } from "./FormResponse.ts"

const changing = [FormNotFound, PermissionMissing, VersionMismatch, VersionConflict, CommandTimedOut] as const
const moving = [...changing, FormTransitionNotAllowed] as const
const provider = [TypeformNotConfigured, TypeformUnauthorized, TypeformUnavailable] as const
const webhooks = [...changing, NotATypeform, TypeformNotConfigured] as const
const address = { params: { id: FormId } }
const commanded = { ...address, headers: { ...conditional, ...idempotent }, query: dryRunnable }
const written = { ...address, headers: conditional, query: dryRunnable }

const managers = ownerOr("its owner", "onboarding", "manage_onboarding_forms")
const connectors = ownerOr("its owner", "onboarding", "configure_typeform_webhooks")

const example = {
  title: "Anamnese",
  fields: [
    { ref: "nome", type: "short_text", title: "Nome completo", required: true },
    { ref: "email", type: "email", title: "E-mail", required: true },
    { ref: "nascimento", type: "date", title: "Data de nascimento" },
    { ref: "alergias", type: "multiple_choice", title: "Alergias", choices: ["Leite", "Amendoim"], multiple: true }
  ],
  consentText: "Concordo com o uso destes dados para o meu atendimento."
}

export class FormsGroup extends HttpApiGroup.make("forms")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: FormQuery,
      success: many(Form),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listForms", "List forms", {
      description:
        "One's own; with `manage_onboarding_forms` or `view_onboarding_responses` everybody's. Deleted ones are not among them."
    })),
    HttpApiEndpoint.get("get", "/:id", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(Form), { etag: Schema.String }),
      error: [FormNotFound]
    }).annotateMerge(documented("getForm", "Read a form")),
    HttpApiEndpoint.post("register", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: FormInput,
      success: createdOrDryRun(Form),
      error: [
        SlugTaken,
        FormAlreadyRegistered,
        FieldDefinitionInvalid,
        TypeformFormNotFound,
        ...provider,
        PermissionMissing,
        CommandTimedOut
      ]
    }).middleware(Idempotency).annotateMerge(documented("registerForm", "Set up a form", {
      access: needs(formPermissions, "onboarding/RegisterForm"),
      description:
        "A native form, the default, starts as a draft and gets a page of its own once it is activated. A form at Typeform is looked up there and gets a webhook.",
      examples: { request: example }
    })),
    HttpApiEndpoint.patch("change", "/:id", {
      ...written,
      payload: mergePatchOf(FormPatch),
      success: changedOrDryRun(Form),
      error: [...changing, SlugTaken, FieldDefinitionInvalid, FormHasNoFields]
    }).annotateMerge(documented("changeForm", "Change a form", {
      access: managers,
      description:
        "JSON Merge Patch (RFC 7396). Other fields are another version of the definition; responses keep the one that they answered.",
      examples: { request: { title: "Anamnese de retorno" } }
    })),
    HttpApiEndpoint.delete("delete", "/:id", { ...written, success: doneOrDryRun, error: changing }).annotateMerge(
      documented("deleteForm", "Delete a form", {
        access: managers,
        description: "Its responses stay until they are purged or deleted."
      })
    ),
    HttpApiEndpoint.post("activate", "/:id/activate", {
      ...commanded,
      success: changedOrDryRun(Form),
      error: [...moving, FormHasNoFields]
    }).middleware(Idempotency).annotateMerge(
      documented("activateForm", "Let a form take responses", { access: managers })
    ),
    HttpApiEndpoint.post("pause", "/:id/pause", {
      ...commanded,
      success: changedOrDryRun(Form),
      error: moving
    }).middleware(Idempotency).annotateMerge(
      documented("pauseForm", "Let a form take no responses for a while", { access: managers })
    ),
    HttpApiEndpoint.post("complete", "/:id/complete", {
      ...commanded,
      success: changedOrDryRun(Form),
      error: moving
    }).middleware(Idempotency).annotateMerge(documented("completeForm", "Close a form for good", { access: managers }))
  )
  .add(
    HttpApiEndpoint.put("setMapping", "/:id/mapping", {
      ...written,
      payload: Mapping,
      success: changedOrDryRun(Form),
      error: changing
    }).annotateMerge(documented("setFieldMapping", "Say what answers tell of a client", {
      access: ownerOr("its owner", "onboarding", "manage_field_mappings"),
      description:
        "By the field's reference: a field of a client, `notes` or `ignore`. It beats what is found by itself.",
      examples: { request: { objetivo: "notes", nome: "fullName" } }
    })),
    HttpApiEndpoint.get("suggestMapping", "/:id/mapping/suggestion", {
      ...address,
      success: one(Schema.Array(MappingSuggestion)),
      error: [FormNotFound]
    }).annotateMerge(documented("suggestFieldMapping", "Suggest what answers tell of a client")),
    HttpApiEndpoint.get("webhook", "/:id/webhook", {
      ...address,
      query: {
        live: Schema.optionalKey(QueryBoolean).annotate({
          description: "true: ask Typeform, and tell the differences. Default: false"
        })
      },
      success: one(WebhookStatus),
      error: [FormNotFound, NotATypeform, ...provider]
    }).annotateMerge(documented("getWebhook", "Read how Typeform sends responses")),
    HttpApiEndpoint.put("setWebhook", "/:id/webhook", {
      ...written,
      payload: WebhookInput,
      success: oneOrDryRun(WebhookStatus),
      error: [...webhooks, FormTransitionNotAllowed]
    }).annotateMerge(documented("setWebhook", "Let Typeform send responses, or not", {
      access: connectors,
      examples: { request: { enabled: true } }
    })),
    HttpApiEndpoint.post("syncWebhook", "/:id/webhook/sync", {
      ...commanded,
      success: oneOrDryRun(WebhookStatus),
      error: webhooks
    }).middleware(Idempotency).annotateMerge(
      documented("syncWebhook", "Tell Typeform once more how to send responses", { access: connectors })
    ),
    HttpApiEndpoint.post("rotateSecret", "/:id/webhook/rotate-secret", {
      ...commanded,
      success: oneOrDryRun(WebhookStatus),
      error: webhooks
    }).middleware(Idempotency).annotateMerge(documented("rotateWebhookSecret", "Give the webhook another secret", {
      access: connectors,
      description:
        "The earlier one is good until `SECRET_OVERLAP` after Typeform took the new one. Neither is ever shown."
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/onboarding/forms")
  .annotateMerge(OpenApi.annotations({ title: "Forms", description: "By which clients are taken in" }))
{}
