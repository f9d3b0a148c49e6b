import { DateTime, Effect, Layer, Option, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { Form } from "../src/contexts/onboarding/contract/Form.ts"
import { SyncWebhook } from "../src/contexts/onboarding/contract/FormCommands.ts"
import { FormQuery } from "../src/contexts/onboarding/contract/FormQuery.ts"
import { FormId, ResponseSummary } from "../src/contexts/onboarding/contract/FormResponse.ts"
import {
  ErasePerson,
  ExportPerson,
  PurgeResponses,
  ReprocessResponse
} from "../src/contexts/onboarding/contract/ResponseCommands.ts"
import { ResponseListQuery } from "../src/contexts/onboarding/contract/ResponseQuery.ts"
import { Onboarding } from "../src/contexts/onboarding/Onboarding.ts"
import { Settings } from "../src/kernel/Settings.ts"
import { decodedPerson } from "./decodedPerson.ts"
import { everyPage, listFlags, printList } from "./Lists.ts"
import { acting, as, CommandFailed, remark, result, Tools } from "./Operator.ts"

const tools = Onboarding.layer.pipe(Layer.provideMerge(Tools))

const addressOf = ({ slug, typeformId }: Form) => slug === null ? `typeform ${typeformId ?? ""}` : `/forms/${slug}`

const forms = Command.make(
  "forms",
  { ...listFlags, as },
  (flags) =>
    Effect.flatMap(Onboarding, (onboarding) =>
      printList({
        flags,
        query: FormQuery,
        item: Form,
        read: onboarding.listForms,
        line: (form) =>
          [form.id, form.status, `${form.responseCount} responses`, addressOf(form), form.title].join("\t")
      })).pipe(acting(flags.as), Effect.provide(tools))
).pipe(Command.withDescription("List forms"))

const responses = Command.make(
  "responses",
  { ...listFlags, as },
  (flags) =>
    Effect.flatMap(Onboarding, (onboarding) =>
      printList({
        flags,
        query: ResponseListQuery,
        item: ResponseSummary,
        read: onboarding.listResponses,
        line: ({ clientId, formTitle, id, status, submittedAt }) =>
          [id, DateTime.formatIso(submittedAt), status, clientId ?? "-", formTitle].join("\t")
      })).pipe(acting(flags.as), Effect.provide(tools))
).pipe(
  Command.withDescription("List form responses"),
  Command.withExamples([{
    command: "onboarding responses hasClient=false",
    description: "Those that became no client"
  }])
)

const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Tell what would be forgotten, and keep it"),
  Flag.withDefault(false)
)

const purge = Command.make("purge", { as, dryRun }, ({ as: email, dryRun: isTried }) =>
  Effect.gen(function*() {
    const onboarding = yield* Onboarding
    const command = new PurgeResponses()
    let purged = 0
    while (true) {
      const report = isTried ? (yield* onboarding.dryRun(command)).answer : yield* onboarding.execute(command)
      purged += report.purged
      if (isTried || report.purged === 0) break
    }
    yield* remark(`${isTried ? "would forget" : "forgot"} what ${purged} responses say${isTried ? ", at least" : ""}`)
  }).pipe(acting(email), Effect.provide(tools))).pipe(
    Command.withDescription("Forget the responses that are older than their forms keep them")
  )

const person = {
  email: Flag.String("email").pipe(Flag.optional, Flag.withDescription("E-mail address of the person")),
  phone: Flag.String("phone").pipe(Flag.optional, Flag.withDescription("Telephone number of the person")),
  response: Flag.String("response").pipe(Flag.optional, Flag.withDescription("Id of a response of the person")),
  client: Flag.String("client").pipe(Flag.optional, Flag.withDescription("Id of the client that the person is"))
}

const exportPerson = Command.make("export", { ...person, as }, ({ as: actor, ...flags }) =>
  Effect.gen(function*() {
    const told = yield* (yield* Onboarding).execute(new ExportPerson({ person: yield* decodedPerson(flags) }))
    yield* result(JSON.stringify(told, null, 2))
    yield* remark(
      `${told.responses.length} responses, ${told.suggestions.length} suggestions, ${told.clients.length} clients`
    )
  }).pipe(acting(actor), Effect.provide(tools))).pipe(
    Command.withDescription("Print all that is kept of a person, as JSON"),
    Command.withExamples([{ command: "onboarding export --email ana@example.com", description: "To standard output" }])
  )

