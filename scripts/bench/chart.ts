import type { WorkResult } from "./httpPart.ts"
import { programs, type ServerName } from "./Server.ts"

const colours: Readonly<Record<ServerName, string>> = { cardapio: "#0b57a4", fastify: "#8a8a8a", raw: "#c4c4c4" }
const height = 240
const barWidth = 44
const groupWidth = 4 * barWidth
const top = 70

const bar = (work: WorkResult, group: number) => {
  const most = Math.max(...work.measured.map(({ perSecond }) => perSecond.max))
  const y = (perSecond: number) => top + height * (1 - perSecond / most)
  return work.measured.map(({ perSecond: { max, median, min }, server }, index) => {
    const x = 30 + group * groupWidth + index * barWidth
    const middle = x + (barWidth - 6) / 2
    return `<rect x="${x}" y="${y(median).toFixed(1)}" width="${barWidth - 6}" height="${
      (top + height - y(median)).toFixed(1)
    }" fill="${colours[server]}"/>
<path d="M${middle} ${y(max).toFixed(1)}V${y(min).toFixed(1)}" stroke="#1b1b1b"/>
<text x="${middle}" y="${top + height + 16}" text-anchor="middle">${Math.round(median).toLocaleString("en-US")}</text>`
  }).join("\n")
}

const label = ({ overFastify, title }: WorkResult, group: number) => {
  const x = 30 + group * groupWidth
  return `<text x="${x}" y="${top + height + 36}" font-weight="bold">${title}</text>
<text x="${x}" y="${top + height + 52}">${overFastify.toFixed(2)} of ${programs.fastify.title}</text>`
}

const legend = Object.entries(colours).map(([name, colour], index) => {
  const title = Object.entries(programs).find(([key]) => key === name)?.[1].title ?? name
  return `<rect x="${30 + index * 180}" y="34" width="12" height="12" fill="${colour}"/>
<text x="${48 + index * 180}" y="44">${title}</text>`
}).join("\n")

/** Requests per second as an SVG: medians as bars, each work to its own scale; lines go from the worst round to the best. */
export const chart = (works: ReadonlyArray<WorkResult>, subtitle: string) => {
  const width = Math.max(640, 60 + works.length * groupWidth)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${
    top + height + 70
  }" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="30" y="22" font-size="14" font-weight="bold">Requests per second (${subtitle})</text>
${legend}
${works.map(bar).join("\n")}
${works.map(label).join("\n")}
</svg>
`
}
