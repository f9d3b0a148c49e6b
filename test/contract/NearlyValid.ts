import type { Dice } from "./Dice.ts"
import type { Operation } from "./Document.ts"
import { type Attempt, attempt, type Draft, type Maker, pair } from "./Requests.ts"
import { strangeUuid } from "./Values.ts"
import type { Known } from "./World.ts"
import { wrongBody } from "./WrongBody.ts"
import { extremes, notUuids, unstorable, withQuery, wrongParameters, wrongReading } from "./WrongQuery.ts"

const ofPath = (operation: Operation, known: Known): ReadonlyArray<Maker> => {
  const list = operation.path.slice(0, operation.path.indexOf("/{"))
  const others = [...known.ids].flatMap(([path, ids]) => path === list || !path.startsWith("/") ? [] : ids)
  const place = operation.path.split("/").findIndex((segment) => segment.startsWith("{"))
  const at = (draft: Draft, id: string): Draft => ({
    ...draft,
    path: draft.path.split("/").map((segment, index) => index === place ? id : segment).join("/")
  })
  return operation.pathParameters.length === 0 ? [] : [
    (draft, dice) =>
      attempt("path: no UUID", "refusal", at(draft, encodeURIComponent(dice.pick(notUuids.filter((id) => id !== ""))))),
    (draft, dice) => attempt("path: nobody's id", "refusal", at(draft, strangeUuid(dice))),
    (draft, dice) => attempt("path: an id of another kind", "refusal", at(draft, dice.pick(others))),
    (draft, dice) => attempt("path: unstorable", "refusal", at(draft, dice.pick(unstorable)))
  ]
}

const ofHeaders = (operation: Operation, { tokens }: Known): ReadonlyArray<Maker> => {
  const withHeaders = (draft: Draft, headers: Draft["headers"]) => ({
    ...draft,
    headers: { ...draft.headers, ...headers }
  })
  const broken = (dice: Dice) =>
    dice.pick([
      `${tokens.administrator}x`,
      tokens.administrator.slice(0, -1),
      tokens.administrator.replace(/\.[^.]*$/, "."),
      "x",
      "a.b.c",
      "A".repeat(9000),
      ...tokens.useless
    ])
  const isOpen = Array.isArray(operation.security) && operation.security.length === 0
  const closed = isOpen ? "any" : "refusal"
  return [
    (draft) => attempt("no token", closed, { ...draft, headers: {} }),
    (draft, dice) =>
      attempt("a useless token", closed, withHeaders(draft, { authorization: `Bearer ${broken(dice)}` })),
    (draft, dice) =>
      attempt(
        "another scheme",
        closed,
        withHeaders(draft, { authorization: dice.pick(["Basic YTpi", "Bearer", "", tokens.administrator]) })
      ),
    (draft) =>
      attempt(
        "no permission",
        operation.responses["403"] === undefined || forAnyone.has(operation.operationId) ? "any" : "refusal",
        withHeaders(draft, { authorization: `Bearer ${tokens.powerless}` })
      ),
    (draft, dice) =>
      attempt(
        "JSON is not accepted",
        "refusal",
        withHeaders(draft, { accept: dice.pick(["image/png", "application/xml", "application/json;q=0", "x", ""]) })
      ),
    ...operation.body === undefined ?
      [] :
      [(draft: Draft, dice: Dice) =>
        attempt(
          "another media type",
          "refusal",
          withHeaders(draft, {
            "content-type": dice.pick([
              "text/plain",
              "application/xml",
              "multipart/form-data",
              "application/x-www-form-urlencoded",
              "x",
              "application/jsonp"
            ])
          })
        )]
  ]
}

/** What declares 403, and yet whoever is signed in may do with his own. */
const forAnyone: ReadonlySet<string> = new Set([
  "listApiKeys",
  "updateMe",
  "logout",
  "logoutAll",
  "createRecipe",
  "copyRecipe",
  "rateRecipe",
  "withdrawRecipeRating",
  "importRecipes",
  "previewRecipeImport",
  "createMeal",
  "copyMeal",
  "createClient",
  "createClientFromResponse",
  "registerForm",
  "exportPerson",
  "erasePerson",
  "purgeResponses"
])

/** Makes requests with one thing wrong, by turns of every kind that the operation has. */
export const nearlyValid = (operation: Operation, known: Known, dice: Dice): (draft: Draft) => Attempt => {
  const unknown: Maker = (draft, dice) =>
    attempt(
      "an unknown parameter",
      "refusal",
      withQuery(
        draft,
        pair(
          dice.pick([
            "colour",
            "Name",
            "nutrients.gold",
            "page ",
            "constructor",
            "__proto__",
            "nutrients.__proto__[gte]"
          ]),
          "1"
        )
      )
    )
  const groups = [
    ofHeaders(operation, known),
    ofPath(operation, known),
    wrongReading(operation, known),
    wrongParameters(operation, dice),
    extremes(operation),
    operation.body === undefined ? [] : wrongBody(operation.body),
    operation.body === undefined ? [] : wrongBody(operation.body),
    [unknown]
  ].filter((group) => group.length > 0)
  return (draft) => dice.pick(dice.pick(groups))(draft, dice)
}
