import type { CredentialsResult } from "./credentialsPart.ts"
import type { Spread } from "./Figures.ts"
import { httpTargets, type WorkResult } from "./httpPart.ts"
import { importTargets } from "./importPart.ts"
import { memoryTargets } from "./memoryPart.ts"
import type { MenusResult } from "./menusPart.ts"
import type { RecipesResult } from "./recipesPart.ts"
import type { Results } from "./Results.ts"
import { type SearchResult, searchTargets } from "./searchPart.ts"
import { programs } from "./Server.ts"
import type { WebhooksResult } from "./webhooksPart.ts"

const whole = (value: number) => Math.round(value).toLocaleString("en-US")

/** The median, and how far the rounds lie from it at most. */
const spread = ({ max, median, min }: Spread) =>
  `${whole(median)}/s ±${Math.round(100 * Math.max(max - median, median - min) / (median || 1))} %`

const verdict = (value: number, [least, aim]: readonly [least: number, aim: number]) =>
  value >= aim ? `reaches ${aim}` : value >= least ? `above ${least}, below ${aim}` : `below ${least}`

const aligned = (rows: ReadonlyArray<ReadonlyArray<string>>) => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd())
}

const ofWork = ({ measured, overFastify, overRaw, title, work }: WorkResult, limit: Spread | undefined) =>
  measured.map(({ p50, p99, perSecond, processor, server }, index) => [
    index === 0 ? title : "",
    programs[server].title,
    spread(perSecond),
    p50.median.toFixed(1),
    p99.median.toFixed(1),
    processor?.median.toFixed(2) ?? "",
    server === "cardapio" ? "" : (server === "fastify" ? overFastify : overRaw).toFixed(2),
    server === "fastify" ? verdict(overFastify, httpTargets[work]) : "",
    index === 0 && limit !== undefined ? `pgbench ${whole(limit.median)}/s` : ""
  ])

const httpLines = ({ http = [], pgbench }: Results) =>
  http.length === 0 ? [] : aligned([
    ["work", "server", "requests", "p50 ms", "p99 ms", "cpu ms", "ours over it", "target", "limit"],
    ...http.flatMap((result) => ofWork(result, pgbench?.[result.work]))
  ])

const otherLines = ({ events, http, imported, memory, pgbench }: Results) => [
  ...http === undefined && pgbench !== undefined
    ? Object.entries(pgbench).map(([work, figure]) => `pgbench ${work}: ${spread(figure)}`)
    : [],
  ...events === undefined
    ? []
    : [`events: published ${spread(events.published)}, delivered ${spread(events.delivered)}`],
  ...(imported ?? []).map(({ copied, format, imported, overCopy, rows }) =>
    `import ${format}: ${whole(rows)} rows at ${spread(imported)}, COPY ${spread(copied)}: `
    + `${overCopy.toFixed(2)} of COPY (${verdict(overCopy, importTargets)})`
  ),
  ...memory === undefined ? [] : [
    `memory: ${whole(memory.atStart)} MB at start, ${whole(memory.afterRequests)} MB after ${
      whole(memory.requests)
    } requests `
    + `(${memory.afterRequests < memoryTargets.afterRequests ? "below" : "above"} ${memoryTargets.afterRequests})`,
    `a body of ${memory.body.megabytes} MB: ${memory.body.status === 0 ? "closed" : memory.body.status} after `
    + `${memory.body.sentMegabytes} MB, at most ${whole(memory.body.peak)} MB resident`
  ]
]

const withinLimits = (millis: number, [most, aim]: readonly [most: number, aim: number]) =>
  `${millis.toFixed(1)} (${
    millis <= aim ? `within ${aim}` : millis <= most ? `within ${most}, over ${aim}` : `over ${most}`
  })`

const searchLines = (search: SearchResult | undefined) =>
  search === undefined ? [] : aligned([
    [
      `of ${whole(search.products)}`,
      "p50 ms",
      "p95 ms",
      "naive p50",
      "naive p95",
      "naive over it",
      "first page as the reference",
      "total"
    ],
    ...(["search", "similar"] as const).map((kind) => {
      const { naive, p50, p95, samePage, sameTotal } = search[kind]
      return [
        kind,
        withinLimits(p50, searchTargets.p50),
        withinLimits(p95, searchTargets.p95),
        naive.p50.toFixed(1),
        naive.p95.toFixed(1),
        `${(naive.p50 / p50).toFixed(1)} and ${(naive.p95 / p95).toFixed(1)}`,
        `${(100 * samePage).toFixed(1)} % of ${whole(search.queries)}`,
        kind === "search" ? `${(100 * sameTotal).toFixed(1)} %` : ""
      ]
    })
  ])

const within = (millis: number, aim: number) =>
  `${whole(millis)} ms (${millis <= aim ? "within" : "over"} ${whole(aim)})`

const menusLines = (menus: MenusResult | undefined) =>
  menus === undefined ? [] : [
    `a menu of 140 slots with its 60 meals, 180 recipes and 300 foods, p95: ${within(menus.view, 120)}, without them ${
      menus.shown.toFixed(0)
    } ms; all slots written within ${menus.written.toFixed(0)} ms`,
    `the shopping list of ten such menus, p95: ${within(menus.list, 250)}`
  ]

const webhooksLines = (webhooks: WebhooksResult | undefined) =>
  webhooks === undefined ? [] : [
    `${whole(webhooks.deliveries)} deliveries of a webhook at ${webhooks.rate}/s: p50 ${
      webhooks.p50.toFixed(1)
    } ms, p99 ${within(webhooks.p99, 50)}, ${webhooks.refused} refused, ${whole(webhooks.read)} read`
  ]

const credentialsLines = (credentials: CredentialsResult | undefined) =>
  credentials === undefined ? [] : [
    `p95: a token verified in ${credentials.verified.toFixed(2)} ms (aim 0.3), with status and rights ${
      credentials.authenticated.toFixed(2)
    } ms at 200/s (aim 2); 10,000 users searched by a part of the name ${within(credentials.users, 30)}`
  ]

const recipesLines = (recipes: RecipesResult | undefined) =>
  recipes === undefined ? [] : [
    `a food in 10,000 recipes, 2,000 meals and 500 menus: all follow its change after ${
      within(recipes.settled, 30_000)
    }, `
    + `${recipes.differing} of 1,050 differ, then a recipe is read in ${within(recipes.read, 100)}`,
    `100,000 recipes, p95: three ranges, two tags, sorted ${within(recipes.ranges, 60)}, words ${
      within(recipes.searched, 80)
    }`
  ]

/** What a run found, for a terminal. */
export const table = (results: Results) =>
  [
    ...httpLines(results),
    "",
    ...otherLines(results),
    "",
    ...searchLines(results.search),
    "",
    ...recipesLines(results.recipes),
    ...menusLines(results.menus),
    ...webhooksLines(results.webhooks),
    ...credentialsLines(results.credentials)
  ].join("\n").trim()
