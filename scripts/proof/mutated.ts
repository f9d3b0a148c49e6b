import { Effect, Random } from "effect"

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.~ \n\u0000\u00e7"

const below = (limit: number) => Effect.map(Random.next, (chance) => Math.floor(chance * limit))

const oneOf = <A>(values: readonly [A, ...ReadonlyArray<A>]) =>
  Effect.map(below(values.length), (index) => values[index] ?? values[0])

const character = Effect.map(below(characters.length), (index) => characters.charAt(index))

/** Puts another text in place of `length` characters at a random place. */
const spliced = Effect.fnUntraced(function*(text: string, length: number, by: string) {
  const index = yield* below(text.length + 1)
  return text.slice(0, index) + by + text.slice(index + length)
})

/** Does something to one of the three segments. */
const inSegment = Effect.fnUntraced(function*(token: string, change: (segment: string) => Effect.Effect<string>) {
  const segments = token.split(".")
  const index = yield* below(segments.length)
  return segments.with(index, yield* change(segments[index] ?? "")).join(".")
})

const withFlippedBit = Effect.fnUntraced(function*(segment: string) {
  const bytes = Buffer.from(segment, "base64url")
  const index = yield* below(bytes.length)
  bytes[index] = (bytes[index] ?? 0) ^ 1 << (yield* below(8))
  return bytes.toString("base64url")
})

const members = [
  "\"alg\":\"none\"",
  "\"kid\":\"x\"",
  "\"crit\":[]",
  "\"sub\":\"x\"",
  "\"exp\":9e9",
  "\"aud\":[\"x\"]",
  "\"x\":1"
] as const

/** A member more in front or behind, so that the JSON stays well-formed. */
const withMember = Effect.fnUntraced(function*(segment: string) {
  const json = Buffer.from(segment, "base64url").toString("latin1")
  const member = yield* oneOf(members)
  const changed = (yield* Random.nextBoolean) ? `{${member},${json.slice(1)}` : `${json.slice(0, -1)},${member}}`
  return Buffer.from(changed, "latin1").toString("base64url")
})

/** Another letter or digit in place of one, so that the JSON mostly stays well-formed. */
const withOtherLetter = Effect.fnUntraced(function*(segment: string) {
  const json = Buffer.from(segment, "base64url").toString("latin1")
  const places = [...json.matchAll(/[a-z0-9]/gi)].map(({ index }) => index)
  const index = places[yield* below(places.length)] ?? 0
  const other = characters.charAt(yield* below(62))
  return Buffer.from(json.slice(0, index) + other + json.slice(index + 1), "latin1").toString("base64url")
})

type Mutation = (token: string, others: ReadonlyArray<string>) => Effect.Effect<string>

const mutations: readonly [Mutation, ...ReadonlyArray<Mutation>] = [
  (token) => Effect.flatMap(character, (by) => spliced(token, 1, by)),
  (token) => Effect.flatMap(character, (by) => spliced(token, 0, by)),
  (token) => Effect.flatMap(below(8), (length) => spliced(token, length + 1, "")),
  (token) => Effect.map(below(token.length), (length) => token.slice(0, length)),
  (token) => Effect.map(character, (last) => token + last),
  (token) => inSegment(token, withFlippedBit),
  (token) => inSegment(token, withFlippedBit),
  (token) => inSegment(token, withMember),
  (token) => inSegment(token, withOtherLetter),
  (token) => inSegment(token, () => Effect.succeed("")),
  (token) => inSegment(token, (segment) => Effect.succeed(`${segment}.${segment}`)),
  (token) => Effect.map(Random.shuffle(token.split(".")), (segments) => segments.join(".")),
  (token, others) =>
    Effect.gen(function*() {
      const segments = token.split(".")
      const index = yield* below(segments.length)
      const other = others[yield* below(others.length)] ?? token
      return segments.with(index, other.split(".")[index] ?? "").join(".")
    })
]

/** The token after one to three random changes, some of which take a part of another token: never one of the tokens itself. */
export const mutated = (token: string, others: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.gen(function*() {
    let changed = token
    for (let left = yield* oneOf([1, 1, 1, 2, 3]); left > 0; left--) {
      changed = yield* (yield* oneOf(mutations))(changed, others)
    }
    return changed === token || others.includes(changed) ? yield* mutated(token, others) : changed
  })
