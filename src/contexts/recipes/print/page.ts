import { escaped } from "../../../kernel/escaped.ts"
import type { MenuSheet, SheetCell } from "./menuSheet.ts"
import type { SheetDepartment } from "./shoppingSheet.ts"
import { type Language, wordsOf } from "./words.ts"

const style = `
:root { color-scheme: light; --ink: #0f172a; --soft: #475569; --line: #cbd5e1; --green: #115e59; --tint: #f0fdfa; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 3rem; color: var(--ink); background: #fff;
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header { border-bottom: 3px solid var(--green); margin-bottom: 1.5rem; padding-bottom: 1rem; }
h1 { font-size: 1.9rem; line-height: 1.15; margin: 0 0 .25rem; color: var(--green); }
h2 { font-size: 1.3rem; margin: 2rem 0 .75rem; color: var(--green); break-after: avoid; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .4rem; break-after: avoid; }
p { margin: .25rem 0; }
.soft { color: var(--soft); }
.needs { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: .75rem 0 0; padding: 0; }
.needs li { background: var(--tint); border: 1px solid #5eead4; border-radius: 1rem; padding: .1rem .7rem; }
.attention { border-left: 4px solid #b91c1c; background: #fef2f2; padding: .6rem 1rem; margin: 1rem 0; }
.attention h2 { margin: 0 0 .25rem; font-size: 1.05rem; color: #991b1b; }
.attention ul { margin: 0; padding-left: 1.1rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
caption { text-align: left; color: var(--soft); padding: 0 0 .4rem; }
th, td { border: 1px solid var(--line); padding: .45rem .5rem; vertical-align: top; text-align: left; overflow-wrap: anywhere; }
thead th { background: var(--green); color: #fff; border-color: var(--green); text-transform: capitalize; }
thead th span { display: block; font-weight: 400; text-transform: none; }
tbody th { background: var(--tint); font-weight: 600; }
tr { break-inside: avoid; }
.grid td { font-size: .92rem; }
.hour { color: var(--soft); font-size: .85rem; font-variant-numeric: tabular-nums; }
.meal { font-weight: 600; display: block; }
.detail { display: block; color: var(--soft); font-size: .85rem; }
.gone .meal { text-decoration: line-through; font-weight: 400; }
.chart { margin: 1.25rem 0 .5rem; break-inside: avoid; overflow-x: auto; }
.chart text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.chart svg { display: block; width: 100%; height: auto; min-width: 34rem; }
.targets td { font-variant-numeric: tabular-nums; font-size: .92rem; }
.status { display: block; font-size: .8rem; font-weight: 600; }
.met { color: #166534; } .above, .below { color: #b91c1c; } .unknown { color: #854d0e; }
.list { columns: 3 16rem; column-gap: 2rem; }
.department { break-inside: avoid; margin: 0 0 1rem; }
.department h2, .department h3 { font-size: 1.05rem; margin: 0 0 .4rem; border-bottom: 1px solid var(--line); }
.department ul { list-style: none; margin: 0; padding: 0; }
.department li { display: flex; gap: .55rem; padding: .18rem 0; break-inside: avoid; }
.box { flex: none; width: .95rem; height: .95rem; margin-top: .25rem; border: 1.5px solid var(--soft); border-radius: .15rem; }
.box.ticked { background: linear-gradient(45deg, var(--soft), var(--soft)); box-shadow: inset 0 0 0 2px #fff; }
.name { flex: 1; } .amount { text-align: right; font-variant-numeric: tabular-nums; }
.recipes { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.recipe { break-inside: avoid-page; border-top: 1px solid var(--line); padding-bottom: .75rem; }
.recipe ul, .recipe ol { margin: .3rem 0; padding-left: 1.2rem; }
.notes { color: var(--soft); font-size: .85rem; margin-top: .75rem; }
@media (max-width: 48rem) {
  body { padding: 1.25rem 1rem 2rem; }
  .grid, .grid tbody, .grid tr, .grid th, .grid td { display: block; width: 100%; }
  .grid thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .grid tbody th { margin-top: .8rem; }
  .grid td { border-top: 0; display: flex; gap: .75rem; }
  .grid td::before { content: attr(data-day); flex: 0 0 5.5rem; color: var(--soft); text-transform: capitalize; }
  .grid td.empty { display: none; }
  .scroll { overflow-x: auto; } .scroll table { min-width: 46rem; }
}
@page { size: A4 landscape; margin: 12mm 12mm 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 8pt; line-height: 1.3; }
  header { margin-bottom: 3mm; padding-bottom: 2mm; }
  h1 { font-size: 17pt; } h2 { font-size: 12pt; margin: 4mm 0 2mm; } h3 { font-size: 9.5pt; margin: 3mm 0 1mm; }
  th, td { padding: 1mm 1.3mm; } .grid td, .targets td { font-size: 8pt; } .detail, .hour, .status { font-size: 7pt; }
  .week + .week, .cookbook { break-before: page; }
  .chart { margin: 1mm 0; } .chart svg { max-height: 46mm; min-width: 0; }
  .needs { margin-top: 1.5mm; } .recipe { padding-bottom: 1mm; }
  .list { columns: 3; } .recipes { grid-template-columns: 1fr 1fr; }
  thead th, tbody th, .attention, .needs li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`

