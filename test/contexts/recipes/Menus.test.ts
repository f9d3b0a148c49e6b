import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import type { ClientInput } from "../../../src/contexts/recipes/contract/Client.ts"
import type {
  Menu,
  MenuId,
  MenuInput,
  SlotInput,
  SlotKey,
  Weekday
} from "../../../src/contexts/recipes/contract/Menu.ts"
import type { RecipeId } from "../../../src/contexts/recipes/contract/Recipe.ts"
import type { Target } from "../../../src/contexts/recipes/contract/Target.ts"
import { callerWith } from "../../support/Callers.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const createMeal = Effect.fnUntraced(function*(
  name: string,
  recipes: ReadonlyArray<{ readonly id: RecipeId }>,
  privacy: "private" | "public" = "private"
) {
  const components = recipes.map(({ id }) => ({ recipeId: id, portions: 1 }))
  const { body } = yield* (yield* clientOf()).meals.create({ ...write, payload: { name, components, privacy } })
  return body.data
})

const createMenu = Effect.fnUntraced(function*(
  client: Omit<ClientInput, "name">,
  menu: Omit<MenuInput, "name" | "clientId"> = {}
) {
  const api = yield* clientOf()
  const { body: { data: { id: clientId } } } = yield* api.clients.create({
    ...write,
    payload: { name: "Ana", ...client }
  })
  const { body: { data } } = yield* api.menus.create({ ...write, payload: { name: "May", clientId, ...menu } })
  return data
})

const fill = Effect.fnUntraced(function*(id: MenuId, slots: ReadonlyArray<SlotInput>) {
  const { body } = yield* (yield* clientOf()).menus.replaceSlots({ ...write, params: { id }, payload: { slots } })
  return body.data
})

const codeOf = (error: unknown) => Reflect.get(Object(error), "code")

/** What the server says of a body that the typed client would not send. */
const faultOf = Effect.fnUntraced(function*(method: "POST" | "PUT" | "PATCH", path: string, body: Schema.Json) {
  const { token } = yield* Administrator
  const { execute } = yield* HttpClient.HttpClient
  const request = HttpClientRequest.make(method)(path).pipe(
    HttpClientRequest.bearerToken(token),
    HttpClientRequest.bodyJsonUnsafe(body)
  )
  const answer = yield* execute(request)
  const { errors: [fault] } = yield* HttpClientResponse.schemaBodyJson(Problem)(answer)
  return { status: answer.status, ...fault }
})

const Problem = Schema.Struct({
  errors: Schema.NonEmptyArray(
    Schema.Struct({ pointer: Schema.String, detail: Schema.String, code: Schema.optionalKey(Schema.String) })
  )
})

const keysOf = ({ plan }: Menu) =>
  plan.flatMap(({ days }) =>
    days.flatMap(({ slots }) => slots.map(({ mealType, week, weekday }) => `${week} ${weekday} ${mealType}`))
  )

