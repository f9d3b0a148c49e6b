import { declared, problem } from "../../../kernel/contract/Problem.ts"

/** 404: no client that the caller may see has the id. */
export class ClientNotFound extends declared<ClientNotFound>()(
  "ClientNotFound",
  problem("client_not_found", 404, "There is no such client", {
    cause: "No client has that id, it was discarded, or it is another's.",
    cure: "Look it up with GET /v1/clients; its author restores it with POST /v1/clients/{id}/restore."
  })
) {}
