import * as HttpApi from "effect/http-api/HttpApi"

/**
 * What every context's API is made from: one id, so that their groups line up in the root API, and how requests are read: every
 * fault at once, unknown members and parameters are faults. (Handlers see the context's API, not the root.)
 */
export const ContextApi = HttpApi.make("cardapio")
  .annotate(HttpApi.ParseOptions, { errors: "all", onExcessProperty: "error", reportInput: true })
  .annotate(HttpApi.HeadersParseOptions, {})
  .annotate(HttpApi.SuccessParseOptions, {})
  .annotate(HttpApi.ErrorParseOptions, {})
