import { HttpApi, OpenApi } from "effect/http-api"
import { ProductsApi } from "./contexts/products/contract/ProductsApi.ts"
import { ApiId } from "./kernel/contract/ApiId.ts"

/** The whole API: schemas and endpoints alone, for servers and clients alike. */
export class Api extends HttpApi.make(ApiId)
  .addHttpApi(ProductsApi)
  .annotate(HttpApi.ParseOptions, { errors: "all", onExcessProperty: "error", reportInput: true })
  .annotate(HttpApi.HeadersParseOptions, {})
  .annotate(HttpApi.SuccessParseOptions, {})
  .annotate(HttpApi.ErrorParseOptions, {})
  .annotateMerge(OpenApi.annotations({
    title: "Cardápio",
    version: "1.0.0",
    description: "The backend of a menu-planning service: foods, recipes, menus, clients and forms.",
    license: { name: "MIT" },
    servers: [{ url: "/" }]
  }))
{}
