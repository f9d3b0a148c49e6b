import { classificationBody, classificationPatch, sourceBody, sourcePatch } from "./ClassificationBody.ts"
import type { Dice } from "./Dice.ts"
import type { Operation, Parameter } from "./Document.ts"
import { formBodies, signedDelivery } from "./FormWorld.ts"
import {
  acceptBodies,
  clientBodies,
  clientPatches,
  copyDayBodies,
  copyWeekBodies,
  listBodies,
  listPatches,
  menuBodies,
  menuCopies,
  menuPatches,
  moveBodies,
  responseBodies,
  shoppingBodies,
  slotBodies,
  slotPatches,
  slotsBodies,
  swapBodies
} from "./MenuBody.ts"
import { barcodeVotes, bulkBodies, productBodies, productPatches } from "./ProductBody.ts"
import {
  importBodies,
  lineBodies,
  linkBodies,
  mealBodies,
  mealPatches,
  recipeBodies,
  recipePatches
} from "./RecipeBody.ts"
import { type Attempt, attempt, type Draft, pair } from "./Requests.ts"
import { parameterOf, someText, valueOf } from "./Values.ts"
import { type Known, sortFields } from "./World.ts"

/** Where the document alone does not tell what a valid body is. */
const apiKeyBodies = () => (dice: Dice) => ({
  name: `Till ${someText(dice, 80)}`,
  permissions: [{ context: "products", permission: "manage_products" }],
  ...dice.chance(0.5) ? { expiresAt: new Date(Date.now() + dice.int(1, 360) * 86_400_000).toISOString() } : {}
})

const someEmail = (dice: Dice) => `${dice.int(0, 1e12).toString(36)}.${dice.int(0, 1e12)}@example.org`

const roleBody = (dice: Dice) => ({
  name: `role_${dice.int(0, 1e12).toString(36)}_${dice.int(0, 1e12)}`,
  permissions: dice.some(["manage_recipes", "manage_meals", "manage_menus"], 2).concat("manage_clients")
})

const someIdentity = (dice: Dice) => ({ issuer: "https://login.example.com", subject: `auth0|${dice.int(0, 1e12)}` })

const bodies: Readonly<Record<string, (seed: string, known: Known) => (dice: Dice) => unknown>> = {
  ...Object.fromEntries(
    ["Brand", "Category", "ParentCategory", "FoodGroup", "ProcessType"].flatMap((kind) => [
      [`create${kind}`, () => classificationBody],
      [`update${kind}`, () => classificationPatch]
    ])
  ),
  createSource: () => sourceBody,
  updateSource: () => sourcePatch,
  createProduct: productBodies,
  createProducts: bulkBodies,
  updateProduct: productPatches,
  castFoodVoteByBarcode: barcodeVotes,
  createApiKey: apiKeyBodies,
  login: (_, { logins }) => (dice) => {
    const { email, password } = dice.pick(logins)
    return { email: dice.chance(0.5) ? email.toUpperCase() : email, password }
  },
  resetPassword: (_, { resetCodes }) => () => ({ ...resetCodes.shift(), password: "correct horse battery" }),
  refresh: (_, { refreshTokens }) => () => ({ refreshToken: refreshTokens.shift() ?? "" }),
  changePassword: (_, { logins: [login] }) => () => ({ oldPassword: login?.password, password: login?.password }),
  createUser: () => (dice) => ({ email: someEmail(dice), name: `Ana ${someText(dice, 150)}` }),
  updateUser: () => (dice) => ({
    ...dice.chance(0.7) ? { email: someEmail(dice) } : {},
    name: `Ana ${someText(dice, 150)}`
  }),
  updateMe: () => (dice) => ({ name: `Ana ${someText(dice, 150)}` }),
  createRole: () => (dice) => ({ context: "recipes", ...roleBody(dice) }),
  updateRole: () => roleBody,
  linkIdentity: () => someIdentity,
  unlinkIdentity: () => someIdentity,
  importRecipes: importBodies,
  previewRecipeImport: importBodies,
  parseIngredientLines: lineBodies,
  linkIngredients: linkBodies,
  renameTag: () => (dice) => ({ key: `k ${dice.int(0, 1e12)}`, value: `v ${dice.int(0, 1e12)}` }),
  mergeTags: (_, { disposable }) => () => ({ into: disposable.get("/v1/tags")?.at(-1) ?? "" }),
  createMeal: mealBodies,
  updateMeal: mealPatches,
  createClient: clientBodies,
  updateClient: clientPatches,
  createMenu: menuBodies,
  updateMenu: menuPatches,
  copyMenu: menuCopies,
  putSlot: slotBodies,
  replaceSlots: slotsBodies,
  changeSlot: slotPatches,
  moveSlot: moveBodies,
  swapSlots: () => swapBodies,
  computeShoppingList: shoppingBodies,
  saveShoppingList: listBodies,
  changeShoppingList: listPatches,
  createClientFromResponse: () => responseBodies,
  previewClientFromResponse: () => responseBodies,
  mergeResponse: () => responseBodies,
  acceptSuggestion: () => acceptBodies,
  copyDay: () => copyDayBodies,
  copyWeek: () => copyWeekBodies,
  createRecipe: recipeBodies,
  updateRecipe: recipePatches,
  replayEvent: () => () => ({ subscription: "products/OnGone" }),
  ...formBodies
}

