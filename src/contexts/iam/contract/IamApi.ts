import { ContextApi } from "../../../kernel/contract/ContextApi.ts"
import { EventsGroup } from "./EventsApi.ts"

export class IamApi extends ContextApi.add(EventsGroup) {}
