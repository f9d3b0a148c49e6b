import type { Api } from "cardapio/api"

type Groups = (typeof Api)["groups"]

/** Every endpoint of the API, as `<group>.<endpoint>`. */
type EndpointName = {
  [G in keyof Groups & string]: `${G}.${keyof Groups[G]["endpoints"] & string}`
}[keyof Groups & string]

/** Whoever asks, as far as it decides what is answered. */
export interface Asking {
  /** `<context>:<permission>` */
  readonly rights: ReadonlySet<string>
  /** Whether what is asked for is the caller's own. */
  readonly isOwner: boolean
  readonly isApiKey: boolean
}

/** What the requests of the matrix are about; all that can be owned is the owner's. */
export interface Things {
  readonly owner: string
  readonly apiKey: string
  readonly sid: string
  /** Of a user with a password. */
  readonly login: { readonly email: string; readonly password: string }
  readonly product: string
  /** Private. */
  readonly recipe: string
  readonly meal: string
  readonly publicRecipe: string
  readonly publicMeal: string
  readonly client: string
  /** Of the client, with one slot. */
  readonly menu: string
  readonly slot: string
  /** Of the client, with one line by hand. */
  readonly shoppingList: string
  readonly shoppingLine: string
  readonly response: string
  readonly suggestion: string
  /** Native, with a question each. */
  readonly draftForm: string
  readonly openForm: string
  readonly slug: string
  /** At Typeform, active. */
  readonly typeform: string
  /** To the open form. */
  readonly formResponse: string
  readonly tag: string
  readonly otherTag: string
  /** Somebody who is not among the callers. */
  readonly user: string
  /** Another one, who is an administrator of iam. */
  readonly keeper: string
  /** `product_manager` of products, and `auditor` of iam. */
  readonly productManager: string
  readonly auditor: string
  /** Of the context products, as is the event. */
  readonly auditEntry: string
  readonly event: string
}

export interface Row {
  /** `allowed`, or the code of the problem. */
  readonly rule: (asking: Asking) => string
  readonly path?: (things: Things) => string
  readonly query?: (things: Things) => string
  readonly body?: (things: Things) => unknown
  /** Whether no credential is asked for: whoever asks gets the same answer. */
  readonly isOpen?: true
}

const missing = "permission_missing"

const signedIn: Row = { rule: () => "allowed" }

const needs = (...anyOf: ReadonlyArray<string>): Row => ({
  rule: ({ rights }) => anyOf.some((right) => rights.has(right)) ? "allowed" : missing
})

/** What an API key may not, whatever its owner may. */
const inPerson = (row: Row): Row => ({
  ...row,
  rule: (asking) => asking.isApiKey ? "not_for_api_keys" : row.rule(asking)
})

const inAnyContext = (permission: string) =>
  needs(...["products", "recipes", "onboarding", "iam"].map((context) => `${context}:${permission}`))

/** Whoever has it in no context is told so; to whoever has it in others than the thing's, the thing is not there. */
const ofProducts = (permission: string, notFound: string, path: (things: Things) => string): Row => ({
  path,
  rule: (asking) => {
    const answered = inAnyContext(permission).rule(asking)
    const { rights } = asking
    const isSeen = rights.has(`products:${permission}`) || rights.has(`iam:${permission}`)
    return answered === "allowed" && !isSeen ? notFound : answered
  }
})

const managesUsers = needs("iam:manage_users")

const managesProducts = needs("products:manage_products")

const ofHouse: Row = {
  path: ({ owner, product }) => `/v1/products/${product}/food-votes/${owner}`,
  rule: ({ isOwner, rights }) =>
    rights.has("products:access_basic_features") && (isOwner || rights.has("products:manage_products"))
      ? "allowed"
      : missing
}

const ownKey: Row = {
  path: ({ apiKey }) => `/v1/api-keys/${apiKey}`,
  rule: ({ isOwner, rights }) => isOwner || rights.has("iam:manage_users") ? "allowed" : "api_key_not_found"
}

const ofIamRole: Row = {
  ...needs("iam:manage_roles"),
  path: ({ auditor, user }) => `/v1/users/${user}/roles/${auditor}`
}

