import type { KeyObject } from "node:crypto"
import { crafted, type IssuerPair, type Part } from "../../support/CraftedToken.ts"
import type { FakeIssuer } from "../../support/FakeIssuer.ts"
import { type LocalIssuer, noon } from "./Verifier.ts"

/** Who takes part in the attacks of the table. */
export interface Attacked {
  readonly local: LocalIssuer
  readonly issuer: FakeIssuer
  /** Another trusted issuer, which may use RS256 alone. */
  readonly narrow: FakeIssuer
  readonly attacker: FakeIssuer
}

/** Our own tokens, or those of an issuer: a right one, and wrong ones that are rightly signed. */
export interface Kind {
  readonly name: "local" | "external"
  readonly pair: IssuerPair
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** A right token, but for these claims and headers; `undefined` leaves one out. */
  sign(claims?: object, header?: object): string
  /** A token of exactly these parts. */
  craft(header: Part, payload: Part, key?: KeyObject | string | Buffer, alg?: string): string
}

/** A row of the table: tokens that are refused by what is wrong with them, and the nearest that are taken. */
export interface Row {
  readonly number: number
  readonly words: string
  readonly kinds: ReadonlyArray<Kind["name"]>
  refused(kind: Kind, world: Attacked): Readonly<Record<string, string>>
  accepted?(kind: Kind, world: Attacked): Readonly<Record<string, string>>
}

export const both = ["local", "external"] as const

const kindOf = (name: Kind["name"], issuer: LocalIssuer | FakeIssuer, pair: IssuerPair): Kind => {
  const header = { alg: pair.alg, typ: name === "local" ? "at+jwt" : "JWT", kid: pair.kid }
  const claims = issuer.claims(noon)
  return {
    name,
    pair,
    header,
    claims,
    sign: (changed = {}, changedHeader = {}) =>
      crafted({ ...header, ...changedHeader }, { ...claims, ...changed }, pair.privateKey, pair.alg),
    craft: (head, payload, key = pair.privateKey, alg = pair.alg) => crafted(head, payload, key, alg)
  }
}

export const localKind = {
  name: "local",
  of: ({ local }: Attacked) => kindOf("local", local, local.pair)
} as const

export const externalKind = {
  name: "external",
  of: ({ issuer }: Attacked) => kindOf("external", issuer, issuer.pair())
} as const