const documentOf = (language: Language, title: string, body: string) =>
  `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n` +
  `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escaped(title)}</title>\n` +
  `<style>${style}</style>\n</head>\n<body>\n${body}\n</body>\n</html>\n`

const each = <A>(items: ReadonlyArray<A>, of: (item: A, index: number) => string) => items.map(of).join("")

const cell = ({ detail, gone, hour, meal }: SheetCell) =>
  `<div${gone ? ` class="gone"` : ""}>` +
  (hour === "" ? "" : `<span class="hour">${escaped(hour)}</span> `) +
  `<span class="meal">${escaped(meal)}</span>` +
  (detail === "" ? "" : `<span class="detail">${escaped(detail)}</span>`) + `</div>`

const departments = (all: ReadonlyArray<SheetDepartment>, heading: "h2" | "h3") =>
  `<div class="list">${
    each(all, ({ lines, name }) =>
      `<section class="department"><${heading}>${escaped(name)}</${heading}><ul>${
        each(lines, (line) =>
          `<li><span class="box${line.ticked ? " ticked" : ""}" aria-hidden="true"></span>` +
          `<span class="name">${escaped(line.name)}${
            line.note === "" ? "" : `<span class="detail">${escaped(line.note)}</span>`
          }</span><span class="amount">${escaped(line.amount)}</span></li>`)
      }</ul></section>`)
  }</div>`

const week = (sheet: MenuSheet, { chart, chartText, days, rows, targets, title }: MenuSheet["weeks"][number]) => {
  const words = wordsOf(sheet.language)
  const head = each(
    days,
    ({ date, weekday }) =>
      `<th scope="col">${escaped(weekday)}${date === "" ? "" : ` <span>${escaped(date)}</span>`}</th>`
  )
  const grid = each(
    rows,
    ({ cells, mealType }) =>
      `<tr><th scope="row">${escaped(mealType)}</th>${
        each(cells, (slots, index) =>
          `<td${slots.length === 0 ? ` class="empty"` : ""} data-day="${escaped(days[index]?.weekday ?? "")}">${
            slots.length === 0 ? "" : `<div>${each(slots, cell)}</div>`
          }</td>`)
      }</tr>`
  )
  const table = targets.length === 0 ?
    "" :
    `<h3>${words.targets}</h3><div class="scroll" tabindex="0" role="region" aria-label="${words.targets}">` +
    `<table class="targets"><thead><tr><th scope="col">${words.target}</th>${head}</tr></thead><tbody>${
      each(targets, ({ aim, cells, label }) =>
        `<tr><th scope="row">${escaped(label)}<span class="detail">${escaped(aim)}</span></th>${
          each(cells, ({ status, text }) =>
            `<td${cells.length === 1 ? ` colspan="${days.length}"` : ""}>${escaped(text)}${
              status === null ? "" : ` <span class="status ${status}">${words.status[status]}</span>`
            }</td>`)
        }</tr>`)
    }</tbody></table></div>`
  return `<section class="week"><h2>${escaped(title)}</h2>` +
    `<table class="grid"><thead><tr><th scope="col">${words.meal}</th>${head}</tr></thead><tbody>${grid}</tbody></table>` +
    `<h3>${words.energyOfDays}</h3><div class="chart" tabindex="0" role="region" aria-label="${words.energyOfDays}">${
      chart.replace("<svg ", `<svg role="img" aria-label="${escaped(chartText)}" `)
    }</div>${table}</section>`
}

