import { ContextApi } from "../../../kernel/contract/ContextApi.ts"
import { ApiKeysGroup } from "./ApiKeysApi.ts"
import { AuditLogGroup } from "./AuditLogApi.ts"
import { EventsGroup } from "./EventsApi.ts"
import { RolesGroup } from "./RolesApi.ts"
import { MeGroup, UsersGroup } from "./UsersApi.ts"

export class IamApi extends ContextApi
  .add(ApiKeysGroup)
  .add(AuditLogGroup)
  .add(EventsGroup)
  .add(MeGroup)
  .add(RolesGroup)
  .add(UsersGroup)
{}
