import { Array as Arr, Effect } from "effect"
import { type Actor, requirePermission } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import { type Event, eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { autoSource } from "../contract/Classification.ts"
import {
  type BarcodeFoodVoteInput,
  type FoodVoteCommand,
  FoodVoteNotFound,
  type ProductVotes
} from "../contract/FoodVotes.ts"
import { toGtin14 } from "../contract/Gtin.ts"
import type { Product } from "../contract/Product.ts"
import { FoodVoteDecided, ProductCreated } from "../contract/ProductEvents.ts"
import { ProductNotFound } from "../contract/ProductProblems.ts"
import { itemEvents } from "../product/itemEvents.ts"
import { namedItem } from "../product/namedItem.ts"
import { recordOf } from "../product/ProductRecord.ts"
import { ProductRepo } from "../product/ProductRepo.ts"
import { FoodVoteRepo, type VotedProduct } from "./FoodVoteRepo.ts"

const answerOf = ({ decision, effectiveIsFood, id, no, yes }: VotedProduct): ProductVotes => ({
  productId: id,
  foodVotes: { yes, no, decision },
  effectiveIsFood
})

const decided = (before: ReadonlyArray<VotedProduct>, after: ReadonlyArray<VotedProduct>): ReadonlyArray<Event> => {
  const previously = new Map(before.map(({ decision, id }) => [id, decision]))
  const items = after.flatMap(({ decision, id, no, yes }) => {
    const previous = previously.get(id) ?? null
    return decision === previous ? [] : [{ id, decision, previous, yes, no }]
  })
  return itemEvents(items, (items) => eventOf(FoodVoteDecided, new FoodVoteDecided({ items })))
}

/** A vote changes nothing of a product but its votes: the version stays. */
const changeOf = ({ id, version }: VotedProduct) => ({
  target: { type: "product", id },
  versionBefore: version,
  versionAfter: version,
  changedFields: ["foodVotes"]
})

/** A vote by barcode: the product is the target where there is one alone, else the barcode. */
const changeByBarcode = (
  barcode: string,
  [first, ...others]: Arr.NonEmptyReadonlyArray<VotedProduct>,
  made: Product | undefined
) => {
  const change = changeOf(first)
  if (made !== undefined) {
    return { ...change, versionBefore: null, changedFields: [...made.manualFields, ...change.changedFields] }
  }
  return others.length === 0
    ? change
    : { ...change, target: { type: "barcode", id: toGtin14(barcode) }, versionBefore: null, versionAfter: null }
}

/** The product that a barcode stands for as long as nobody has described it. */
const unknownProduct = ({ barcode, name }: BarcodeFoodVoteInput, createdBy: UserId | null) => ({
  ...recordOf({ name: name ?? `GTIN ${barcode}`, barcode }, autoSource, createdBy),
  manual_fields: name === undefined ? ["barcode"] : ["name", "barcode"]
})

/** The house in whose name the caller votes: its own, or with the right to manage products any other. */
const houseOf = Effect.fnUntraced(function*(actor: Actor, houseId: UserId | undefined) {
  const house = houseId ?? actor.userId
  if (house === null) return yield* Effect.die("a vote without a house")
  if (house !== actor.userId) yield* requirePermission(actor, "products", "manage_products")
  return house
})

export const foodVoteHandlers = Effect.gen(function*() {
  const votes = yield* FoodVoteRepo
  const products = yield* ProductRepo

  /** The products afterwards, and those among them of which the house had another vote. */
  const vote = Effect.fnUntraced(function*(
    held: ReadonlyArray<VotedProduct>,
    houseId: UserId,
    isFood: boolean | null
  ) {
    const former = yield* votes.votes(held.map(({ id }) => id), houseId)
    const ids = held.map(({ id }) => id).filter((id) => (former.get(id) ?? null) !== isFood)
    const changed = ids.length === 0 ? [] : yield* votes.write(ids, houseId, isFood)
    const now = new Map(changed.map((product) => [product.id, product]))
    return { changed, answer: held.map((product) => now.get(product.id) ?? product) }
  })

  /** The live products with the barcode, held; where there is none, `made` has become the first. */
  const withBarcode = Effect.fnUntraced(function*(input: BarcodeFoodVoteInput, createdBy: UserId | null) {
    const gtin14 = toGtin14(input.barcode)
    const held = yield* votes.lockBarcode(gtin14)
    if (held.length > 0) return { held, made: undefined }
    const made = yield* products.insert(unknownProduct(input, createdBy), [])
    // Where somebody else has just made one, the vote goes to that.
    return { held: yield* votes.lockBarcode(gtin14), made }
  })

  const handlers: Handlers<FoodVoteCommand> = {
    "products/CastFoodVote": Effect.fnUntraced(function*({ houseId, id, isFood }, actor) {
      const house = yield* houseOf(actor, houseId)
      const product = yield* votes.lock(id)
      if (product === undefined) return yield* new ProductNotFound({})
      const { answer: [after = product], changed } = yield* vote([product], house, isFood)
      if (changed.length === 0) return { answer: answerOf(after) }
      return { answer: answerOf(after), change: changeOf(after), events: decided([product], changed) }
    }),

    "products/WithdrawFoodVote": Effect.fnUntraced(function*({ houseId, id }, actor) {
      const house = yield* houseOf(actor, houseId)
      const product = yield* votes.lock(id)
      if (product === undefined) return yield* new ProductNotFound({})
      const { changed } = yield* vote([product], house, null)
      if (changed.length === 0) return yield* new FoodVoteNotFound({})
      return { answer: undefined, change: changeOf(product), events: decided([product], changed) }
    }),

    "products/CastFoodVoteByBarcode": Effect.fnUntraced(function*({ input }, actor) {
      const house = yield* houseOf(actor, input.houseId)
      const { held, made } = yield* withBarcode(input, actor.userId)
      if (!Arr.isReadonlyArrayNonEmpty(held)) return yield* new VersionConflict({})
      const { answer, changed } = yield* vote(held, house, input.isFood)
      if (changed.length === 0) return { answer: answer.map(answerOf) }
      const created = made === undefined
        ? []
        : [eventOf(ProductCreated, new ProductCreated({ items: [namedItem(made)] }))]
      return {
        answer: answer.map(answerOf),
        change: changeByBarcode(input.barcode, held, made),
        events: [...created, ...decided(held, changed)]
      }
    })
  }
  return handlers
})
