import { ContextApi } from "../../../kernel/contract/ContextApi.ts"
import { FormsGroup } from "./FormsApi.ts"
import { PublicFormsGroup } from "./PublicFormsApi.ts"
import { ResponsesGroup } from "./ResponsesApi.ts"
import { WebhooksGroup } from "./WebhooksApi.ts"

export class OnboardingApi extends ContextApi
  .add(FormsGroup)
  .add(ResponsesGroup)
  .add(WebhooksGroup)
  .add(PublicFormsGroup)
{}