/** What opens a way to act as the keeper, who manages users and roles of iam. */
const actingAs = (path: (things: Things) => string, row: Partial<Row> = {}): Row => ({
  ...row,
  path,
  rule: ({ rights }) => {
    if (!rights.has("iam:manage_users")) return missing
    return rights.has("iam:manage_roles") ? "allowed" : "permission_not_held"
  }
})

/** A private recipe of the owner's: to others it is not there. */
const ofRecipe = (end: string): Row => ({
  path: ({ recipe }) => `/v1/recipes/${recipe}${end}`,
  rule: ({ isOwner, rights }) => isOwner || rights.has("recipes:manage_recipes") ? "allowed" : "recipe_not_found"
})

/** What its author alone changes, whoever sees it; others are told so of what is public. */
const changed = (kind: "recipe" | "meal", end: string, body?: Row["body"]): ReadonlyArray<Row> => {
  const row = kind === "recipe" ? ofRecipe(end) : ofMeal(end)
  const sent = body === undefined ? {} : { body }
  return [
    { ...row, ...sent },
    {
      ...sent,
      path: ({ publicMeal, publicRecipe }) => `/v1/${kind}s/${kind === "recipe" ? publicRecipe : publicMeal}${end}`,
      rule: ({ isOwner, rights }) => isOwner || rights.has(`recipes:manage_${kind}s`) ? "allowed" : missing
    }
  ]
}

/** A private meal of the owner's. */
const ofMeal = (end: string): Row => ({
  path: ({ meal }) => `/v1/meals/${meal}${end}`,
  rule: ({ isOwner, rights }) => isOwner || rights.has("recipes:manage_meals") ? "allowed" : "meal_not_found"
})

/** A client of the owner's. */
const ofClient = (end: string): Row => ({
  path: ({ client }) => `/v1/clients/${client}${end}`,
  rule: ({ isOwner, rights }) => isOwner || rights.has("recipes:manage_clients") ? "allowed" : "client_not_found"
})

/** A response to a form of the owner's, that is suggested to him. */
const ownResponse = ({ isOwner }: Asking) => isOwner ? "allowed" : "response_not_found"

const ofSuggestion = (end: string): Row => ({
  path: ({ suggestion }) => `/v1/clients/suggestions/${suggestion}${end}`,
  rule: ({ isOwner }) => isOwner ? "allowed" : "suggestion_not_found"
})

/** A form of the owner's: others need the right for it. */
const ofForm = (
  form: (things: Things) => string,
  end: string,
  ...anyOf: ReadonlyArray<string>
): Row => ({
  path: (things) => `/v1/onboarding/forms/${form(things)}${end}`,
  rule: ({ isOwner, rights }) =>
    isOwner || anyOf.some((right) => rights.has(`onboarding:${right}`)) ? "allowed" : "form_not_found"
})

const ofOpenForm = (end: string, ...anyOf: ReadonlyArray<string>) => ofForm(({ openForm }) => openForm, end, ...anyOf)
const ofTypeform = (end: string) => ofForm(({ typeform }) => typeform, end, "configure_typeform_webhooks")

const ofFormResponse = (end: string, ...anyOf: ReadonlyArray<string>): Row => ({
  path: ({ formResponse }) => `/v1/onboarding/responses/${formResponse}${end}`,
  rule: ({ isOwner, rights }) =>
    isOwner || anyOf.some((right) => rights.has(`onboarding:${right}`)) ? "allowed" : "response_not_found"
})

const ofPage = (end: string): Row => ({
  path: ({ slug }) => `/forms/${slug}${end}`,
  rule: () => "allowed",
  isOpen: true
})

/** A menu of the owner's client. */
const ofMenu = (end: string): Row => ({
  path: ({ menu }) => `/v1/menus/${menu}${end}`,
  rule: ({ isOwner, rights }) => isOwner || rights.has("recipes:manage_menus") ? "allowed" : "menu_not_found"
})

const ofSlot: Row = { ...ofMenu(""), path: ({ menu, slot }) => `/v1/menus/${menu}/slots/${slot}` }

const ofList = (end: string): Row => ({
  ...ofClient(""),
  path: ({ client, shoppingList }) => `/v1/clients/${client}/shopping-lists/${shoppingList}${end}`
})

const monday = { week: 1, weekday: "monday", mealType: "Lunch" }

