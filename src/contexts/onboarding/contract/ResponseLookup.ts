import { Context, type Effect } from "effect"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { FormId, IdentifierKind, MappedTo, ResponseId } from "./FormResponse.ts"

/** What an answer tells of a person, and how sure that is, 0 to 1. */
export interface Identifier {
  readonly kind: IdentifierKind
  readonly value: string
  readonly ref: string
  readonly confidence: number
}

export interface Answer {
  readonly ref: string
  readonly question: string | null
  /** As a person reads it. */
  readonly answer: string
}

/** A form response, as other contexts see it. */
export interface SubmittedResponse {
  readonly id: ResponseId
  readonly formId: FormId
  readonly formTitle: string
  readonly ownerId: UserId
  readonly language: "pt-BR" | "en"
  /** ISO 3166-1 alpha-2: whose telephone numbers are meant. */
  readonly country: string
  readonly submittedAt: Date
  readonly identifiers: ReadonlyArray<Identifier>
  readonly answers: ReadonlyArray<Answer>
  /** By the reference of a field. */
  readonly mapping: Readonly<Record<string, MappedTo>>
}

/** Who asks; the system may read all. */
export interface Reader {
  readonly userId: UserId | null
  /** `<context>:<permission>` */
  readonly permissions: ReadonlySet<string>
}

/** What other contexts may ask about form responses: in the transaction that asks, where there is one. */
export class ResponseLookup extends Context.Service<ResponseLookup, {
  /** A response that the reader may read: to a form of his own, or with `access_client_data`. */
  find(id: ResponseId, reader: Reader): Effect.Effect<SubmittedResponse | undefined>
}>()("cardapio/contexts/onboarding/contract/ResponseLookup") {}