layer(TestServer(), { excludeTestServices: true })("menus", (it) => {
  it.effect("add up a day to the digit, and tell how it stands to its targets", () =>
    Effect.gen(function*() {
      const book = examples(yield* createFoods)
      const [rice, porridge, chicken] = yield* Effect.all([
        createRecipe(book.rice),
        createRecipe(book.porridge),
        createRecipe(book.chicken)
      ])
      const [breakfast, lunch] = yield* Effect.all([
        createMeal("Breakfast", [porridge]),
        createMeal("Lunch", [rice, chicken])
      ])
      const aim = (nutrient: Target["nutrient"], bounds: Pick<Target, "min" | "max">): Target => ({
        nutrient,
        period: "day",
        ...bounds
      })
      const { id } = yield* createMenu({
        targets: [
          aim("energyKcal", { max: 800 }),
          aim("protein", { min: 50 }),
          aim("dietaryFiber", { min: 25 }),
          aim("energyShare.protein", { min: 20 }),
          { nutrient: "energyKcal", period: "day", min: 900, mealType: "BREAKFAST" },
          { nutrient: "totalFat", period: "week", max: 10 }
        ]
      })
      const menu = yield* fill(id, [
        { week: 1, weekday: "monday", mealType: "Breakfast", mealId: breakfast.id },
        { week: 1, weekday: "monday", mealType: "Lunch", mealId: lunch.id }
      ])
      const [week] = menu.plan
      const day = week?.days[0]
      const total = day?.totals?.total
      assert.deepStrictEqual(
        [total?.energyKcal.value, total?.protein.value, total?.carbohydrate.value, total?.totalFat.value],
        [883.8, 55.26, 129.97, 15.95]
      )
      assert.deepStrictEqual(total?.dietaryFiber, {
        value: 8.14,
        unit: "g",
        coverage: 0.6034,
        complete: false,
        unweighed: 1
      })
      assert.deepStrictEqual(day?.totals?.shares.energy, { carbohydrate: 58.8, protein: 25, fat: 16.2, alcohol: null })
      assert.deepStrictEqual(day?.targets.map(({ gap, nutrient, status }) => [nutrient, status, gap]), [
        ["energyKcal", "above", 83.8],
        ["protein", "met", null],
        ["dietaryFiber", "unknown", null],
        ["energyShare.protein", "unknown", null],
        ["energyKcal", "unknown", null]
      ])
      assert.deepStrictEqual(week?.targets.map(({ gap, status }) => [status, gap]), [["above", 5.95]])
      assert.deepStrictEqual(menu.targetStatus, ["above", "unknown"])
      assert.strictEqual(week?.dailyAverage?.energyKcal.value, 883.8)

      const api = yield* clientOf()
      const { data: nutrition } = yield* api.menus.nutrition({
        params: { id },
        query: { week: 1, weekday: "monday", nutrient: ["dietaryFiber"] }
      })
      assert.strictEqual(nutrition.total.dietaryFiber?.coverage, 0.6034)
      assert.deepStrictEqual(nutrition.total.dietaryFiber?.missing.map(({ name }) => name), [
        "milkPowder",
        "cinnamon",
        "chicken"
      ])
      const { data: fresh } = yield* api.menus.nutrition({ params: { id }, query: { fresh: true } })
      const { data: kept } = yield* api.menus.nutrition({ params: { id }, query: {} })
      assert.deepStrictEqual(fresh, kept)
      const { data: why } = yield* api.menus.explain({ params: { id }, query: { nutrient: "protein" } })
      assert.strictEqual(Math.round((why.value ?? 0) * 100) / 100, 55.26)
      assert.deepStrictEqual(why.parts[0]?.parts.map(({ label }) => label), ["Breakfast", "Lunch"])
    }))

  it.effect("tell what is an author's own word", () =>
    Effect.gen(function*() {
      const { rice } = examples(yield* createFoods)
      const nutritionOverride = { basis: "serving", values: { protein: 7 }, use: true } as const
      const recipe = yield* createRecipe({ ...rice, nutritionOverride })
      const meal = yield* createMeal("Lunch", [recipe])
      const { id } = yield* createMenu({})
      const menu = yield* fill(id, [{ week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id, portions: 2 }])
      assert.strictEqual(menu.plan[0]?.days[0]?.totals?.total.protein.value, 14)
      const { data } = yield* (yield* clientOf()).menus.nutrition({ params: { id }, query: { nutrient: ["protein"] } })
      assert.strictEqual(data.total.protein?.value, 14)
      assert.isTrue(data.total.protein?.complete)
      assert.deepStrictEqual(data.total.protein?.overridden, [{ recipeId: recipe.id, name: "Rice" }])
    }))

  it.effect("order days by date from any weekday on, and slots by hour, pattern and name", () =>
    Effect.gen(function*() {
      const meal = yield* createMeal("Anything", [])
      const { id } = yield* createMenu({}, {
        startDate: "2027-04-07",
        weeks: 2,
        pattern: [{ mealType: "Lunch", hour: "12:00" }, { mealType: "Supper" }]
      })
      const slot = (weekday: Weekday, mealType: string, hour: string | null = null): SlotInput => ({
        week: 1,
        weekday,
        mealType,
        hour,
        mealId: meal.id
      })
      const menu = yield* fill(id, [
        slot("tuesday", "lúnch", "12:00"),
        slot("wednesday", "Extra"),
        slot("wednesday", "Supper"),
        slot("wednesday", "Early", "06:00")
      ])
      const [first, second] = menu.plan
      assert.deepStrictEqual(first?.days.map(({ weekday }) => weekday)[0], "wednesday")
      assert.deepStrictEqual(
        first?.days.map(({ date }) => date),
        ["07", "08", "09", "10", "11", "12", "13"].map((day) => `2027-04-${day}`)
      )
      assert.strictEqual(second?.days[6]?.date, "2027-04-20")
      assert.deepStrictEqual(first?.days[0]?.slots.map(({ mealType }) => mealType), ["Early", "Supper", "Extra"])
      assert.deepStrictEqual(first?.days[6]?.emptySlots, [{ mealType: "Supper", hour: null }])
      assert.strictEqual(menu.emptySlotCount, 2 * 7 * 2 - 2)
      assert.strictEqual(first?.emptySlots, 12)
      const api = yield* clientOf()
      const { data: empty } = yield* api.menus.emptySlots({ params: { id } })
      assert.strictEqual(empty.length, menu.emptySlotCount)
      assert.deepStrictEqual(empty[0], {
        week: 1,
        weekday: "wednesday",
        date: "2027-04-07",
        mealType: "Lunch",
        hour: "12:00"
      })
      const { data: ofClient } = yield* api.clients.menus({ params: { id: menu.clientId }, query: {} })
      assert.deepStrictEqual(ofClient.map((each) => each.id), [id])
      assert.strictEqual(second?.totals, null)
    }))

  it.effect("start on a day whose weeks are on the calendar", () =>
    Effect.gen(function*() {
      const { clientId } = yield* createMenu({})
      const outside = { status: 422, pointer: "/startDate", detail: "must be from 1900-01-01 to 2999-12-31" }
      for (const startDate of ["0000-01-01", "1899-12-31", "3000-01-01", "9999-12-31"]) {
        const fault = yield* faultOf("POST", "/v1/menus", { name: "May", clientId, weeks: 52, startDate })
        assert.deepStrictEqual(fault, outside)
      }
      const { id, plan } = yield* createMenu({}, { startDate: "2999-12-31", weeks: 52 })
      assert.strictEqual(plan.at(-1)?.days.at(-1)?.date, "3000-12-29")
      assert.deepStrictEqual(yield* faultOf("PATCH", `/v1/menus/${id}`, { startDate: "9999-12-31" }), outside)
    }))

  it.effect("move, swap and copy slots, and lose none", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const meal = yield* createMeal("Anything", [])
      const { id } = yield* createMenu({}, { weeks: 2 })
      const key = (weekday: Weekday, mealType = "Lunch", week = 1) => ({ week, weekday, mealType })
      const menu = yield* fill(id, [
        { ...key("monday"), mealId: meal.id },
        { ...key("monday", "Supper"), mealId: meal.id, note: "late" },
        { ...key("tuesday"), mealId: meal.id }
      ])
      const idOf = (of: Menu, wanted: SlotKey) =>
        of.plan.flatMap(({ days }) => days.flatMap(({ slots }) => slots)).find((slot) =>
          slot.weekday === wanted.weekday && slot.mealType === wanted.mealType && slot.week === wanted.week
        )?.id ?? assert.fail("no such slot")
      const monday = idOf(menu, key("monday"))
      const taken = yield* Effect.flip(
        api.menus.moveSlot({
          ...write,
          params: { id },
          payload: { slotId: monday, to: key("tuesday", "LÚNCH") }
        })
      )
      assert.strictEqual(codeOf(taken), "slot_taken")
      assert.deepStrictEqual(Reflect.get(Object(taken), "slotIds"), [idOf(menu, key("tuesday"))])
      const { body: { data: moved } } = yield* api.menus.moveSlot({
        ...write,
        params: { id },
        payload: { slotId: monday, to: key("sunday") }
      })
      assert.strictEqual(idOf(moved, key("sunday")), monday)
      const { body: { data: swapped } } = yield* api.menus.swapSlots({
        ...write,
        params: { id },
        payload: { first: key("sunday"), second: key("monday", "Supper") }
      })
      assert.strictEqual(idOf(swapped, key("monday", "Supper")), monday)
      assert.deepStrictEqual(keysOf(swapped).toSorted(), ["1 monday Supper", "1 sunday Lunch", "1 tuesday Lunch"])
      const copy = { from: { week: 1, weekday: "sunday" }, to: { week: 1, weekday: "tuesday" } } as const
      const clash = yield* Effect.flip(api.menus.copyDay({ ...write, params: { id }, payload: copy }))
      assert.strictEqual(codeOf(clash), "slot_taken")
      const { body: skipped } = yield* api.menus.copyDay({
        ...write,
        params: { id },
        payload: { ...copy, onConflict: "skip" }
      })
      assert.deepStrictEqual(skipped.data.skipped, [key("tuesday")])
      const { body: { data: two } } = yield* api.menus.copyWeek({
        ...write,
        params: { id },
        payload: { from: 1, to: 2 }
      })
      assert.strictEqual(keysOf(two).length, 6)
      assert.strictEqual(two.plan[1]?.days[6]?.slots[0]?.note, "late")
      const { body: { data: copied } } = yield* api.meals.copy({
        headers: {},
        query: { menuId: id, slotId: monday },
        params: { id: meal.id }
      })
      const { body: { data: after } } = yield* api.menus.get({ params: { id } })
      const slots = after.plan.flatMap(({ days }) => days.flatMap((day) => day.slots))
      assert.strictEqual(slots.find((each) => each.id === monday)?.mealId, copied.id)
      assert.strictEqual(slots.filter(({ mealId }) => mealId === copied.id).length, 1)
      const shrunk = yield* Effect.flip(api.menus.update({ ...write, params: { id }, payload: { weeks: 1 } }))
      assert.strictEqual(codeOf(shrunk), "week_occupied")
      const beyond = yield* Effect.flip(
        api.menus.putSlot({ ...write, params: { id }, payload: { ...key("monday", "x", 3), mealId: meal.id } })
      )
      assert.strictEqual(codeOf(beyond), "invalid_request")
      const all = yield* Effect.flip(api.menus.copyWeek({ ...write, params: { id }, payload: { from: 1, to: 2 } }))
      const second = after.plan[1]?.days.flatMap((day) => day.slots.map((slot) => slot.id)) ?? []
      assert.sameMembers([...Reflect.get(Object(all), "slotIds")], second)
      const twice = [{ ...key("monday"), mealId: meal.id }, { ...key("monday", " LÚNCH"), mealId: meal.id }]
      const repeated = yield* faultOf("PUT", `/v1/menus/${id}/slots`, { slots: twice })
      assert.deepInclude(repeated, { status: 422, pointer: "/slots/1", code: "duplicate_slot_key" })
      yield* api.menus.archive({ ...write, params: { id } })
      const slot = { params: { id, slotId: monday } }
      const edits: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        api.menus.update({ ...write, params: { id }, payload: { name: "x" } }),
        api.menus.putSlot({ ...write, params: { id }, payload: { ...key("friday"), mealId: meal.id } }),
        api.menus.replaceSlots({ ...write, params: { id }, payload: { slots: [] } }),
        api.menus.changeSlot({ ...write, ...slot, payload: { note: "x" } }),
        api.menus.removeSlot({ ...write, ...slot }),
        api.menus.moveSlot({ ...write, params: { id }, payload: { slotId: monday, to: key("friday") } }),
        api.menus.swapSlots({ ...write, params: { id }, payload: { first: key("monday"), second: key("friday") } }),
        api.menus.copyDay({ ...write, params: { id }, payload: { ...copy, onConflict: "skip" } }),
        api.menus.copyWeek({ ...write, params: { id }, payload: { from: 1, to: 2, onConflict: "skip" } }),
        api.menus.copy({ ...write, params: { id }, payload: { menuId: id, onConflict: "skip" } }),
        api.meals.copy({ headers: {}, query: { menuId: id, slotId: monday }, params: { id: meal.id } })
      ]
      for (const [index, edit] of edits.entries()) {
        assert.strictEqual(codeOf(yield* Effect.flip(edit)), "menu_archived", `edit ${index}`)
      }
      const { body: reopened } = yield* api.menus.reopen({ ...write, params: { id } })
      assert.strictEqual(reopened.data.status, "draft")
    }))

  it.effect("name what a client should not eat, and take nothing undeclared for safe", () =>
    Effect.gen(function*() {
      const foods = yield* createFoods
      const api = yield* clientOf()
      const [oats, banana, milk] = ["oats", "banana", "milkPowder"].map((name) => foods.get(name) ?? assert.fail(name))
      if (oats === undefined || banana === undefined || milk === undefined) return assert.fail("no foods")
      const declare = (id: typeof oats, state: "contains" | "free" | "mayContain") =>
        api.products.update({
          ...write,
          params: { id },
          payload: { allergens: { milk: { state, evidence: "label" } } }
        })
      yield* Effect.all([declare(oats, "mayContain"), declare(banana, "free"), declare(milk, "contains")])
      const recipe = yield* createRecipe({
        ...examples(foods).porridge,
        tags: [{ key: "texture", value: "slimy" }]
      })
      const meal = yield* createMeal("Breakfast", [recipe])
      const menu = yield* createMenu({
        restrictions: {
          allergens: ["milk"],
          dislikedProductIds: [banana],
          dislikedTags: [{ key: "texture", value: "slimy" }]
        }
      })
      const { conflicts, plan } = yield* fill(menu.id, [
        { week: 1, weekday: "monday", mealType: "Breakfast", mealId: meal.id },
        { week: 1, weekday: "friday", mealType: "Breakfast", mealId: meal.id }
      ])
      assert.deepStrictEqual(conflicts.map(({ allergens, ingredient, reason }) => [reason, ingredient, allergens]), [
        ["disliked_tag", null, []],
        ["allergen_may_contain", "oats", ["milk"]],
        ["disliked_product", "banana", []],
        ["allergen", "milkPowder", ["milk"]],
        ["allergen_unknown", "cinnamon", ["milk"]]
      ])
      const slots = plan.flatMap(({ days }) => days.flatMap((day) => day.slots.map(({ id }) => id)))
      assert.deepStrictEqual(conflicts[0]?.slotIds.toSorted(), slots.toSorted())
    }))

  it.effect("are copied to other clients, with weeks of choice", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const meal = yield* createMeal("Anything", [])
      const source = yield* createMenu({}, { weeks: 3, targets: [{ nutrient: "protein", period: "day", min: 1 }] })
      yield* fill(source.id, [
        { week: 2, weekday: "monday", mealType: "Lunch", mealId: meal.id },
        { week: 3, weekday: "monday", mealType: "Lunch", mealId: meal.id }
      ])
      const { body: { data: { id: clientId } } } = yield* api.clients.create({ ...write, payload: { name: "Rui" } })
      const { body: { data: copy } } = yield* api.menus.copy({
        ...write,
        params: { id: source.id },
        payload: { clientId, fromWeek: 2, toWeek: 3 }
      })
      assert.deepStrictEqual([copy.weeks, copy.clientId, copy.targets, copy.status], [2, clientId, null, "draft"])
      assert.deepStrictEqual(keysOf(copy), ["1 monday Lunch", "2 monday Lunch"])
      const late = yield* Effect.flip(
        api.menus.copy({ ...write, params: { id: source.id }, payload: { menuId: copy.id, startWeek: 2 } })
      )
      assert.strictEqual(codeOf(late), "invalid_request")
      const { body: { data: into } } = yield* api.menus.copy({
        ...write,
        params: { id: source.id },
        payload: { menuId: copy.id, fromWeek: 3, toWeek: 3, startWeek: 2, onConflict: "skip" }
      })
      assert.deepStrictEqual(into.skipped, [{ week: 2, weekday: "monday", mealType: "Lunch" }])
    }))

  it.effect("show no more of a recipe that its author has taken back, or discarded, though nothing has followed yet", () =>
    Effect.gen(function*() {
      const foods = yield* createFoods
      const [ana, eva] = [yield* callerWith(), yield* callerWith()]
      const { porridge, rice } = examples(foods)
      const [taken, discarded] = yield* Effect.forEach(
        [rice, porridge],
        (recipe) => createRecipe({ ...recipe, privacy: "public" }, eva.token)
      )
      if (taken === undefined || discarded === undefined) return assert.fail("no recipes")
      const { body: { data: meal } } = yield* eva.client.meals.create({
        ...write,
        payload: {
          name: "Lunch",
          privacy: "public",
          components: [taken, discarded].map(({ id }) => ({ recipeId: id, portions: 1 }))
        }
      })
      const { body: { data: client } } = yield* ana.client.clients.create({ ...write, payload: { name: "Rui" } })
      const { body: { data: menu } } = yield* ana.client.menus.create({
        ...write,
        payload: { name: "May", clientId: client.id }
      })
      const params = { id: menu.id }
      yield* ana.client.menus.putSlot({
        ...write,
        params,
        payload: { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id }
      })
      const { data: before } = yield* ana.client.menus.view({ params, query: {} })
      assert.sameMembers(Object.keys(before.recipes), [taken.id, discarded.id])
      yield* eva.client.recipes.update({ ...write, params: { id: taken.id }, payload: { privacy: "private" } })
      yield* eva.client.recipes.discard({ ...write, params: { id: discarded.id } })
      const { data: after } = yield* ana.client.menus.view({ params, query: {} })
      assert.deepStrictEqual([after.recipes, after.products], [{}, {}])
      const { data: list } = yield* ana.client.menus.shoppingList({ params, query: {} })
      assert.deepStrictEqual(list.lines, [])
      assert.deepStrictEqual(list.unresolved.map(({ name }) => name), ["Porridge", "Rice"])
    }))

  it.effect("show everything in one answer, each thing once", () =>
    Effect.gen(function*() {
      const foods = yield* createFoods
      const recipe = yield* createRecipe(examples(foods).rice)
      const [meal, other] = yield* Effect.all([createMeal("Lunch", [recipe, recipe]), createMeal("Other", [recipe])])
      const { id } = yield* createMenu({ restrictions: { diets: ["vegan"] } })
      yield* fill(id, [
        { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id },
        { week: 1, weekday: "tuesday", mealType: "Lunch", mealId: other.id }
      ])
      const api = yield* clientOf()
      const { data } = yield* api.menus.view({ params: { id }, query: {} })
      assert.sameMembers(Object.keys(data.meals), [meal.id, other.id])
      assert.deepStrictEqual(Object.keys(data.recipes), [recipe.id])
      assert.strictEqual(Object.keys(data.products).length, 3)
      assert.deepStrictEqual(data.client?.restrictions.diets, ["vegan"])
      const { data: bare } = yield* api.menus.view({ params: { id }, query: { include: ["client"] } })
      assert.deepStrictEqual([bare.meals, bare.recipes, bare.products], [{}, {}, {}])
      yield* api.meals.discard({ ...write, params: { id: other.id } })
      const again = { week: 1, weekday: "friday", mealType: "Lunch", mealId: other.id } as const
      const refused = yield* Effect.flip(api.menus.putSlot({ ...write, params: { id }, payload: again }))
      assert.strictEqual(codeOf(refused), "meal_not_found")
      const { data: less } = yield* api.menus.view({ params: { id }, query: {} })
      assert.deepStrictEqual(Object.keys(less.meals), [meal.id])
      assert.strictEqual(less.menu.plan[0]?.days[1]?.slots[0]?.mealState, "discarded")
      assert.strictEqual(less.menu.plan[0]?.days[1]?.slots[0]?.mealName, "Other")
    }))
})
