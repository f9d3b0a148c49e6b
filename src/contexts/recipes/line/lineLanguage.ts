import type { LineLanguage } from "./amount.ts"

const portuguese =
  /(?<!\p{L})(?:de|da|do|das|dos|e|com|sem|ou|em|para|colher(?:es)?|xícaras?|xicaras?|dentes?|latas?|gosto|sal|unidades?|copos?|fatias?|maço|pitadas?|gramas?|cebolas?|alho|azeite|farinha|açúcar|óleo|ovos?|leite|picad[oa]s?|ralad[oa]s?)(?!\p{L})/giu
const english =
  /(?<!\p{L})(?:of|and|or|with|for|to|cups?|tablespoons?|teaspoons?|tbsp|tsp|ounces?|oz|pounds?|lbs?|cloves?|fresh|chopped|large|small|medium|salt|oil|flour|sugar|butter|eggs?|ground|taste)(?!\p{L})/giu

/** The language of a line by its unit and function words; English where nothing tells. */
export const lineLanguage = (line: string): LineLanguage => {
  const marks = /[ãõçáéíóúâêô]/iu.test(line) ? 1 : 0
  return (line.match(portuguese)?.length ?? 0) + marks > (line.match(english)?.length ?? 0) ? "pt" : "en"
}
