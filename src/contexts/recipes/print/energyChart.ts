import { escaped } from "../../../kernel/escaped.ts"
import { palette } from "./palette.ts"
import { type Language, numbersOf, wordsOf } from "./words.ts"

/** Energy of a day, kcal, and the percent of it that each macronutrient gives; null where that is not known. */
export interface EnergyBar {
  readonly label: string
  readonly kcal: number | null
  readonly complete: boolean
  readonly shares: Readonly<Record<"carbohydrate" | "protein" | "fat" | "alcohol", number | null>>
}

const kinds = ["carbohydrate", "protein", "fat", "alcohol"] as const

/** As wide as a week's grid, of eight columns of which the days have seven: each bar stands under its day. */
const width = 880
const [top, bottom, left] = [26, 19, width / 8]

const nice = (most: number, lines: number) => {
  const step = [100, 200, 250, 500, 1000, 2000, 5000].find((each) => most / each <= lines) ??
    10 ** Math.ceil(Math.log10(most / lines))
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

type Bounds = { readonly min: number | null; readonly max: number | null }

const text = (x: number, y: number, content: string, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`

const box = (x: number, y: number, wide: number, high: number, fill: string, more = "") =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${wide.toFixed(1)}" height="${
    high.toFixed(1)
  }" fill="${fill}"${more}/>`

/** What the colours stand for, in a row above the bars. */
const legendOf = (bars: ReadonlyArray<EnergyBar>, aimed: string | null, language: Language) => {
  const words = wordsOf(language)
  const isUnknown = bars.some(({ kcal, shares }) => kcal !== null && shares.carbohydrate === null)
  const entries = [
    ...[
      ...kinds.filter((kind) => bars.some(({ shares }) => shares[kind] !== null)),
      ...isUnknown ? ["other" as const] : []
    ]
      .map((kind) => [palette[kind], words[kind]] as const),
    ...aimed === null ? [] : [[palette.aim, `${words.target}: ${aimed}`] as const]
  ]
  let x = left
  return entries.map(([colour, label]) => {
    const entry = box(x, 1, 10, 10, colour) + text(x + 15, 10, label, `fill="${palette.ink}"`)
    x += 32 + label.length * 6
    return entry
  }).join("")
}

/** A day's bar from the bottom up, with the percent of each part that has room for it. */
const barOf = (
  { complete, kcal, label, shares }: EnergyBar,
  [start, thick, height]: readonly [number, number, number],
  y: (kcal: number) => number,
  number: (value: number, decimals: number) => string
) => {
  const middle = start + thick / 2
  const name = text(middle, height - 5, label, `text-anchor="middle" fill="${palette.ink}"`)
  if (kcal === null) return name
  const known = kinds.reduce((sum, kind) => sum + (shares[kind] ?? 0), 0)
  const parts = known > 0
    ? kinds.flatMap((kind) =>
      shares[kind] === null ? [] : [{ kind, percent: shares[kind], part: kcal * shares[kind] / known }]
    )
    : [{ kind: "other" as const, percent: null, part: kcal }]
  let from = 0
  const stacked = parts.map(({ kind, part, percent }) => {
    const [low, high] = [y(from), y(from + part)]
    from += part
    const said = percent === null || low - high < 11
      ? ""
      : text(
        middle,
        (low + high) / 2 + 3.5,
        `${number(percent, 0)}\u00a0%`,
        `text-anchor="middle" font-size="9" fill="${palette.paper}"`
      )
    return box(start, high, thick, low - high, palette[kind], ` stroke="${palette.paper}"`) + said
  })
  const amount = `${number(kcal, 0)}${complete ? "" : "+"}`
  return name + stacked.join("") +
    text(middle, y(kcal) - 4, amount, `text-anchor="middle" fill="${palette.ink}" font-weight="700"`)
}

/** Stacked bars of a week's energy as an SVG of some height, with a band between the least and the most that is aimed at. */
export const energyChart = (
  bars: ReadonlyArray<EnergyBar>,
  aim: Bounds,
  aimed: string | null,
  language: Language,
  height: number
): string => {
  const number = numbersOf(language)
  const { limit, step } = nice(
    Math.max(1, ...bars.map(({ kcal }) => kcal ?? 0), aim.max ?? 0, aim.min ?? 0) * 1.02,
    Math.floor((height - top - bottom) / 16)
  )
  const y = (kcal: number) => top + (height - top - bottom) * (1 - kcal / limit)
  const slot = (width - left) / Math.max(1, bars.length)
  const lines = Array.from({ length: Math.round(limit / step) + 1 }, (_, n) => n * step).map((kcal) =>
    `<line x1="${left}" x2="${width}" y1="${y(kcal).toFixed(1)}" y2="${
      y(kcal).toFixed(1)
    }" stroke="${palette.faint}"/>` +
    text(
      left - 8,
      y(kcal) + 3.5,
      `${number(kcal, 0)}${kcal === limit ? " kcal" : ""}`,
      `text-anchor="end" fill="${palette.soft}"`
    )
  )
  const [upper, lower] = [y(aim.max ?? limit), y(aim.min ?? 0)]
  const band = aimed === null ? "" : box(left, upper, width - left, lower - upper, palette.aim)
  const thick = Math.min(60, slot * 0.55)
  const drawn = bars.map((bar, index) =>
    barOf(bar, [left + slot * (index + 0.5) - thick / 2, thick, height], y, number)
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="Noto Sans" font-size="10">` +
    `${band}${lines.join("")}${drawn.join("")}${legendOf(bars, aimed, language)}</svg>`
}
