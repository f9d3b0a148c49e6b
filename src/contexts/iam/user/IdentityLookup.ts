import { Context, Effect, Layer } from "effect"
import { UserUnknown } from "../../../kernel/contract/Problems.ts"
import type { Credential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { IssuerUnavailable } from "../contract/Authorization.ts"
import { ProvisionUser } from "../contract/UserCommands.ts"
import { Iam } from "../Iam.ts"
import type { VerifiedToken } from "../token/VerifiedToken.ts"

type External = Extract<VerifiedToken, { readonly _tag: "external" }>

/** Finds the user to whom the subject of another issuer is linked; where the issuer's users are taken in, makes one for a new subject. */
export class IdentityLookup extends Context.Service<IdentityLookup, {
  find(token: External): Effect.Effect<Credential, UserUnknown | IssuerUnavailable>
}>()("cardapio/contexts/iam/user/IdentityLookup") {
  static readonly layer = Layer.effect(
    IdentityLookup,
    Effect.gen(function*() {
      const sql = yield* Reads
      const iam = yield* Iam

      const linked = ({ issuer, subject }: External) =>
        Effect.orDie(
          sql<{ userId: UserId }>`SELECT user_id FROM identities WHERE issuer = ${issuer} AND subject = ${subject}`
        )

      return IdentityLookup.of({
        find: Effect.fn("IdentityLookup.find")(function*(token) {
          const { email, issuer, name, provision, subject } = token
          const [row] = yield* linked(token)
          if (row === undefined && provision === "refuse") return yield* new UserUnknown({})
          const userId = row?.userId ?? (yield* iam.executeAsSystem(
            new ProvisionUser({ identity: { issuer, subject }, email, name })
          ).pipe(Effect.catchTag("CommandTimedOut", () => new IssuerUnavailable({}))))
          return { userId, proof: { _tag: "Identity" as const, issuer, subject } }
        })
      })
    })
  ).pipe(Layer.provide(Iam.layer))
}
