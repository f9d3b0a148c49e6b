import type { Dice } from "./Dice.ts"
import { someText } from "./Values.ts"

let made = 0

/** A name that nothing else has, whatever the text is folded to, and whoever asks for it. */
const uniqueName = (dice: Dice) => `${++made} x${someText(dice, 480)}`

const described = (dice: Dice) => dice.chance(0.3) ? {} : { description: dice.pick([null, `x${someText(dice, 999)}`]) }

const ofSource = (dice: Dice) => ({
  ...dice.chance(0.5) ? { rank: dice.pick([1, 1_000_000, dice.int(1, 2000)]) } : {},
  ...dice.chance(0.3) ? { licence: dice.pick([null, "CC BY 4.0"]), attribution: `x${someText(dice, 999)}` } : {},
  ...dice.chance(0.3) ? { url: dice.pick([null, "https://example.org/ü?q=1#x"]) } : {}
})

/** A body that creates a classification, each time another one. */
export const classificationBody = (dice: Dice) => ({ name: uniqueName(dice), ...described(dice) })

export const sourceBody = (dice: Dice) => ({ ...classificationBody(dice), ...ofSource(dice) })

/** A patch that fits any classification; it has a text to be spoilt. */
export const classificationPatch = (dice: Dice) => ({
  description: `x${someText(dice, 999)}`,
  ...dice.chance(0.3) ? { name: `changed ${uniqueName(dice)}` } : {}
})

export const sourcePatch = (dice: Dice) => ({
  ...classificationPatch(dice),
  ...ofSource(dice),
  ...dice.chance(0.2) ? { rank: null } : {}
})