/** A tag of the owner's recipes. */
const ofTag = (end: string): Row => ({
  path: ({ tag }) => `/v1/tags/${tag}${end}`,
  rule: ({ isOwner, rights }) => isOwner || rights.has("recipes:manage_recipes") ? "allowed" : "tag_not_found"
})

const page = { text: `{"@type": "Recipe", "name": "Soup"}` }

type ClassificationVerb = "list" | "get" | "create" | "update" | "delete" | "restore"
type OfClassification = `classifications.${ClassificationVerb}${string}`

/** An endpoint that asks for more in one case than in another has a row for each. */
const rows: Readonly<Record<Exclude<EndpointName, OfClassification>, Row | ReadonlyArray<Row>>> = {
  "apiKeys.list": [
    signedIn,
    {
      query: ({ owner }) => `userId=${owner}`,
      rule: ({ isOwner, rights }) => isOwner || rights.has("iam:manage_users") ? "allowed" : missing
    }
  ],
  "apiKeys.get": ownKey,
  "apiKeys.create": inPerson({
    body: () => ({ name: "x", permissions: [{ context: "products", permission: "access_basic_features" }] }),
    rule: ({ rights }) => rights.has("products:access_basic_features") ? "allowed" : "permission_not_held"
  }),
  "apiKeys.revoke": inPerson(ownKey),
  "auditLog.list": [
    inAnyContext("view_audit_log"),
    {
      query: () => "correlationId=a-request",
      rule: (asking) =>
        inAnyContext("access_support").rule(asking) === "allowed"
          ? "allowed"
          : inAnyContext("view_audit_log").rule(asking)
    }
  ],
  "auditLog.get": ofProducts(
    "view_audit_log",
    "audit_entry_not_found",
    ({ auditEntry }) => `/v1/audit-log/${auditEntry}`
  ),
  "events.list": inAnyContext("access_developer_tools"),
  "events.deadLetters": inAnyContext("access_developer_tools"),
  "events.get": ofProducts("access_developer_tools", "event_not_found", ({ event }) => `/v1/events/${event}`),
  "events.replay": needs("iam:access_developer_tools"),
  "me.get": signedIn,
  "me.update": signedIn,
  "roles.list": signedIn,
  "roles.get": signedIn,
  "roles.permissions": signedIn,
  "roles.create": inPerson(needs("iam:manage_roles")),
  "roles.update": inPerson(needs("iam:manage_roles")),
  "roles.delete": inPerson(needs("iam:manage_roles")),
  "users.list": managesUsers,
  "users.get": managesUsers,
  "users.create": managesUsers,
  "users.update": managesUsers,
  "users.disable": managesUsers,
  "users.enable": managesUsers,
  "users.erase": managesUsers,
  "users.endLogins": managesUsers,
  "users.linkIdentity": [
    managesUsers,
    actingAs(({ keeper }) => `/v1/users/${keeper}/link-identity`, {
      body: ({ keeper }) => ({ issuer: "https://login.example.com", subject: keeper })
    })
  ],
  "users.unlinkIdentity": managesUsers,
  "users.assignRole": [
    inPerson({
      path: ({ productManager, user }) => `/v1/users/${user}/roles/${productManager}`,
      rule: ({ rights }) => {
        if (rights.has("iam:manage_roles")) return "allowed"
        if (!rights.has("products:manage_users")) return missing
        return rights.has("products:manage_products") ? "allowed" : "permission_not_held"
      }
    }),
    inPerson(ofIamRole)
  ],
  "users.removeRole": [
    inPerson({
      ...needs("iam:manage_roles", "products:manage_users"),
      path: ({ productManager, user }) => `/v1/users/${user}/roles/${productManager}`
    }),
    inPerson(ofIamRole)
  ],
  "auth.login": {
    isOpen: true,
    body: ({ login: { email, password } }) => ({ email, password }),
    rule: () => "allowed"
  },
  "auth.refresh": { isOpen: true, body: () => ({ refreshToken: "x" }), rule: () => "refresh_invalid" },
  "auth.resetPassword": { isOpen: true, body: () => ({}), rule: () => "invalid_request" },
  "logins.logout": inPerson(signedIn),
  "logins.logoutAll": inPerson(signedIn),
  "logins.changePassword": {
    body: () => ({ oldPassword: "x", password: "y" }),
    rule: ({ isApiKey }) => isApiKey ? "not_for_api_keys" : "credentials_invalid"
  },
  "logins.list": signedIn,
  "logins.end": inPerson({
    path: ({ sid }) => `/v1/me/logins/${sid}`,
    rule: ({ isOwner }) => isOwner ? "allowed" : "login_not_found"
  }),
  "logins.issueResetCode": [
    inPerson(managesUsers),
    inPerson(actingAs(({ keeper }) => `/v1/users/${keeper}/reset-code`))
  ],
  "signingKeys.jwks": { isOpen: true, rule: () => "allowed" },
  "foodVotes.list": signedIn,
  "foodVotes.cast": ofHouse,
  "foodVotes.withdraw": ofHouse,
  "foodVotes.castByBarcode": {
    rule: ofHouse.rule,
    body: ({ owner }) => ({ barcode: "7891000100103", isFood: true, houseId: owner })
  },
  "products.list": signedIn,
  "products.nutrients": signedIn,
  "products.filterOptions": signedIn,
  "products.similar": signedIn,
  "products.get": signedIn,
  "products.byBarcode": signedIn,
  "products.create": managesProducts,
  "products.createAll": managesProducts,
  "products.update": managesProducts,
  "products.discard": managesProducts,
  "products.restore": managesProducts,
  "clients.acceptSuggestion": {
    ...ofSuggestion("/accept"),
    body: () => ({}),
    rule: ({ isOwner }) => isOwner ? "allowed" : "suggestion_not_found"
  },
  "clients.create": { body: () => ({ name: "x" }), rule: () => "allowed" },
  "clients.discard": ofClient(""),
  "clients.dismissSuggestion": ofSuggestion("/dismiss"),
  "clients.fromResponse": { body: ({ response }) => ({ responseId: response }), rule: ownResponse },
  "clients.get": ofClient(""),
  "clients.list": signedIn,
  "clients.mergeResponse": {
    ...ofClient("/merge-response"),
    body: ({ response }) => ({ responseId: response }),
    rule: ownResponse
  },
  "clients.menus": ofClient("/menus"),
  "clients.previewResponse": {
    path: () => "/v1/clients/from-response/preview",
    body: ({ response }) => ({ responseId: response }),
    rule: ownResponse
  },
  "clients.restore": ofClient("/restore"),
  "clients.suggestions": signedIn,
  "clients.update": { ...ofClient(""), body: () => ({ notes: "x" }) },
  "forms.activate": ofForm(({ draftForm }) => draftForm, "/activate", "manage_onboarding_forms"),
  "forms.change": { ...ofOpenForm("", "manage_onboarding_forms"), body: () => ({ description: "x" }) },
  "forms.complete": ofOpenForm("/complete", "manage_onboarding_forms"),
  "forms.delete": ofOpenForm("", "manage_onboarding_forms"),
  "forms.get": ofOpenForm("", "manage_onboarding_forms", "view_onboarding_responses"),
  "forms.list": signedIn,
  "forms.pause": ofOpenForm("/pause", "manage_onboarding_forms"),
  "forms.register": { ...signedIn, body: () => ({ title: "x" }) },
  "forms.rotateSecret": ofTypeform("/webhook/rotate-secret"),
  "forms.setMapping": { ...ofOpenForm("/mapping", "manage_field_mappings"), body: () => ({ a: "notes" }) },
  "forms.setWebhook": { ...ofTypeform("/webhook"), body: () => ({ enabled: true }) },
  "forms.suggestMapping": ofOpenForm("/mapping/suggestion", "manage_field_mappings"),
  "forms.syncWebhook": ofTypeform("/webhook/sync"),
  "forms.webhook": ofTypeform("/webhook"),
  "meals.copy": ofMeal("/copy"),
  "meals.create": { body: () => ({ name: "x" }), rule: () => "allowed" },
  "meals.discard": changed("meal", ""),
  "meals.explain": { ...ofMeal("/nutrition/explain"), query: () => "nutrient=protein" },
  "meals.get": ofMeal(""),
  "meals.list": signedIn,
  "meals.nutrition": ofMeal("/nutrition"),
  "meals.restore": changed("meal", "/restore"),
  "meals.update": changed("meal", "", () => ({ like: true })),
  "menus.archive": ofMenu("/archive"),
  "menus.changeSlot": { ...ofSlot, body: () => ({ portions: 2 }) },
  "menus.calendar": ofMenu("/menu.ics"),
  "menus.copy": [
    { ...ofMenu("/copy"), body: ({ menu }) => ({ menuId: menu, onConflict: "skip" }) },
    {
      ...ofMenu("/copy"),
      body: () => ({}),
      rule: ({ isOwner, rights }) => isOwner || rights.has("recipes:manage_menus") ? "allowed" : "menu_not_found"
    }
  ],
  "menus.copyDay": {
    ...ofMenu("/copy-day"),
    body: () => ({ from: { week: 1, weekday: "monday" }, to: { week: 1, weekday: "friday" } })
  },
  "menus.copyWeek": { ...ofMenu("/copy-week"), body: () => ({ from: 1, to: 1, onConflict: "skip" }) },
  "menus.create": {
    body: ({ client }) => ({ name: "x", clientId: client }),
    rule: ({ isOwner, rights }) =>
      isOwner || rights.has("recipes:manage_menus") || rights.has("recipes:manage_clients")
        ? "allowed"
        : "client_not_found"
  },
  "menus.discard": ofMenu(""),
  "menus.emptySlots": ofMenu("/empty-slots"),
  "menus.explain": { ...ofMenu("/nutrition/explain"), query: () => "nutrient=protein" },
  "menus.get": ofMenu(""),
  "menus.list": signedIn,
  "menus.moveSlot": {
    ...ofMenu("/slots/move"),
    body: ({ slot }) => ({ slotId: slot, to: { ...monday, weekday: "sunday" } })
  },
  "menus.nutrition": ofMenu("/nutrition"),
  "menus.pdf": ofMenu("/menu.pdf"),
  "menus.print": ofMenu("/print.html"),
  "menus.publish": ofMenu("/publish"),
  "menus.putSlot": {
    ...ofMenu("/slots"),
    body: ({ publicMeal }) => ({ ...monday, mealType: "Dinner", mealId: publicMeal })
  },
  "menus.removeSlot": ofSlot,
  "menus.reopen": ofMenu("/reopen"),
  "menus.replaceSlots": { ...ofMenu("/slots"), body: () => ({ slots: [] }) },
  "menus.restore": ofMenu("/restore"),
  "menus.shoppingList": ofMenu("/shopping-list"),
  "menus.swapSlots": {
    ...ofMenu("/slots/swap"),
    body: () => ({ first: monday, second: { ...monday, weekday: "tuesday" } })
  },
  "menus.update": { ...ofMenu(""), body: () => ({ people: 2 }) },
  "menus.view": ofMenu("/view"),
  "recipes.copy": ofRecipe("/copy"),
  "recipes.create": { body: () => ({ name: "x" }), rule: () => "allowed" },
  "recipes.discard": changed("recipe", ""),
  "recipes.explain": {
    ...ofRecipe("/nutrition/explain"),
    query: () => "nutrient=protein"
  },
  "recipes.get": ofRecipe(""),
  "recipes.import": { body: () => page, rule: () => "allowed" },
  "recipes.jsonld": ofRecipe("/jsonld"),
  "recipes.link": changed("recipe", "/links", ({ product }) => ({ links: [{ position: 0, productId: product }] })),
  "recipes.list": signedIn,
  "recipes.nutrition": ofRecipe("/nutrition"),
  "recipes.parseLines": { body: () => ({ lines: ["1 cup flour"] }), rule: () => "allowed" },
  "recipes.previewImport": { body: () => page, rule: () => "allowed" },
  "recipes.rate": { ...ofRecipe("/ratings/mine"), body: () => ({ taste: 5, convenience: 5 }) },
  "recipes.ratings": ofRecipe("/ratings"),
  "recipes.recompute": needs("recipes:manage_recipes"),
  "recipes.restore": changed("recipe", "/restore"),
  "recipes.update": changed("recipe", "", () => ({ servings: 2 })),
  "recipes.withdrawRating": {
    ...ofRecipe("/ratings/mine"),
    rule: (asking) => {
      const answered = ofRecipe("").rule(asking)
      return answered === "allowed" ? "rating_not_found" : answered
    }
  },
  "shoppingLists.change": { ...ofList(""), body: () => ({ name: "y" }) },
  "shoppingLists.compute": {
    ...ofMenu(""),
    path: () => "/v1/shopping-lists/compute",
    body: ({ menu }) => ({ menuIds: [menu] })
  },
  "shoppingLists.delete": ofList(""),
  "shoppingLists.get": ofList(""),
  "shoppingLists.list": ofClient("/shopping-lists"),
  "shoppingLists.pdf": ofList("/list.pdf"),
  "shoppingLists.print": ofList("/print.html"),
  "shoppingLists.refresh": {
    ...ofList("/refresh"),
    rule: ({ isOwner, rights }) => {
      if (isOwner) return "allowed"
      if (!rights.has("recipes:manage_clients")) return "client_not_found"
      return rights.has("recipes:manage_menus") ? "allowed" : "menu_not_found"
    }
  },
  "shoppingLists.save": {
    ...ofClient("/shopping-lists"),
    body: ({ menu }) => ({ name: "x", menuIds: [menu] }),
    rule: ({ isOwner, rights }) => {
      if (isOwner) return "allowed"
      if (!rights.has("recipes:manage_clients")) return "client_not_found"
      return rights.has("recipes:manage_menus") ? "allowed" : "menu_not_found"
    }
  },
  "shoppingLists.tick": {
    ...ofClient(""),
    path: ({ client, shoppingLine, shoppingList }) =>
      `/v1/clients/${client}/shopping-lists/${shoppingList}/lines/${shoppingLine}`,
    body: () => ({ ticked: true })
  },
  "publicForms.show": ofPage(""),
  "publicForms.style": { rule: () => "allowed", isOpen: true },
  "publicForms.submit": {
    ...ofPage(""),
    body: () => ({ token: "x", answers: {} }),
    rule: () => "invalid_request"
  },
  "publicForms.thanks": ofPage("/thanks"),
  "responses.bulkQuery": { ...signedIn, body: () => ({ queries: [{ queryType: "forms_by_user" }] }) },
  "responses.delete": ofFormResponse("", "access_client_data"),
  "responses.erasePerson": { ...signedIn, body: () => ({ email: "nobody@example.org" }) },
  "responses.exportPerson": { ...signedIn, body: () => ({ email: "nobody@example.org" }) },
  "responses.get": ofFormResponse("", "access_client_data", "view_onboarding_responses"),
  "responses.list": { ...signedIn, query: () => "limit=1" },
  "responses.purge": signedIn,
  "responses.query": [
    {
      body: ({ formResponse }) => ({ queryType: "response_by_id", responseId: formResponse }),
      rule: ({ isOwner }) => isOwner ? "allowed" : "response_not_found"
    },
    {
      body: ({ openForm }) => ({ queryType: "responses_by_form", formId: openForm }),
      rule: ({ isOwner }) => isOwner ? "allowed" : "form_not_found"
    }
  ],
  "responses.reprocess": ofFormResponse("/reprocess", "access_client_data"),
  "webhooks.receive": {
    path: ({ typeform }) => `/v1/onboarding/webhooks/typeform/${typeform}`,
    rule: () => "signature_invalid",
    isOpen: true
  },
  "tags.delete": ofTag(""),
  "tags.get": ofTag(""),
  "tags.list": signedIn,
  "tags.merge": { ...ofTag("/merge"), body: ({ otherTag }) => ({ into: otherTag }) },
  "tags.rename": { ...ofTag(""), body: () => ({ value: "other" }) },
  "units.units": signedIn
}

const byName: ReadonlyMap<string, Row | ReadonlyArray<Row>> = new Map(Object.entries(rows))

/** What an endpoint asks of its caller. One without a row does not compile; the six kinds of classifications share theirs. */
export const rowsOf = (name: string): ReadonlyArray<Row> => {
  const found = byName.get(name)
  if (found !== undefined) return [found].flat()
  if (/^classifications\.(?:list|get)/.test(name)) return [signedIn]
  if (/^classifications\.(?:create|update|delete|restore)/.test(name)) return [managesProducts]
  throw new Error(`${name} has no row`)
}
