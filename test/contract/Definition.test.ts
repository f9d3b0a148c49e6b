import { assert, describe, it } from "@effect/vitest"
import { permissions } from "../../src/contexts/iam/contract/Permissions.ts"
import { contexts } from "../../src/kernel/contract/Rights.ts"
import { type JsonSchema, type Operation, operations, resolved } from "./Document.ts"

/** POSTs that only read: what they are asked does not fit into an address. */
const readingPosts: ReadonlySet<string> = new Set([
  "previewRecipeImport",
  "parseIngredientLines",
  "computeShoppingList",
  "previewClientFromResponse",
  "queryResponses",
  "bulkQueryResponses",
  "exportPerson"
])

/** Lists that are given whole, because they end by themselves: tables of ours, the best hits, the parts of one thing. */
const wholeLists: ReadonlySet<string> = new Set([
  "listNutrients",
  "listSimilarProducts",
  "getProductsByBarcode",
  "listPermissions",
  "listUnits",
  "listEmptySlots",
  "listShoppingLists",
  "suggestFieldMapping"
])

/** Commands below a versioned thing that leave its version alone: they make another thing, or change what has none. */
const besideTheVersion: ReadonlySet<string> = new Set([
  "castFoodVote",
  "withdrawFoodVote",
  "rateRecipe",
  "withdrawRecipeRating",
  "copyRecipe",
  "copyMeal",
  "copyMenu",
  "saveShoppingList",
  "changePassword",
  "issueResetCode",
  "endLogin",
  "endLogins"
])

/** Creations of many things at once, and of one that its sender may not read. */
const createdElsewhere: ReadonlySet<string> = new Set(["createProducts", "importRecipes", "submitForm"])

/** Keys have no version: they are never changed. */
const withoutVersion: ReadonlySet<string> = new Set(["createApiKey"])

const named = (all: ReadonlyArray<Operation>) => all.map(({ operationId }) => operationId)

const isClosed = ({ security }: Operation) => Array.isArray(security) && security.length > 0
const commands = operations.filter((operation) =>
  isClosed(operation) && operation.method !== "GET" && !readingPosts.has(operation.operationId)
)
const gets = operations.filter(({ method }) => method === "GET")

const takes = (operation: Operation, place: "query" | "header", name: string) =>
  operation.parameters.some((parameter) => parameter.in === place && parameter.name === name)

const answers = ({ responses }: Operation, status: string, header: string) =>
  responses[status]?.headers?.[header] !== undefined

/** The members of what an answer's `data` may be. */
const dataOf = ({ responses }: Operation, status: string): ReadonlyArray<JsonSchema> => {
  const schema = responses[status]?.content?.["application/json"]?.schema
  const alternatives = (of: JsonSchema): ReadonlyArray<JsonSchema> => {
    const found = resolved(of)
    return found.anyOf === undefined ? [found] : found.anyOf.flatMap(alternatives)
  }
  return schema === undefined ?
    [] :
    alternatives(schema).flatMap(({ properties }) =>
      properties?.["data"] === undefined ? [] : alternatives(properties["data"])
    )
}

const codesOf = ({ responses }: Operation, status: string): ReadonlyArray<string> => {
  const text = JSON.stringify(responses[status] ?? {})
  const named = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, $ref = ""]) => JSON.stringify(resolved({ $ref })))
  return [text, ...named].flatMap((each) => [...each.matchAll(/"\/problems\/(\w+)"/g)].map(([, code = ""]) => code))
}

/** Whether the thing that an address leads to, or is a part of, has a version. */
const isOfVersioned = ({ path }: Operation) =>
  gets.some((get) => answers(get, "200", "etag") && `${path}/`.startsWith(`${get.path}/`))

/** Whether an answer holds a whole thing that has a version; its totals alone tell of which version they are. */
const isVersioned = (operation: Operation, status: string) =>
  dataOf(operation, status).some(({ properties }) =>
    properties?.["version"] !== undefined && properties["createdAt"] !== undefined
  )