/** Parameters that must hold a word, by operation. */
const searched: ReadonlySet<string> = new Set(["listProducts q", "listSimilarProducts name"])

/** Weeks and days that every menu has, whenever it begins. */
const inMenus: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["getMenuShoppingList weeks", ["1", "2", "3", "4"]],
  ["getMenuShoppingList from", ["2028-02-29"]],
  ["getMenuShoppingList to", ["2028-02-29", "2028-03-26"]]
])

const listOf = ({ path }: Operation) => path.slice(0, path.indexOf("/{"))

const pairsOf = (
  { name, schema }: Parameter,
  operation: Operation,
  known: Known,
  dice: Dice
): ReadonlyArray<string> => {
  if (searched.has(`${operation.operationId} ${name}`)) {
    return [pair(name, `${dice.pick(["arroz", "Feijão", "7891000100103", "a"])} ${someText(dice, 100)}`)]
  }
  const days = inMenus.get(`${operation.operationId} ${name}`)
  if (days !== undefined) return [pair(name, dice.pick(days))]
  const { items } = schema
  if (name === "reassignTo") return [pair(name, dice.pick(known.ids.get(listOf(operation)) ?? []))]
  const values = items === undefined
    ? [parameterOf(schema, dice)]
    : Array.from({ length: dice.int(1, 3) }, () => parameterOf(items, dice))
  return values.map((value) => pair(name, value))
}

const sortOf = (operation: Operation, dice: Dice) => {
  const fields = dice.some(sortFields(operation), 3).map((field) => `${dice.pick(["", "-"])}${field}`)
  return fields.length === 0 ? [] : [pair("sort", fields.join(","))]
}

/** Few of a query's parameters; of its families no more than of the others. */
const chosen = (operation: Operation, dice: Dice): ReadonlyArray<Parameter> => {
  // A slot is of one menu, and has to be there.
  // Typeform is not there to be asked.
  const isFree = ({ name }: Parameter) =>
    operation.operationId === "copyMeal" ? !/^(?:menu|slot)Id$/.test(name) : name !== "live"
  const required = operation.query.filter((parameter) => parameter.required)
  const optional = operation.query.filter(({ name, required }) => !required && name !== "cursor" && name !== "sort")
    .filter(
      isFree
    )
  const [plain, families] = [
    optional.filter(({ name }) => !name.includes(".")),
    optional.filter(({ name }) => name.includes("."))
  ]
  return [...required, ...dice.some(plain, 3), ...dice.some(families, 2)]
}

const isRead = (operation: Operation) => operation.query.some(({ name }) => name === "cursor")

