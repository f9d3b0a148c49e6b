import { palette } from "./palette.ts"

const days = Array.from({ length: 7 }, (_, index) => `.grid .d${index} { order: ${index}; }`).join(" ")

/** How the pages look: on a telephone day by day, and on paper as they are handed over. */
export const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 3rem; color: ${palette.ink}; background: ${palette.paper};
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
header { border-bottom: 3px solid ${palette.green}; margin-bottom: 1.5rem; padding-bottom: 1rem; }
h1 { font-size: 1.9rem; line-height: 1.15; margin: 0 0 .25rem; color: ${palette.green}; }
h2 { font-size: 1.3rem; margin: 2rem 0 .75rem; color: ${palette.green}; break-after: avoid; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .4rem; color: ${palette.green}; break-after: avoid; }
p { margin: .25rem 0; }
.soft { color: ${palette.soft}; }
.needs { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: .75rem 0 0; padding: 0; }
.needs li { background: ${palette.tint}; border: 1px solid ${palette.edge}; border-radius: 1rem; padding: .1rem .7rem; }
.attention { border-left: 4px solid ${palette.alarmEdge}; background: ${palette.alarmTint}; padding: .6rem 1rem; margin: 1rem 0; }
.attention h2 { margin: 0 0 .25rem; font-size: 1.05rem; color: ${palette.alarm}; }
.attention ul { margin: 0; padding-left: 1.1rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border: 1px solid ${palette.line}; padding: .45rem .5rem; vertical-align: top; text-align: left; }
thead th { background: ${palette.green}; color: ${palette.paper}; border-color: ${palette.green}; }
thead th span { display: block; font-weight: 400; }
tbody th { background: ${palette.tint}; font-weight: 600; }
tr { break-inside: avoid; }
.grid td { font-size: .92rem; }
.hour { color: ${palette.soft}; font-size: .85rem; font-variant-numeric: tabular-nums; }
.meal { font-weight: 600; display: block; }
.detail { display: block; color: ${palette.soft}; font-size: .85rem; font-weight: 400; white-space: pre-line; }
.gone .meal { text-decoration: line-through; font-weight: 400; }
.headed { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; break-after: avoid; }
.chart { margin: .75rem 0 .5rem; break-inside: avoid; overflow-x: auto; }
.chart text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.chart svg { display: block; width: 100%; height: auto; min-width: 40rem; }
.targets td { font-variant-numeric: tabular-nums; font-size: .92rem; }
.status { display: block; font-size: .8rem; font-weight: 600; }
.met { color: ${palette.met}; } .above { color: ${palette.above}; } .below { color: ${palette.below}; } .unknown { color: ${palette.unknown}; }
.list { columns: 3 16rem; column-gap: 2rem; }
.department { break-inside: avoid; margin: 0 0 1rem; }
.department h2, .department h3 { font-size: 1.05rem; margin: 0 0 .4rem; border-bottom: 1px solid ${palette.line}; }
.department ul { list-style: none; margin: 0; padding: 0; }
.department li { display: flex; gap: .55em; padding: .18em 0; break-inside: avoid; }
.box { flex: none; width: .95em; height: .95em; margin-top: .25em; border: 1.5px solid ${palette.soft}; border-radius: .15em; }
.box.ticked { background: linear-gradient(45deg, ${palette.soft}, ${palette.soft}); box-shadow: inset 0 0 0 2px ${palette.paper}; }
.name { flex: 1; } .amount { max-width: 50%; text-align: right; font-variant-numeric: tabular-nums; }
.ticked ~ .name, .ticked ~ .amount { color: ${palette.soft}; text-decoration: line-through; }
.recipes { columns: 2 24rem; column-gap: 2.5rem; }
.recipe { break-inside: avoid; border-top: 1px solid ${palette.line}; padding-bottom: .75rem; }
.recipe h3 { margin-top: .6rem; }
.recipe ul, .recipe ol { margin: .4rem 0; padding-left: 1.4rem; }
.notes { color: ${palette.soft}; font-size: .85rem; margin-top: .75rem; }
@media screen and (max-width: 48rem) {
  body { padding: 1.25rem 1rem 2rem; }
  .grid { display: flex; flex-direction: column; }
  .grid thead, .grid tbody, .grid tr { display: contents; }
  .grid .corner, .grid tbody th, .grid .empty { display: none; }
  ${days}
  .grid thead th { margin-top: .75rem; } .grid thead th span { display: inline; margin-left: .4rem; }
  .grid td { border-top: 0; display: flex; gap: .75rem; }
  .grid td::before { content: attr(data-meal); flex: 0 0 6.5rem; color: ${palette.soft}; font-weight: 600; }
  .scroll { overflow-x: auto; } .scroll table { min-width: 46rem; }
  .recipes { columns: 1; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 8pt; line-height: 1.3; }
  header { margin-bottom: 2mm; padding-bottom: 1.5mm; border-width: 1.2pt; }
  h1 { font-size: 15pt; } h2 { font-size: 11pt; margin: 3mm 0 1.5mm; } h3 { font-size: 9pt; margin: 2mm 0 .8mm; }
  p { margin: .5mm 0; } th, td { padding: .8mm 1.2mm; }
  .grid td, .targets td, .targets th { font-size: 7.5pt; line-height: 1.2; } .meal { display: inline; } .detail, .hour, .status { font-size: 6.8pt; }
  .department h2, .department h3 { font-size: 9.5pt; margin-bottom: 1mm; } .department { margin-bottom: 2.5mm; }
  .notes { font-size: 7pt; margin-top: 1.5mm; } .chart + h3 { display: none; }
  .week + .week, .cookbook { break-before: page; }
  .chart { margin: 0 0 1.5mm; overflow: visible; } .chart svg { min-width: 0; } .scroll { break-inside: avoid; }
  .crowded { break-inside: auto; } .crowded th:first-child { width: 24%; } .crowded thead th span { display: none; }
  .crowded :is(.detail, .status) { display: inline; white-space: nowrap; }
  .crowded .targets :is(th, td) { padding: .15mm 1.2mm; } .crowded .targets :is(th, td, span) { font-size: 6.8pt; line-height: 1.15; }
  .needs { margin-top: 1.5mm; } .recipe { padding-bottom: 1mm; }
  .list { columns: 3; } .recipes { columns: 2; }
  thead th, tbody th, .attention, .needs li, .box { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`

/** The paper that a page is printed on; a list is held upright, and in larger letters. */
export const paperOf = (paper: "landscape" | "portrait") =>
  `@page { size: A4 ${paper}; margin: 10mm 12mm 12mm; }\n` +
  (paper === "landscape"
    ? ""
    : "@media print { body { font-size: 10.5pt; } .detail { font-size: 8.5pt; } .department h2 { font-size: 12pt; } .list { columns: 2; } }\n")
