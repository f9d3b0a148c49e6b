import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as OpenApi from "effect/http-api/OpenApi"
import { Api } from "../Api.ts"
import { ApiKeysHttp } from "../contexts/iam/ApiKeysHttp.ts"
import { AuditLogHttp } from "../contexts/iam/AuditLogHttp.ts"
import { AuthorizationLayer } from "../contexts/iam/AuthorizationLayer.ts"
import { EventsHttp } from "../contexts/iam/EventsHttp.ts"
import { AuthHttp, LoginsHttp } from "../contexts/iam/LoginsHttp.ts"
import { RolesHttp } from "../contexts/iam/RolesHttp.ts"
import { SigningKeysHttp } from "../contexts/iam/SigningKeysHttp.ts"
import { MeHttp, UsersHttp } from "../contexts/iam/UsersHttp.ts"
import { FormsHttp } from "../contexts/onboarding/FormsHttp.ts"
import { PublicFormsHttp } from "../contexts/onboarding/PublicFormsHttp.ts"
import { ResponsesHttp } from "../contexts/onboarding/ResponsesHttp.ts"
import { WebhooksHttp } from "../contexts/onboarding/WebhooksHttp.ts"
import { ClassificationsHttp } from "../contexts/products/ClassificationsHttp.ts"
import { FoodVotesHttp } from "../contexts/products/FoodVotesHttp.ts"
import { ProductsHttp } from "../contexts/products/ProductsHttp.ts"
import { ClientsHttp } from "../contexts/recipes/ClientsHttp.ts"
import { MealsHttp } from "../contexts/recipes/MealsHttp.ts"
import { MenusHttp } from "../contexts/recipes/MenusHttp.ts"
import { RecipesHttp, UnitsHttp } from "../contexts/recipes/RecipesHttp.ts"
import { ShoppingListsHttp } from "../contexts/recipes/ShoppingListsHttp.ts"
import { TagsHttp } from "../contexts/recipes/TagsHttp.ts"
import { edge } from "../kernel/Edge.ts"
import { IdempotencyLayer } from "../kernel/IdempotencyLayer.ts"
import { RateLimit } from "../kernel/RateLimit.ts"
import { RequestProblemsLayer } from "../kernel/RequestProblemsLayer.ts"
import { Sealing } from "../kernel/Sealing.ts"
import { Settings } from "../kernel/Settings.ts"
import { Docs } from "./Docs.ts"
import { Health } from "./Health.ts"
import { MetricsPage } from "./MetricsPage.ts"
import { ProblemPages } from "./ProblemPages.ts"

/** The definition with the address that callers know the server by. */
const PublicApi = Effect.map(
  Settings,
  ({ publicUrl }) =>
    publicUrl === undefined ? Api : Api.annotateMerge(OpenApi.annotations({ servers: [{ url: publicUrl }] }))
)

const ApiRoutes = Layer.unwrap(
  Effect.map(PublicApi, (api) => HttpApiBuilder.layer(api, { openapiPath: "/openapi.json" }))
).pipe(
  Layer.provide([
    ProductsHttp,
    FoodVotesHttp,
    ClassificationsHttp,
    RecipesHttp,
    MealsHttp,
    MenusHttp,
    ClientsHttp,
    ShoppingListsHttp,
    TagsHttp,
    UnitsHttp,
    FormsHttp,
    ResponsesHttp,
    WebhooksHttp,
    PublicFormsHttp,
    EventsHttp,
    ApiKeysHttp,
    AuditLogHttp,
    UsersHttp,
    MeHttp,
    RolesHttp,
    AuthHttp,
    LoginsHttp,
    SigningKeysHttp
  ]),
  Layer.provide([AuthorizationLayer, RequestProblemsLayer, IdempotencyLayer]),
  Layer.provide(Sealing.layer)
)

const plainRoutes = ["/health", "/health/ready", "/metrics", "/openapi.json", "/docs", "/problems", "/problems/:code"]

/** Everything that is served. */
export const Routes = Layer.mergeAll(ApiRoutes, Health, MetricsPage, Docs, ProblemPages, edge(Api, plainRoutes)).pipe(
  Layer.provide(RateLimit.layer)
)
