import { escaped } from "../../../kernel/escaped.ts"
import type { MenuSheet, SheetCell } from "./menuSheet.ts"
import type { SheetDepartment } from "./shoppingSheet.ts"
import { paperOf, style } from "./style.ts"
import { type Language, wordsOf } from "./words.ts"

const documentOf = (language: Language, paper: "landscape" | "portrait", title: string, body: string) =>
  `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n` +
  `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escaped(title)}</title>\n` +
  `<style>${style}${paperOf(paper)}</style>\n</head>\n<body>\n${body}\n</body>\n</html>\n`

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

const weekdays = (days: MenuSheet["weeks"][number]["days"], isEmpty: (index: number) => boolean = () => false) =>
  each(
    days,
    ({ date, weekday }, index) =>
      `<th scope="col" class="d${index}${isEmpty(index) ? " empty" : ""}">${escaped(weekday)}${
        date === "" ? "" : ` <span>${escaped(date)}</span>`
      }</th>`
  )

const grid = ({ days, rows }: MenuSheet["weeks"][number], words: ReturnType<typeof wordsOf>) =>
  `<table class="grid"><thead><tr><th scope="col" class="corner">${words.meal}</th>${
    weekdays(days, (index) => rows.every(({ cells }) => cells[index]?.length === 0))
  }</tr></thead><tbody>${
    each(rows, ({ cells, mealType }) =>
      `<tr><th scope="row">${escaped(mealType)}</th>${
        each(cells, (slots, index) =>
          `<td class="d${index}${slots.length === 0 ? " empty" : ""}" data-meal="${escaped(mealType)}">${
            slots.length === 0 ? "" : `<div>${each(slots, cell)}</div>`
          }</td>`)
      }</tr>`)
  }</tbody></table>`

const targetTable = ({ crowded, days, targets }: MenuSheet["weeks"][number], words: ReturnType<typeof wordsOf>) =>
  targets.length === 0
    ? ""
    : `<h3>${words.targets}</h3><div class="scroll${
      crowded ? " crowded" : ""
    }" tabindex="0" role="region" aria-label="${words.targets}">` +
      `<table class="targets"><thead><tr><th scope="col">${words.target}</th>${weekdays(days)}</tr></thead><tbody>${
        each(targets, ({ aim, cells, label }) =>
          `<tr><th scope="row">${escaped(label)} <span class="detail">${escaped(aim)}</span></th>${
            each(cells, ({ status, text }) =>
              `<td${cells.length === 1 ? ` colspan="${days.length}"` : ""}>${escaped(text)}${
                status === null ? "" : ` <span class="status ${status}">${words.status[status]}</span>`
              }</td>`)
          }</tr>`)
      }</tbody></table></div>`

const week = (sheet: MenuSheet, one: MenuSheet["weeks"][number]) => {
  const words = wordsOf(sheet.language)
  const { average, chart, chartText, title } = one
  const drawn = chart === ""
    ? ""
    : `<div class="headed"><h3>${words.energyOfDays}</h3>${
      average === "" ? "" : `<p class="soft">${escaped(average)}</p>`
    }</div>` +
      `<div class="chart" tabindex="0" role="region" aria-label="${words.energyOfDays}">${
        chart.replace("<svg ", `<svg role="img" aria-label="${escaped(chartText)}" `)
      }</div>`
  return `<section class="week"><h2>${escaped(title)}</h2>${grid(one, words)}${drawn}${
    targetTable(one, words)
  }</section>`
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
    : `<section class="shopping"><h2>${words.shopping}${sheet.people === "" ? "" : ` · ${escaped(sheet.people)}`}</h2>${
      departments(sheet.shopping, "h3")
    }</section>`
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
    "landscape",
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
  readonly stale: boolean
  readonly departments: ReadonlyArray<SheetDepartment>
}

export const listPage = ({ client, departments: all, language, stale, title }: ListSheet): string => {
  const words = wordsOf(language)
  return documentOf(
    language,
    "portrait",
    `${words.shopping}: ${title}`,
    `<header><h1>${escaped(title)}</h1><p class="soft">${
      escaped([words.shopping, client, ...stale ? [words.stale] : []].join(" · "))
    }</p></header><main>` +
      (all.length === 0 ? `<p>${words.nothingToBuy}</p>` : departments(all, "h2")) + `</main>`
  )
}
