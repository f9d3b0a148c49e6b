import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Effect, Layer, Schedule } from "effect"
import type { SqlClient } from "effect/sql"
import { AccessTokens } from "../contexts/iam/AccessTokens.ts"
import { Accounts, firstAdministrator } from "../contexts/iam/Accounts.ts"
import { ActorsLayer } from "../contexts/iam/ActorsLayer.ts"
import { CreateAdministrator } from "../contexts/iam/contract/UserCommands.ts"
import { Iam } from "../contexts/iam/Iam.ts"
import { iamJobs } from "../contexts/iam/iamJobs.ts"
import { UserLookupLayer } from "../contexts/iam/UserLookupLayer.ts"
import { ResponseLookup } from "../contexts/onboarding/contract/ResponseLookup.ts"
import { onboardingJobs } from "../contexts/onboarding/onboardingJobs.ts"
import {
  OnboardingProviders,
  OnboardingReactionServices,
  onboardingSubscribers
} from "../contexts/onboarding/OnboardingSubscribers.ts"
import { ResponseLookupLayer } from "../contexts/onboarding/ResponseLookupLayer.ts"
import type { ProductLookup } from "../contexts/products/contract/ProductLookup.ts"
import { ProductLookupLayer } from "../contexts/products/ProductLookupLayer.ts"
import { SearchIndex } from "../contexts/products/SearchIndex.ts"
import { PersonRecordsLayer } from "../contexts/recipes/PersonRecordsLayer.ts"
import { recipesJobs } from "../contexts/recipes/recipesJobs.ts"
import { RecipesReactionServices, recipesSubscribers } from "../contexts/recipes/RecipesSubscribers.ts"
import { Audit } from "../kernel/Audit.ts"
import { CommandDatabase, EventDatabase, Reads } from "../kernel/Database.ts"
import { DatabaseLocation } from "../kernel/DatabaseLocation.ts"
import { EventBus } from "../kernel/EventBus.ts"
import { eventWorkers, type Subscription, subscriptionsOf } from "../kernel/EventWorkers.ts"
import { awaitMigrations, onceMigrated } from "../kernel/Migrated.ts"
import { inspectAt, migrateAt, type Migrated } from "../kernel/Migrations.ts"
import { purges } from "../kernel/purges.ts"
import { scheduler } from "../kernel/Scheduler.ts"
import { Sealing } from "../kernel/Sealing.ts"
import { Settings } from "../kernel/Settings.ts"
import { Leaving } from "./Leaving.ts"

/** What a start found in the database, and what it did there. */
export class Prepared
  extends Context.Service<Prepared, Migrated & { readonly current: boolean }>()("cardapio/server/Prepared")
{
  /** Migrates where MIGRATE is on; refuses a database that does not fit in any case. */
  static readonly layer = Layer.effect(
    Prepared,
    Effect.gen(function*() {
      const { migrate: wanted } = yield* Settings
      const location = yield* DatabaseLocation
      if (wanted) return { ...yield* migrateAt(location), current: true }
      const { state, version } = yield* inspectAt(location)
      return { applied: [], version, current: state === "current" }
    })
  )
}

/** The embedded default starts with an administrator, so that the first token can be signed on any day. */
const FirstAdministrator = Layer.effectDiscard(Effect.gen(function*() {
  const { embedded } = yield* DatabaseLocation
  const { current } = yield* Prepared
  if (embedded === undefined || !current || (yield* (yield* Accounts).count) > 0) return
  const command = new CreateAdministrator({ email: firstAdministrator })
  yield* Effect.flatMap(Iam, (iam) => iam.executeAsSystem(command)).pipe(Effect.provide(Iam.layer))
}))

/** What a reaction may use: the pool of events, and what stands on it. */
export type Reaction = Subscription<
  | SqlClient.SqlClient
  | EventBus
  | ProductLookup
  | ResponseLookup
  | Settings
  | Layer.Success<typeof RecipesReactionServices>
  | Layer.Success<typeof OnboardingReactionServices>
  | Layer.Success<typeof OnboardingProviders>
>

/** Form responses of a trial, instead of those that came in. */
export const TrialResponses = Context.Reference<ResponseLookup["Service"] | undefined>(
  "cardapio/server/TrialResponses",
  {
    defaultValue: () => undefined
  }
)

/** Who reacts to what, in every process the same. */
export const Reactions = Context.Reference<ReadonlyArray<Reaction>>(
  "cardapio/server/Reactions",
  {
    defaultValue: () => [...recipesSubscribers, ...onboardingSubscribers]
  }
)

const Responses = Layer.unwrap(
  Effect.map(
    TrialResponses,
    (trial) => trial === undefined ? ResponseLookupLayer : Layer.succeed(ResponseLookup, trial)
  )
)

/** What reactions publish, write and tell the audit log goes through the pool of events. */
const EventServices = Layer.fresh(
  Layer.mergeAll(
    Audit.layer,
    EventBus.layer,
    ProductLookupLayer,
    Responses,
    RecipesReactionServices,
    OnboardingReactionServices
  )
).pipe(Layer.provideMerge(EventDatabase))

/** The jobs, whatever they write over the pool of events. */
const Jobs = Layer.unwrap(Effect.gen(function*() {
  return scheduler([purges, ...recipesJobs, ...yield* onboardingJobs, ...yield* iamJobs])
}))

/** Whoever was asked for something is likely to be asked again. */
const askedMillis = 100

/** Delivers events, runs the jobs that are due, and keeps at hand what is searched, in servers only. */
export const Workers = Layer.effectDiscard(Effect.gen(function*() {
  const leaving = yield* Leaving
  const isAsked = () => Date.now() - leaving.askedAt < askedMillis
  const working = Layer.merge(eventWorkers(yield* Reactions, isAsked), Jobs).pipe(Layer.provide(EventServices))
  yield* Effect.asVoid(onceMigrated(Layer.build(working)))
  const { current } = yield* SearchIndex
  const read = Effect.repeat(Effect.ignore(current()), Schedule.spaced("10 seconds"))
  // The first requests have the connections and the processor for themselves.
  yield* Effect.forkScoped(Effect.delay(onceMigrated(read), "2 seconds"))
})).pipe(Layer.provide(OnboardingProviders), Layer.provide(Sealing.layer))

/** What every entrypoint shares: the prepared database, its pools, and who may do what. */
export const Infrastructure = FirstAdministrator.pipe(
  Layer.provideMerge(
    Layer.mergeAll(
      Accounts.layer,
      ActorsLayer,
      UserLookupLayer,
      ProductLookupLayer,
      Responses,
      PersonRecordsLayer,
      Audit.layer,
      EventBus.layer,
      // Made here once: what is served makes its layers apart, and Typeform is left alone by all or by none.
      OnboardingProviders
    )
  ),
  Layer.provideMerge(Layer.unwrap(Effect.map(Prepared, ({ current }) => current ? Layer.empty : awaitMigrations))),
  Layer.provideMerge(SearchIndex.layer),
  Layer.provideMerge(Layer.mergeAll(CommandDatabase, Reads.layer)),
  Layer.provideMerge(Layer.unwrap(Effect.map(Reactions, subscriptionsOf))),
  Layer.provideMerge(Prepared.layer),
  Layer.provideMerge(NodeServices.layer)
)

/** Signs and verifies tokens; its keys are made, or found to be sealed with another secret, before anything is served. */
export const Tokens = Layer.effectDiscard(Effect.gen(function*() {
  const tokens = yield* AccessTokens
  if ((yield* Prepared).current) yield* tokens.ready
})).pipe(
  Layer.provideMerge(AccessTokens.layer)
)
