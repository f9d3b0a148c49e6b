import { SecureRandom } from "effect/crypto"
import { weekdays } from "../../src/contexts/recipes/contract/Menu.ts"
import type { Dice } from "./Dice.ts"
import { someText } from "./Values.ts"
import type { Known } from "./World.ts"

const name = (dice: Dice, max: number) => `a ${someText(dice, max - 2)}`

const targets = (dice: Dice) => [
  { nutrient: "protein", period: dice.pick(["day", "week"]), min: dice.int(0, 90), max: null },
  { nutrient: "energyKcal", period: "day", max: dice.int(1, 3000), mealType: dice.pick([null, "Lunch"]) }
]

const optional = (dice: Dice, { foods }: Known) => ({
  ...dice.chance(0.4) ? { birthday: dice.pick(["1900-01-01", "2000-02-29", "2020-12-31"]) } : {},
  ...dice.chance(0.4) ? { sex: dice.pick(["female", "male", "other", "undisclosed"]) } : {},
  ...dice.chance(0.4) ? { targets: targets(dice) } : {},
  ...dice.chance(0.4) ? { tags: [{ key: `k${dice.int(0, 9)}`, value: name(dice, 200) }] } : {},
  ...dice.chance(0.5)
    ? { contact: { mainEmail: `${dice.int(0, 1e9)}@example.org`, phones: [dice.pick(["(11) 98765-4321", "+1 1"])] } }
    : {},
  ...dice.chance(0.5) ? { address: { city: name(dice, 255), state: dice.pick(["SP", null]), country: null } } : {},
  ...dice.chance(0.5)
    ? {
      restrictions: {
        allergens: dice.some(["milk", "gluten", "fish"], 3),
        dislikedProductIds: dice.some(foods, 3),
        diets: [name(dice, 100)]
      }
    }
    : {}
})

export const clientBodies = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 255),
  ...optional(dice, known)
})

export const clientPatches = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 255),
  ...dice.chance(0.3) ? { contact: null } : {},
  ...optional(dice, known)
})

const plan = (dice: Dice) => ({
  ...dice.chance(0.5) ? { startDate: dice.pick(["2028-02-28", "2028-02-29"]) } : {},
  ...dice.chance(0.5) ? { people: dice.int(1, 100_000) } : {},
  ...dice.chance(0.5)
    ? { pattern: [{ mealType: "Lunch", hour: "12:30" }, { mealType: name(dice, 50), hour: null }] }
    : {},
  ...dice.chance(0.5) ? { targets: dice.pick([null, targets(dice)]) } : {}
})

/** Of at least the weeks that there are slots in. */
export const menuBodies = (_: string, { ids }: Known) => (dice: Dice) => ({
  name: name(dice, 255),
  clientId: dice.pick(ids.get("/v1/clients") ?? []),
  weeks: dice.int(4, 52),
  ...plan(dice)
})

export const menuPatches = () => (dice: Dice) => ({ name: name(dice, 255), weeks: dice.int(4, 52), ...plan(dice) })

const mealOf = ({ ids }: Known, dice: Dice) => dice.pick(ids.get("/v1/meals") ?? [])

const slot = (dice: Dice, known: Known) => ({
  week: dice.int(1, 4),
  weekday: dice.pick(weekdays),
  mealType: `${dice.int(0, 1e12)} ${someText(dice, 30)}`,
  mealId: mealOf(known, dice),
  ...dice.chance(0.5) ? { hour: dice.pick(["00:00", "23:59", null]) } : {},
  ...dice.chance(0.5) ? { portions: dice.int(1, 400) / 4 } : {},
  ...dice.chance(0.5) ? { note: someText(dice, 1000) } : {}
})

export const slotBodies = (_: string, known: Known) => (dice: Dice) => slot(dice, known)

/** With the one that every menu has, which so keeps its id. */
export const slotsBodies = (_: string, known: Known) => (dice: Dice) => ({
  slots: [
    { week: 1, weekday: "monday", mealType: dice.pick(["Lunch", "LÚNCH"]), mealId: mealOf(known, dice) },
    ...Array.from({ length: dice.int(0, 5) }, () => slot(dice, known))
  ]
})

export const slotPatches = (_: string, known: Known) => (dice: Dice) => ({
  portions: dice.int(1, 400) / 4,
  ...dice.chance(0.5) ? { mealId: mealOf(known, dice) } : {}
})

const lunch = (dice: Dice) => ({ week: 1, weekday: "monday", mealType: dice.pick(["Lunch", "lunch", "LÜNCH"]) })

export const moveBodies = (_: string, { ids }: Known) => (dice: Dice) => ({
  slotId: ids.get("/v1/menus")?.[0],
  to: lunch(dice)
})

export const swapBodies = (dice: Dice) => ({ first: lunch(dice), second: lunch(dice) })

export const copyDayBodies = (dice: Dice) => ({
  from: { week: 1, weekday: "monday" },
  to: { week: dice.int(1, 4), weekday: dice.pick(weekdays) },
  onConflict: "skip"
})

export const copyWeekBodies = (dice: Dice) => ({ from: dice.int(1, 4), to: dice.int(1, 4), onConflict: "skip" })

/** Into new drafts, which nothing else changes. */
export const menuCopies = (_: string, { ids }: Known) => (dice: Dice) => ({
  toWeek: dice.int(1, 4),
  ...dice.chance(0.5) ? { clientId: dice.pick(ids.get("/v1/clients") ?? []), name: name(dice, 255) } : {}
})

const shopping = (dice: Dice, { foods, ids }: Known) => ({
  menuIds: [dice.pick(ids.get("/v1/menus") ?? [])],
  ...dice.chance(0.4) ? { weeks: [dice.int(1, 4)] } : {},
  ...dice.chance(0.4) ? { from: "2028-02-29", to: dice.pick(["2028-02-29", "2028-03-26", null]) } : {},
  ...dice.chance(0.4) ? { people: dice.int(1, 100_000) } : {},
  ...dice.chance(0.4) ? { pantryProductIds: dice.some(foods, 3) } : {}
})

const ownLines = (dice: Dice) => Array.from({ length: dice.int(0, 3) }, () => ({ text: name(dice, 500) }))

export const shoppingBodies = (_: string, known: Known) => (dice: Dice) => shopping(dice, known)

export const listBodies = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 255),
  ownLines: ownLines(dice),
  ...shopping(dice, known)
})

/** Without lines by hand: those that are ticked stay. */
export const listPatches = () => (dice: Dice) => ({ name: name(dice, 255) })

export const acceptBodies = (dice: Dice) => ({
  actions: { "address.city": dice.pick(["keep", "replace", "append"]) },
  ...dice.chance(0.5) ? { overrides: { name: name(dice, 255), notes: null } } : {}
})

/** Of responses that nobody has used. */
export const responseBodies = (dice: Dice) => ({ responseId: SecureRandom.uuidV7Unsafe(), ...acceptBodies(dice) })