describe("every command of a signed-in caller", () => {
  it("is found", () => assert.isAbove(commands.length, 80))

  it("can be tried", () => {
    assert.deepStrictEqual(named(commands.filter((each) => !takes(each, "query", "dryRun"))), [])
    const told = ({ responses }: Operation) => JSON.stringify(responses["200"]?.content ?? {}).includes("dryRun")
    assert.deepStrictEqual(named(commands.filter((each) => !told(each))), [])
  })

  it("that is a POST can be sent twice", () => {
    const posts = commands.filter(({ method }) => method === "POST")
    const isOnce = (each: Operation) =>
      takes(each, "header", "idempotency-key") && codesOf(each, "422").includes("idempotency_key_reused") &&
      codesOf(each, "409").includes("idempotency_in_progress")
    assert.deepStrictEqual(named(posts.filter((each) => !isOnce(each))), [])
  })

  it("on a versioned thing can be meant for one version", () => {
    const changing = commands.filter((each) => isOfVersioned(each) && !besideTheVersion.has(each.operationId))
    assert.isAbove(changing.length, 50)
    const isConditional = (each: Operation) =>
      takes(each, "header", "if-match") && codesOf(each, "412").includes("version_mismatch") &&
      codesOf(each, "409").includes("version_conflict")
    assert.deepStrictEqual(named(changing.filter((each) => !isConditional(each))), [])
  })

  it("that is a deletion of a whole thing answers 204", () => {
    const whole = commands.filter((each) => each.method === "DELETE" && !answers(each, "200", "etag"))
    assert.deepStrictEqual(named(whole.filter(({ responses }) => responses["204"] === undefined)), [])
  })

  it("can be tried, repeated and meant for one version nowhere else", () => {
    const others = operations.filter((each) => !commands.includes(each))
    const isPromised = (each: Operation) =>
      takes(each, "query", "dryRun") || takes(each, "header", "if-match") ||
      (takes(each, "header", "idempotency-key") && each.operationId !== "refresh")
    assert.deepStrictEqual(named(others.filter(isPromised)), [])
  })
})

describe("every operation that may answer 403", () => {
  const guarded = operations.filter(({ responses }) => responses["403"] !== undefined)

  it("says first who may", () => {
    assert.isAbove(guarded.length, 120)
    const isTold = ({ description = "" }: Operation) =>
      /^(?:Needs (?:`\w+`|a token)|For (?:.*, or with `\w+`|.*\bowner\b|whoever is signed in|whoever may read it))/
        .test(
          description.split(". ", 1).join("")
        )
    assert.deepStrictEqual(named(guarded.filter((each) => !isTold(each))), [])
  })

  it("names permissions that its context has", () => {
    const unknown = guarded.flatMap(({ description = "", operationId }) =>
      [...description.matchAll(/((?:`\w+`(?: or )?)+) of (products|recipes|onboarding|iam)\b/g)].flatMap(
        ([, listed = "", context]) => {
          const known: ReadonlySet<string> = new Set(
            contexts.flatMap((each) => each === context ? permissions[each] : [])
          )
          return [...listed.matchAll(/\w+(?=`)/g)].flatMap(([name]) =>
            known.has(name) ? [] : [`${operationId} ${name}`]
          )
        }
      )
    )
    assert.deepStrictEqual(unknown, [])
  })
})

describe("every answer", () => {
  it("to a body that is too large says how large one may be", () => {
    const others = new Map([
      ["createProducts", "8 MiB"],
      ["importRecipes", "5 MiB"],
      ["previewRecipeImport", "5 MiB"],
      ["submitForm", "256 KiB"]
    ])
    const untold = operations.filter(({ operationId, responses }) =>
      responses["413"]?.description !==
        `The body is too large: it may have at most ${others.get(operationId) ?? "1 MiB"}`
    )
    assert.deepStrictEqual(named(untold), [])
  })

  it("that holds one versioned thing has its ETag", () => {
    const untagged = operations.flatMap((each) =>
      ["200", "201"].filter((status) => isVersioned(each, status) && !answers(each, status, "etag"))
        .map((status) => `${each.operationId} ${status}`)
    )
    assert.deepStrictEqual(untagged, [])
  })

  it("to a creation says where it is read", () => {
    const created = operations.filter((each) =>
      each.responses["201"] !== undefined && !createdElsewhere.has(each.operationId)
    )
    assert.isAbove(created.length, 15)
    assert.deepStrictEqual(named(created.filter((each) => !answers(each, "201", "location"))), [])
    const untagged = created.filter((each) => !answers(each, "201", "etag"))
    assert.deepStrictEqual(named(untagged).filter((name) => !withoutVersion.has(name)), [])
  })

  it("that is a list has pages and a cursor", () => {
    const lists = gets.filter((each) => dataOf(each, "200").some(({ type }) => type === "array"))
    const isPaged = (each: Operation) =>
      ["page", "limit", "cursor"].every((name) => takes(each, "query", name)) &&
      ["cursor_mismatch", "page_too_deep"].every((code) => codesOf(each, "422").includes(code))
    assert.isAbove(lists.length, 25)
    const whole = named(lists.filter((each) => !isPaged(each)))
    assert.deepStrictEqual(whole.filter((name) => !wholeLists.has(name)), [])
  })
})
