import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer, Random, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { FormId } from "../../src/contexts/onboarding/contract/FormResponse.ts"
import { FormSecrets, secretName } from "../../src/contexts/onboarding/FormSecrets.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { ask } from "./Asking.ts"
import { FakeTypeform, type Mishap } from "./FakeTypeform.ts"
import { type KillOptions, mortals } from "./kill.ts"
import type { Proven } from "./Proven.ts"
import { settled } from "./tally.ts"
import type { Environment, Trial } from "./Trial.ts"

const publicUrl = "https://cardapio.example.org"
const formsAtOnce = 12

const Registered = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ data: Schema.Struct({ id: Schema.String }) }))
)

/** What befalls one request in five. */
const mishaps: ReadonlyArray<Mishap> = [
  "reset after the work",
  { status: 503 },
  { status: 429, headers: { "retry-after": "1" } }
]

/** Sets forms up, changes what their webhooks should be, and deletes them, whether answers come or not. */
const startChanges = Effect.fnUntraced(function*(trial: Trial, ports: () => ReadonlyArray<number>) {
  const random = yield* Random.Random
  const typeform = yield* FakeTypeform
  const pick = <A>(all: ReadonlyArray<A>) => all[Math.floor(random.nextDoubleUnsafe() * all.length)]
  const counts = { registered: 0, changes: 0, deleted: 0 }
  /** Forms that somebody was told of, by their id at Typeform; what is being deleted may be there or not. */
  const told = new Map<string, string>()
  let made = 0

  const asked = Effect.fnUntraced(function*(method: "POST" | "DELETE", path: string, body?: string) {
    const port = pick(ports())
    if (port === undefined) return undefined
    const outcome = yield* ask(port, trial.token, { method, path, ...body === undefined ? {} : { body } })
    return outcome._tag === "Answered" && outcome.status < 300 ? outcome.body : undefined
  })
  const register = Effect.gen(function*() {
    const typeformId = `Proof${++made}`
    typeform.forms.set(typeformId, { title: "Proof", fields: [] })
    const body = yield* asked("POST", "/v1/onboarding/forms", JSON.stringify({ provider: "typeform", typeformId }))
    if (body === undefined) return
    told.set(typeformId, Registered(body).data.id)
    counts.registered++
  })
  const change = Effect.gen(function*() {
    const [typeformId, id] = pick([...told]) ?? []
    if (typeformId === undefined || id === undefined) return
    const form = `/v1/onboarding/forms/${id}`
    const does = pick(["activate", "pause", "webhook/rotate-secret", "webhook/sync", "delete"])
    if (does === "delete") {
      told.delete(typeformId)
      if ((yield* asked("DELETE", form)) !== undefined) counts.deleted++
    } else if ((yield* asked("POST", `${form}/${does}`)) !== undefined) counts.changes++
  })
  const once = Effect.gen(function*() {
    if (typeform.mishaps.length < 10) {
      typeform.mishaps.push(random.nextDoubleUnsafe() < 0.2 ? pick(mishaps) : undefined)
    }
    yield* told.size < formsAtOnce && random.nextDoubleUnsafe() < 0.5 ? register : change
    yield* Effect.sleep(200 + random.nextDoubleUnsafe() * 400)
  })
  yield* Effect.forkScoped(Effect.forever(once))
  return { counts, told }
})

/** At most how many requests came within any second. */
const busiest = (log: ReadonlyArray<{ readonly at: number }>) => {
  let first = 0
  return log.reduce((most, { at }, n) => {
    while ((log[first]?.at ?? at) <= at - 1000) first++
    return Math.max(most, n - first + 1)
  }, 0)
}

/** What Typeform has against what the forms say, and the forms against what was told of them. */
const webhookTally = Effect.fnUntraced(function*({ sql }: Trial, told: ReadonlyMap<string, string>) {
  const { webhooks } = yield* FakeTypeform
  const { seals } = yield* FormSecrets
  const forms = yield* sql<{
    id: FormId
    typeform_id: string
    webhook_desired: string
    webhook_sync: string
    sealed_secret: Uint8Array
    is_live: boolean
  }>`SELECT id, typeform_id, webhook_desired, webhook_sync, sealed_secret, status <> 'deleted' AS is_live FROM forms`
  const ids = new Set(forms.filter((form) => form.is_live).map(({ id }) => String(id)))
  const wanted = new Map(
    forms.filter((form) => form.webhook_desired !== "absent").map((form) => [
      `${form.typeform_id}/cardapio`,
      form
    ])
  )
  let wrong = 0
  for (const [key, form] of wanted) {
    const found = webhooks.get(key)
    const secret = yield* seals.open(secretName(form.id), form.sealed_secret)
    const isRight = found?.url === `${publicUrl}/v1/onboarding/webhooks/typeform/${form.id}` &&
      found.secret === secret && found.enabled === (form.webhook_desired === "enabled") && found.verify_ssl
    if (!isRight) wrong++
  }
  return {
    forms: ids.size,
    lostForms: [...told.values()].filter((id) => !ids.has(id)).length,
    webhooks: webhooks.size,
    webhooksWithoutForm: [...webhooks.keys()].filter((key) => !wanted.has(key)).length,
    webhooksOtherwise: wrong,
    notApplied: forms.filter((form) => form.webhook_sync !== "applied").length
  }
})

const secretsOf = (environment: Environment) =>
  FormSecrets.layer.pipe(
    Layer.provide(Settings.layer),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...environment }))),
    Layer.provide(NodeServices.layer)
  )

/** Kills servers while they tell Typeform of webhooks: each form ends with its one webhook, and asked at our pace. */
export const killWhileSyncing = Effect.fnUntraced(function*(trial: Trial, options: KillOptions) {
  const typeform = yield* FakeTypeform
  const environment = {
    ...trial.environment,
    TYPEFORM_TOKEN: FakeTypeform.token,
    TYPEFORM_BASE_URL: typeform.url,
    PUBLIC_URL: publicUrl
  }
  const { counts, over, ports } = yield* mortals({ ...trial, environment }, options)
  const changes = yield* startChanges(trial, ports).pipe(
    Effect.flatMap((started) => Effect.as(over, started)),
    Effect.scoped
  )
  typeform.mishaps.length = 0
  const stuck = yield* Effect.provideService(settled(300_000), SqlClient.SqlClient, trial.sql)
  const tally = yield* webhookTally(trial, changes.told).pipe(Effect.provide(secretsOf(environment)))
  const proven: Proven = {
    settings: { ...options },
    counters: {
      ...counts,
      ...changes.counts,
      ...tally,
      requests: typeform.log.length,
      mostInASecond: busiest(typeform.log),
      stuck
    },
    promised: {
      kills: { atLeast: options.count },
      registered: { atLeast: 1 },
      changes: { atLeast: 1 },
      lostForms: { is: 0 },
      webhooksWithoutForm: { is: 0 },
      webhooksOtherwise: { is: 0 },
      notApplied: { is: 0 },
      mostInASecond: { atMost: 2 },
      stuck: { is: 0 }
    }
  }
  return proven
}, Effect.provide(FakeTypeform.layer))
