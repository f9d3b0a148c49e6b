import { Effect, Layer } from "effect"
import { FormId } from "../../src/contexts/onboarding/contract/FormResponse.ts"
import type { SubmittedResponse } from "../../src/contexts/onboarding/contract/ResponseLookup.ts"
import { UserId } from "../../src/kernel/contract/Rights.ts"
import { TrialResponses } from "../../src/server/Infrastructure.ts"

/** What every response tells, unless the test says otherwise. */
export const told: Omit<SubmittedResponse, "id" | "ownerId"> = {
  formId: FormId.make("019c0d5e-0000-7000-8000-0000000000f0"),
  formTitle: "Anamnese",
  language: "pt-BR",
  country: "BR",
  submittedAt: new Date("2026-11-20T12:00:00Z"),
  identifiers: [
    { kind: "fullName", value: "Ana Souza", ref: "nome", confidence: 0.9 },
    { kind: "birthday", value: "3/4/1990", ref: "nascimento", confidence: 0.95 },
    { kind: "gender", value: "Feminino", ref: "sexo", confidence: 0.9 },
    { kind: "email", value: "Ana.Souza@Example.com", ref: "email", confidence: 0.95 },
    { kind: "phone", value: "(11) 98765-4321", ref: "fone", confidence: 0.95 },
    { kind: "city", value: "São Paulo", ref: "cidade", confidence: 0.8 },
    { kind: "state", value: "são paulo", ref: "estado", confidence: 0.8 },
    { kind: "allergy", value: "Leite, amendoim e pólen", ref: "alergias", confidence: 0.9 },
    { kind: "dislike", value: "jiló; oats", ref: "gostos", confidence: 0.9 },
    { kind: "company", value: "Acme", ref: "empresa", confidence: 0.4 }
  ],
  answers: [
    { ref: "nome", question: "Seu nome?", answer: "Ana Souza" },
    { ref: "nascimento", question: "Data de nascimento", answer: "3/4/1990" },
    { ref: "alergias", question: "Alergias?", answer: "Leite, amendoim e pólen" },
    { ref: "objetivo", question: "Objetivo", answer: "Dormir melhor" },
    { ref: "fone", question: "Telefone", answer: "(11) 98765-4321" }
  ],
  mapping: { objetivo: "notes" }
}

const nobody = UserId.make("019c0d5e-0000-7000-8000-0000000000f1")

/** Whose forms some responses are to; to all others the form is of whoever asks. */
export const owners = new Map<string, string>()

/** Whoever asks for a response finds one, but for those that are another's. */
export const FakeResponses = (of: Partial<SubmittedResponse> = {}) =>
  Layer.succeed(TrialResponses, {
    find: (id, { userId }) => {
      const owner = owners.get(id)
      const isTheirs = owner === undefined || userId === null || owner === userId
      return Effect.succeed(isTheirs ? { ...told, id, ownerId: userId ?? nobody, ...of } : undefined)
    }
  })
