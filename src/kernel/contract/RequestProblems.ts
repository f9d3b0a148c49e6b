import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import {
  DatabaseUnavailable,
  InternalError,
  InvalidRequest,
  MalformedRequest,
  NotAcceptable,
  Overloaded,
  PayloadTooLarge,
  QueryTimedOut,
  UnsupportedMediaType
} from "./Problems.ts"

/** What every endpoint can answer besides its own errors: faults of the request, the database's absence, a defect. */
export class RequestProblems extends HttpApiMiddleware.Service<RequestProblems>()(
  "cardapio/kernel/contract/RequestProblems",
  {
    error: [
      MalformedRequest,
      InvalidRequest,
      NotAcceptable,
      PayloadTooLarge,
      UnsupportedMediaType,
      Overloaded,
      DatabaseUnavailable,
      QueryTimedOut,
      InternalError
    ]
  }
) {}
