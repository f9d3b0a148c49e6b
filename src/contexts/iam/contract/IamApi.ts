import { ContextApi } from "../../../kernel/contract/ContextApi.ts"
import { ApiKeysGroup } from "./ApiKeysApi.ts"
import { AuditLogGroup } from "./AuditLogApi.ts"
import { EventsGroup } from "./EventsApi.ts"
import { AuthGroup, LoginsGroup } from "./LoginsApi.ts"
import { RolesGroup } from "./RolesApi.ts"
import { SigningKeysGroup } from "./SigningKey.ts"
import { MeGroup, UsersGroup } from "./UsersApi.ts"

export class IamApi extends ContextApi
  .add(ApiKeysGroup)
  .add(AuditLogGroup)
  .add(AuthGroup)
  .add(EventsGroup)
  .add(LoginsGroup)
  .add(MeGroup)
  .add(RolesGroup)
  .add(SigningKeysGroup)
  .add(UsersGroup)
{}
