import { DateTime, Effect } from "effect"
import type { SubmittedResponse } from "../../onboarding/contract/ResponseLookup.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { ClientProposal, ResponseUse } from "../contract/ClientResponse.ts"
import { actionsFor, documentWith } from "./applyResponse.ts"
import { documentOf } from "./clientDocument.ts"
import type { ClientRow, KeptOnboarding } from "./ClientRow.ts"
import { avoidedIn, proposeClient } from "./proposeClient.ts"
import { plain } from "./readAnswer.ts"

const alike = 0.8

/** Foods by the names of what is to be avoided, where one is clearly meant; one lookup a name, of ten at most. */
const foodsFor = Effect.fnUntraced(function*(response: SubmittedResponse, products: ProductLookup["Service"]) {
  const names = avoidedIn(response).slice(0, 10)
  const found = yield* Effect.forEach(
    names,
    (name) =>
      Effect.map(
        products.similar(name, 1),
        ([food]) =>
          food !== undefined && (food.similarity >= alike || plain(food.name) === plain(name))
            ? [[name, food.id] as const]
            : []
      )
  )
  return new Map<string, ProductId>(found.flat())
})

/** What would come of a response for a client, or for a new one. */
export const proposed = Effect.fnUntraced(function*(
  response: SubmittedResponse,
  products: ProductLookup["Service"],
  row: ClientRow | undefined,
  { actions, overrides }: Pick<ResponseUse, "actions" | "overrides">
) {
  const told = proposeClient(response, yield* foodsFor(response, products))
  const document = row === undefined ? {} : documentOf(row)
  const fields = actionsFor(told, document, actions)
  const after = documentWith(document, fields, overrides)
  return { fields, document: after }
})

/** The same as it is answered. */
export const toProposal = (
  response: SubmittedResponse,
  { document, fields }: Effect.Success<ReturnType<typeof proposed>>
): ClientProposal => {
  const questions = new Map(response.answers.map(({ question, ref }) => [ref, question]))
  return {
    responseId: response.id,
    formTitle: response.formTitle,
    submittedAt: DateTime.makeUnsafe(response.submittedAt),
    fields: fields.map(({ ref, ...field }) => ({ ...field, question: questions.get(ref) ?? null })),
    client: document,
    warnings: [
      ...(document["name"] ?? "") === "" ? ["No answer tells a name: give one in `overrides`."] : [],
      ...fields.filter(({ confidence }) => confidence <= 0.5).map(({ answer, field }) =>
        `${field} is not sure from “${answer}”: take it with \`replace\`, or override it.`
      )
    ]
  }
}

/** What the client keeps of the response, whatever was taken of it. */
export const entryOf = (
  response: SubmittedResponse,
  kind: KeptOnboarding["kind"],
  fields: Effect.Success<ReturnType<typeof proposed>>["fields"]
): KeptOnboarding => ({
  responseId: response.id,
  formTitle: response.formTitle,
  submittedAt: response.submittedAt.toISOString(),
  appliedAt: new Date().toISOString(),
  kind,
  applied: fields.flatMap(({ action, field }) => action === "keep" ? [] : [field]),
  answers: response.answers.map(({ answer, question }) => ({ question, answer }))
})
