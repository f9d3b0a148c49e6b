import type { Dice } from "./Dice.ts"
import { someText } from "./Values.ts"

/** A name that nothing else has, whatever the text is folded to. */
const uniqueNames = () => {
  let made = 0
  return (dice: Dice) => `${++made} x${someText(dice, 480)}`
}

const described = (dice: Dice) => dice.chance(0.3) ? {} : { description: dice.pick([null, `x${someText(dice, 999)}`]) }

const ofSource = (dice: Dice) => ({
  ...dice.chance(0.5) ? { rank: dice.pick([1, 1_000_000, dice.int(1, 2000)]) } : {},
  ...dice.chance(0.3) ? { licence: dice.pick([null, "CC BY 4.0"]), attribution: `x${someText(dice, 999)}` } : {},
  ...dice.chance(0.3) ? { url: dice.pick([null, "https://example.org/ü?q=1#x"]) } : {}
})

/** Bodies that create a classification, each another one. */
export const classificationBodies = () => {
  const name = uniqueNames()
  return (dice: Dice) => ({ name: name(dice), ...described(dice) })
}

export const sourceBodies = () => {
  const name = uniqueNames()
  return (dice: Dice) => ({ name: name(dice), ...described(dice), ...ofSource(dice) })
}

/** Patches that fit any classification; each has a text to be spoilt. */
export const classificationPatches = () => {
  const name = uniqueNames()
  return (dice: Dice) => ({
    description: `x${someText(dice, 999)}`,
    ...dice.chance(0.3) ? { name: `changed ${name(dice)}` } : {}
  })
}

export const sourcePatches = () => {
  const patch = classificationPatches()
  return (dice: Dice) => ({ ...patch(dice), ...ofSource(dice), ...dice.chance(0.2) ? { rank: null } : {} })
}
