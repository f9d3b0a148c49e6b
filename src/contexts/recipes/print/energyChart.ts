import { escaped } from "../../../kernel/escaped.ts"
import { type Language, numbersOf, wordsOf } from "./words.ts"

/** Energy of a day, kcal, and the percent of it that each macronutrient gives; null where that is not known. */
export interface EnergyBar {
  readonly label: string
  readonly kcal: number | null
  readonly complete: boolean
  readonly shares: Readonly<Record<"carbohydrate" | "protein" | "fat" | "alcohol", number | null>>
}

const chartColours = {
  carbohydrate: "#b45309",
  protein: "#0f766e",
  fat: "#6d28d9",
  alcohol: "#be123c",
  other: "#64748b"
} as const

const kinds = ["carbohydrate", "protein", "fat", "alcohol"] as const

const width = 880
const height = 210
const [top, bottom, left] = [26, 44, 52]

const nice = (most: number) => {
  const step = [100, 200, 250, 500, 1000, 2000, 5000].find((each) => most / each <= 5) ??
    10 ** Math.ceil(Math.log10(most / 5))
  return { step, limit: Math.max(step, Math.ceil(most / step) * step) }
}

/** What the chart says, for those who do not see it. */
export const chartText = (bars: ReadonlyArray<EnergyBar>, language: Language): string => {
  const words = wordsOf(language)
  const number = numbersOf(language)
  const of = ({ complete, kcal, label, shares }: EnergyBar) => {
    if (kcal === null) return `${label}: –`
    const parts = kinds.flatMap((kind) => {
      const share = shares[kind]
      return share === null ? [] : [`${words[kind].toLocaleLowerCase(language)} ${number(share, 0)} %`]
    })
    const amount = `${complete ? "" : `${words.lowerBound} `}${number(kcal, 0)} kcal`
    return `${label}: ${amount}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`
  }
  return `${words.energyOfDays}. ${bars.map(of).join("; ")}.`
}

/** Stacked bars of a week's energy as an SVG, with a band between the least and the most that is aimed at. */
export const energyChart = (
  bars: ReadonlyArray<EnergyBar>,
  aim: { readonly min: number | null; readonly max: number | null },
  language: Language
): string => {
  const number = numbersOf(language)
  const words = wordsOf(language)
  const { limit, step } = nice(Math.max(1, ...bars.map(({ kcal }) => kcal ?? 0), aim.max ?? 0, aim.min ?? 0) * 1.02)
  const y = (kcal: number) => top + (height - top - bottom) * (1 - kcal / limit)
  const slot = (width - left) / Math.max(1, bars.length)
  const text = (x: number, at: number, content: string, more = "") =>
    `<text x="${x.toFixed(1)}" y="${at.toFixed(1)}" ${more}>${escaped(content)}</text>`
  const lines = Array.from({ length: Math.round(limit / step) + 1 }, (_, n) => n * step).map((kcal) =>
    `<line x1="${left}" x2="${width}" y1="${y(kcal).toFixed(1)}" y2="${y(kcal).toFixed(1)}" stroke="#e2e8f0"/>` +
    text(left - 8, y(kcal) + 4, number(kcal, 0), `text-anchor="end" fill="#475569"`)
  )
  const hasAim = aim.min !== null || aim.max !== null
  const [upper, lower] = [y(aim.max ?? limit), y(aim.min ?? 0)]
  const band = hasAim
    ? `<rect x="${left}" width="${width - left}" y="${upper.toFixed(1)}" height="${
      (lower - upper).toFixed(1)
    }" fill="#d1fae5"/>`
    : ""
  const barOf = ({ complete, kcal, label, shares }: EnergyBar, index: number) => {
    const middle = left + slot * (index + 0.5)
    const name = text(middle, height - bottom + 20, label, `text-anchor="middle" fill="#0f172a"`)
    if (kcal === null) return name
    const thick = Math.min(56, slot * 0.6)
    let from = 0
    const known = kinds.reduce((sum, kind) => sum + (shares[kind] ?? 0), 0)
    const parts = known > 0
      ? kinds.flatMap((kind) => shares[kind] === null ? [] : [{ kind, part: kcal * (shares[kind] ?? 0) / known }])
      : [{ kind: "other" as const, part: kcal }]
    const stacked = parts.map(({ kind, part }) => {
      const start = from
      from += part
      const size = (y(start) - y(from)).toFixed(1)
      return `<rect x="${(middle - thick / 2).toFixed(1)}" width="${thick.toFixed(1)}" y="${
        y(from).toFixed(1)
      }" height="${size}" fill="${chartColours[kind]}"/>`
    })
    const amount = `${number(kcal, 0)}${complete ? "" : "+"}`
    return name + stacked.join("") +
      text(middle, y(kcal) - 6, amount, `text-anchor="middle" fill="#0f172a" font-weight="700"`)
  }
  const used = [
    ...kinds.filter((kind) => bars.some(({ shares }) => shares[kind] !== null)),
    ...bars.some(({ kcal, shares }) => kcal !== null && shares.carbohydrate === null) ? ["other" as const] : []
  ]
  const legend = used.map((kind, index) => {
    const x = left + index * 165
    return `<rect x="${x}" y="${height - 14}" width="11" height="11" fill="${chartColours[kind]}"/>` +
      text(x + 17, height - 4, words[kind], `fill="#0f172a"`)
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="Noto Sans" font-size="12">` +
    `${band}${lines.join("")}${bars.map(barOf).join("")}${text(0, 12, "kcal", `fill="#475569"`)}${
      legend.join("")
    }</svg>`
}