/** A menu as a page that needs nothing else: no script, no other file. */
export const menuPage = (sheet: MenuSheet): string => {
  const words = wordsOf(sheet.language)
  const needs = sheet.needs.length === 0
    ? ""
    : `<ul class="needs">${each(sheet.needs, (need) => `<li>${escaped(need)}</li>`)}</ul>`
  const attention = sheet.attention.length === 0
    ? ""
    : `<section class="attention"><h2>${words.attention}</h2><ul>${
      each(sheet.attention, (warning) => `<li>${escaped(warning)}</li>`)
    }</ul></section>`
  const shopping = sheet.shopping.length === 0
    ? ""
    : `<section class="shopping"><h2>${words.shopping}</h2>${departments(sheet.shopping, "h3")}</section>`
  const recipes = sheet.recipes.length === 0
    ? ""
    : `<section class="cookbook"><h2>${words.recipes}</h2><div class="recipes">${
      each(sheet.recipes, ({ facts, ingredients, name, steps }) =>
        `<article class="recipe"><h3>${escaped(name)}</h3><p class="soft">${escaped(facts)}</p><ul>${
          each(ingredients, (line) =>
            `<li>${escaped(line)}</li>`)
        }</ul>${
          steps.length === 0 ? "" : `<ol>${each(steps, (step) => `<li>${escaped(step)}</li>`)}</ol>`
        }</article>`)
    }</div></section>`
  const sources = sheet.sources.length === 0 ? "" : ` ${words.source}: ${escaped(sheet.sources.join("; "))}.`
  const notes = sheet.weeks.length === 0 ? "" : `<p class="notes">${words.estimates}${sources}</p>`
  const subtitle = [sheet.client, sheet.period, sheet.draft ? words.draft : ""].filter(Boolean).join(" · ")
  return documentOf(
    sheet.language,
    sheet.client === "" ? sheet.title : `${sheet.title} – ${sheet.client}`,
    `<header><h1>${escaped(sheet.title)}</h1><p class="soft">${
      escaped(subtitle)
    }</p>${needs}</header><main>${attention}` +
      (sheet.weeks.length === 0 ? `<p>${words.nothingPlanned}</p>` : each(sheet.weeks, (one) => week(sheet, one))) +
      `${notes}${shopping}${recipes}</main>`
  )
}

/** A shopping list in words of its reader. */
export interface ListSheet {
  readonly language: Language
  readonly title: string
  readonly client: string
  readonly departments: ReadonlyArray<SheetDepartment>
}

export const listPage = ({ client, departments: all, language, title }: ListSheet): string => {
  const words = wordsOf(language)
  return documentOf(
    language,
    `${words.shopping}: ${title}`,
    `<header><h1>${escaped(title)}</h1><p class="soft">${escaped(`${words.shopping} · ${client}`)}</p></header><main>` +
      (all.length === 0 ? `<p>${words.nothingToBuy}</p>` : departments(all, "h2")) + `</main>`
  )
}
