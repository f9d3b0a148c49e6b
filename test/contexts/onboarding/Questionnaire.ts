import { Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import type { FormId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { Onboarding } from "../../../src/contexts/onboarding/Onboarding.ts"
import { CurrentCredential, UserId } from "../../../src/kernel/contract/Rights.ts"
import { Administrator, clientOf } from "../../support/TestServer.ts"

export const write = { headers: {}, query: {} }

/** What a nutritionist would ask. */
const questions = [
  { ref: "nome", type: "short_text", title: "Nome completo", required: true },
  { ref: "email", type: "email", title: "E-mail", required: true },
  { ref: "celular", type: "phone_number", title: "Celular" },
  { ref: "nascimento", type: "date", title: "Data de nascimento", max: "2026-01-01" },
  { ref: "sexo", type: "dropdown", title: "Sexo", choices: ["Feminino", "Masculino"] },
  { ref: "cidade", type: "short_text", title: "Cidade" },
  {
    ref: "alergias",
    type: "multiple_choice",
    title: "Alergias",
    choices: ["Leite", "Amendoim"],
    multiple: true,
    allowOther: true
  },
  { ref: "nao_gosta", type: "long_text", title: "O que não gosta de comer?" },
  { ref: "peso", type: "number", title: "Peso (kg)", min: 20, max: 400 },
  { ref: "fome", type: "opinion_scale", title: "Quanta fome sente à noite?", min: 0, max: 10 },
  { ref: "animo", type: "rating", title: "Ânimo", max: 5 },
  { ref: "fuma", type: "yes_no", title: "Fuma?" },
  { ref: "site", type: "website", title: "Site" },
  { ref: "cpf", type: "short_text", title: "CPF", pattern: "\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}" },
  { ref: "ciente", type: "legal", title: "Li as orientações", required: true }
] as const

/** A form that is open, with all kinds of questions. */
export const openForm = Effect.fnUntraced(function*(
  more: { readonly title?: string; readonly retentionDays?: number; readonly token?: string } = {}
) {
  const api = yield* clientOf(more.token)
  const { body: { data: draft } } = yield* api.forms.register({
    ...write,
    payload: {
      title: more.title ?? "Anamnese <script>",
      fields: questions,
      consentText: "Concordo com o uso dos meus dados.",
      retentionDays: more.retentionDays ?? 365
    }
  })
  const { body: { data: form } } = yield* api.forms.activate({ ...write, params: { id: draft.id } })
  return { ...form, slug: form.slug ?? "" }
})

/** A page's token, by which its answers are taken. */
export const tokenIn = (page: string) => /name="form-token" value="([^"]+)"/.exec(page)?.[1] ?? ""

export const getPage = Effect.fnUntraced(function*(slug: string, headers: Readonly<Record<string, string>> = {}) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.get(`/forms/${slug}`, { headers: { accept: "text/html,*/*;q=0.8", ...headers } })
  return { response, page: yield* response.text }
})

/** What a browser sends. */
export const post = Effect.fnUntraced(function*(slug: string, body: ReadonlyArray<readonly [string, string]>) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(
    HttpClientRequest.post(`/forms/${slug}`).pipe(
      HttpClientRequest.setHeader("accept", "text/html,*/*;q=0.8"),
      HttpClientRequest.bodyText(
        new URLSearchParams(body.map(([name, value]) => [name, value])).toString(),
        "application/x-www-form-urlencoded"
      )
    )
  )
  return { response, page: yield* response.text }
})

/** What is filled in by Ana. */
export const filled: ReadonlyArray<readonly [string, string]> = [
  ["nome", "Ana  Conceição"],
  ["email", "Ana@Example.com"],
  ["celular", "(11) 98765-4321"],
  ["nascimento", "1990-04-03"],
  ["sexo", "choice-1"],
  ["cidade", "São Paulo"],
  ["alergias", "choice-2"],
  ["alergias", "other-choice"],
  ["alergias-other", "camarão"],
  ["nao_gosta", "jiló"],
  ["peso", "72,5"],
  ["fome", "7"],
  ["animo", "4"],
  ["fuma", "no"],
  ["site", "www.example.com"],
  ["cpf", "123.456.789-09"],
  ["ciente", "yes"],
  ["consent-given", "yes"]
]

/** Fills in a form as the command line does to try it. */
export const simulated = Effect.fnUntraced(function*(id: FormId) {
  const { userId } = yield* Administrator
  const sample = Effect.flatMap(Onboarding, (onboarding) => onboarding.sample(id)).pipe(
    Effect.provide(Onboarding.layer),
    Effect.provideService(CurrentCredential, { userId: UserId.make(userId), proof: { _tag: "Operator" } })
  )
  const { body, headers, path } = yield* sample
  const client = yield* HttpClient.HttpClient
  return yield* client.execute(
    HttpClientRequest.post(path).pipe(
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.bodyText(body, "application/json")
    )
  )
})
