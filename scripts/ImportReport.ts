import { type ImportReport, rejectedCount } from "../src/contexts/products/contract/ImportedProduct.ts"

export const numbered = (count: number) => count.toLocaleString("en-US")

const counts = (sums: Readonly<Record<string, number | undefined>>) =>
  Object.entries(sums).map(([name, count]) => `${name} ${numbered(count ?? 0)}`).join(", ")

/** A report for people: what became of the records, why some were rejected, what was left out of others. */
export const reportLines = (report: ImportReport): ReadonlyArray<string> => {
  const { created, merged, read, rejected, unchanged, updated, warnings } = report
  const lines = [
    `read ${numbered(read)}: created ${numbered(created)}, updated ${numbered(updated)}, unchanged ${
      numbered(unchanged)
    }, merged ${numbered(merged)}, rejected ${numbered(rejectedCount(report))}`
  ]
  if (rejectedCount(report) > 0) lines.push(`rejected: ${counts(rejected)}`)
  if (Object.keys(warnings).length > 0) lines.push(`warnings: ${counts(warnings)}`)
  return lines
}