const erase = Command.make(
  "erase",
  { ...person, as, dryRun },
  ({ as: actor, dryRun: isTried, ...flags }) =>
    Effect.gen(function*() {
      const onboarding = yield* Onboarding
      const command = new ErasePerson({ person: yield* decodedPerson(flags) })
      const report = isTried ? (yield* onboarding.dryRun(command)).answer : yield* onboarding.execute(command)
      yield* result(JSON.stringify(report, null, 2))
    }).pipe(acting(actor), Effect.provide(tools))
).pipe(
  Command.withDescription("Forget what a person's responses say")
)

const form = Flag.String("form").pipe(Flag.withDescription("Id of the form"), Flag.withSchema(FormId))

const reprocess = Command.make("reprocess", { as, form }, ({ as: email, form: formId }) =>
  Effect.gen(function*() {
    const onboarding = yield* Onboarding
    let read = 0
    yield* everyPage(ResponseListQuery, [`formId=${formId}`, "status=processed", "limit=200"], onboarding.listResponses)
      .pipe(
        Stream.runForEach((page) =>
          Effect.forEach(page, ({ id }) =>
            Effect.gen(function*() {
              const { differences } = yield* onboarding.execute(new ReprocessResponse({ id }))
              read++
              for (const difference of differences) yield* result(`${id}\t${difference}`)
            }), { discard: true })
        )
      )
    yield* remark(`${read} responses read once more`)
  }).pipe(acting(email), Effect.provide(tools))).pipe(
    Command.withDescription("Read the responses to a form once more, as this version reads them")
  )

const mend = Flag.Boolean("sync").pipe(
  Flag.withDescription("Tell Typeform once more of those that are not as they should be"),
  Flag.withDefault(false)
)

const check = Command.make("check", { as, mend }, ({ as: email, mend: isMending }) =>
  Effect.gen(function*() {
    const onboarding = yield* Onboarding
    let wrong = 0
    yield* everyPage(FormQuery, ["provider=typeform", "limit=200"], onboarding.listForms).pipe(
      Stream.runForEach((page) =>
        Effect.forEach(page, ({ id, title }) =>
          Effect.gen(function*() {
            const { drift = [], lastError, sync } = yield* onboarding.webhookStatus(id, true)
            const faults = [...drift, ...lastError === null ? [] : [lastError]]
            const isWrong = sync !== "applied" || faults.length > 0
            if (isWrong) wrong++
            if (isWrong && isMending) yield* onboarding.execute(new SyncWebhook({ id, ifMatch: undefined }))
            yield* result([id, sync, faults.length === 0 ? "as it should be" : faults.join(", "), title].join("\t"))
          }), { discard: true })
      )
    )
    if (wrong > 0) {
      return yield* new CommandFailed({
        message: `${wrong} webhooks were not as they should be: ${
          isMending ? "a server tells Typeform of them once more" : "--sync tells Typeform of them once more"
        }`
      })
    }
  }).pipe(acting(email), Effect.provide(tools))).pipe(
    Command.withDescription("Compare every webhook with what Typeform says of it")
  )

const webhooks = Command.make("webhooks").pipe(
  Command.withDescription("How Typeform sends responses"),
  Command.withSubcommands([check])
)

const url = Flag.String("url").pipe(
  Flag.withDescription("Where the server is. Default: http://HOST:PORT"),
  Flag.optional
)

const simulate = Command.make(
  "simulate",
  { as, url, form: Argument.String("form").pipe(Argument.withSchema(FormId)) },
  ({ as: email, form: id, url: given }) =>
    Effect.gen(function*() {
      const { host, port } = yield* Settings
      const { body, headers, path } = yield* (yield* Onboarding).sample(id)
      const address = `${Option.getOrElse(given, () => `http://${host}:${port}`)}${path}`
      const request = HttpClientRequest.post(address).pipe(
        HttpClientRequest.setHeaders(headers),
        HttpClientRequest.bodyText(body, "application/json")
      )
      const response = yield* (yield* HttpClient.HttpClient).execute(request).pipe(
        Effect.mapError(() => new CommandFailed({ message: `no server answers at ${address}: --url says where it is` }))
      )
      const text = yield* response.text
      if (response.status >= 300) {
        return yield* new CommandFailed({ message: `${address} answered ${response.status}: ${text}` })
      }
      yield* remark(`${address} answered ${response.status}`)
      yield* result(text)
    }).pipe(acting(email), Effect.provide([tools, FetchHttpClient.layer]))
).pipe(
  Command.withDescription(
    "Fill in a form as somebody might: a signed response, without a browser or an account at Typeform"
  )
)

export const onboarding = Command.make("onboarding").pipe(
  Command.withDescription("Forms, responses, and the persons who gave them"),
  Command.withSubcommands([forms, responses, reprocess, exportPerson, erase, purge, webhooks, simulate])
)
