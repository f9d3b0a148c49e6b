import type * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as OpenApi from "effect/http-api/OpenApi"
import { IamApi } from "./contexts/iam/contract/IamApi.ts"
import { OnboardingApi } from "./contexts/onboarding/contract/OnboardingApi.ts"
import { ProductsApi } from "./contexts/products/contract/ProductsApi.ts"
import { RecipesApi } from "./contexts/recipes/contract/RecipesApi.ts"
import { ContextApi } from "./kernel/contract/ContextApi.ts"

/** The whole API: schemas and endpoints alone, for servers and clients alike. */
export class Api extends ContextApi
  .addHttpApi(ProductsApi)
  .addHttpApi(IamApi)
  .addHttpApi(RecipesApi)
  .addHttpApi(OnboardingApi)
  .annotateMerge(OpenApi.annotations({
    title: "Cardápio",
    version: "1.0.0",
    description: "The backend of a menu-planning service: foods, recipes, menus, clients and forms.",
    license: { name: "MIT", identifier: "MIT" },
    servers: [{ url: "/" }]
  }))
{}

/** The typed client, by a name: what `HttpApiClient.make(Api)` makes is too long for a compiler to write down. */
export interface ApiClient extends HttpApiClient.ForApi<typeof Api> {}
