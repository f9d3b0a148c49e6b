import { Context, Effect, Layer } from "effect"
import { timingSafeEqual } from "node:crypto"
import { ApiKeyInvalid } from "../../../kernel/contract/Problems.ts"
import type { ApiKeyId, Credential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { hashOf, prefixOf } from "./ApiKeyText.ts"

/** Finds whom an API key speaks for. Whether it is in force is read with the rights of its owner. */
export class ApiKeyLookup extends Context.Service<ApiKeyLookup, {
  find(text: string): Effect.Effect<Credential, ApiKeyInvalid>
}>()("cardapio/contexts/iam/apiKey/ApiKeyLookup") {
  /** Whether it is meant as an API key, well-formed or not. */
  static isKey(text: string): boolean {
    return text.startsWith("cdp_")
  }

  static readonly layer = Layer.effect(
    ApiKeyLookup,
    Effect.gen(function*() {
      const sql = yield* Reads
      return ApiKeyLookup.of({
        find: Effect.fn("ApiKeyLookup.find")(function*(text) {
          const prefix = prefixOf(text)
          const [row] = prefix === undefined ? [] : yield* Effect.orDie(
            sql<{ id: ApiKeyId; userId: UserId; secretHash: Uint8Array }>`
              SELECT id, user_id, secret_hash FROM api_keys WHERE prefix = ${prefix}`
          )
          if (row === undefined || !timingSafeEqual(row.secretHash, hashOf(text))) return yield* new ApiKeyInvalid({})
          return { userId: row.userId, proof: { _tag: "ApiKey" as const, id: row.id } }
        })
      })
    })
  )
}