const queryOf = (operation: Operation, known: Known, dice: Dice): ReadonlyArray<string> => {
  const cursors = isRead(operation) ? known.cursors.get(operation.path) ?? [] : []
  if (cursors.length > 0 && dice.chance(0.15)) return [dice.pick(cursors)]
  return [
    ...chosen(operation, dice).flatMap((parameter) => pairsOf(parameter, operation, known, dice)),
    ...isRead(operation) && dice.chance(0.3) ? sortOf(operation, dice) : []
  ]
}

/** What can be done to a thing only once. */
const isLast = ({ method, operationId }: Operation) =>
  method === "DELETE" ||
  [
    "replayEvent",
    "mergeTags",
    "archiveMenu",
    "acceptSuggestion",
    "dismissSuggestion",
    "activateForm",
    "pauseForm",
    "completeForm"
  ].includes(operationId)

const pathOf = (operation: Operation, known: Known, dice: Dice) => {
  const { path, pathParameters } = operation
  if (pathParameters.length === 0) return path
  const disposable = known.disposable.get(operation.operationId) ??
    known.disposable.get(path.slice(0, path.lastIndexOf("/{")))
  // The same one for all parameters of a path: the house of a vote that can be taken back has the id of its product.
  const id = (isLast(operation) ? disposable?.shift() : undefined) ??
    dice.pick(known.ids.get(operation.operationId) ?? known.ids.get(listOf(operation)) ?? [])
  // Whose slot a body names.
  if (operation.operationId === "moveSlot") return path.replace("{id}", known.ids.get("/v1/menus")?.[0] ?? "")
  const given = (name: string) => name === "roleId" ? dice.pick(known.ids.get("/v1/roles") ?? []) : id
  return path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => name !== "slug" && dice.chance(0.1) ? given(name).toUpperCase() : given(name)
  )
}

/** The one that was longest not asked for, so that two at once never meet. */
const inTurn = <A>(all: Array<A>): A | undefined => {
  const first = all.shift()
  if (first !== undefined) all.push(first)
  return first
}

const callerOf = ({ operationId }: Operation, { leaving, logins, tokens }: Known, dice: Dice) => {
  if (operationId === "createApiKey") return dice.pick(tokens.holders)
  if (operationId === "changePassword") return inTurn(logins)?.token ?? ""
  return (operationId.startsWith("logout") ? leaving.shift() : undefined) ?? tokens.administrator
}

/** Makes the parts of a request that the operation must answer well. */
export const drafter = (operation: Operation, known: Known, seed: string): (dice: Dice) => Draft => {
  const { body } = operation
  const makeBody = bodies[operation.operationId]?.(seed, known) ??
    ((dice: Dice) => body === undefined ? undefined : valueOf(body, dice))
  return (dice) => {
    const draft = {
      method: operation.method,
      path: pathOf(operation, known, dice),
      query: queryOf(operation, known, dice),
      headers: { authorization: `Bearer ${callerOf(operation, known, dice)}` }
    }
    const last = draft.path.slice(draft.path.lastIndexOf("/") + 1)
    if (operation.operationId === "receiveTypeformWebhook") {
      return { ...draft, ...signedDelivery(last.toLowerCase(), dice) }
    }
    if (operation.operationId === "submitForm") {
      return { ...draft, body: { token: known.pageTokens.get(last) ?? "", answers: { a: someText(dice) } } }
    }
    return { ...draft, body: makeBody(dice) }
  }
}

const harmless: ReadonlyArray<Record<string, string>> = [
  {},
  {},
  {},
  { accept: "application/json" },
  { accept: "text/html, application/*;q=0.5" },
  { accept: "*/*" },
  { "x-correlation-id": "a-caller_s.own-id" },
  { "x-correlation-id": "not ours: <b>" },
  { "accept-encoding": "gzip, br" },
  { "if-none-match": "\"1\"" },
  { range: "bytes=0-1" },
  { cookie: "a=b" }
]

/** A request to which the answer is 2xx. */
export const validAttempt = (draft: (dice: Dice) => Draft, dice: Dice): Attempt => {
  const made = draft(dice)
  return attempt("a valid request", "success", { ...made, headers: { ...dice.pick(harmless), ...made.headers } })
}
