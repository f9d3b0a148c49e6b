import { Effect } from "effect"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import type { MenuSheet } from "./menuSheet.ts"
import type { ListSheet } from "./page.ts"
import { palette } from "./palette.ts"
import { wordsOf } from "./words.ts"

const { resolve } = createRequire(import.meta.url)

const fontOf = (weight: string) => readFile(resolve(`@expo-google-fonts/noto-sans/${weight}/NotoSans_${weight}.ttf`))

const template = (name: "common" | "menu" | "list") => readFile(new URL(`./${name}.typ`, import.meta.url), "utf8")

const load = async () => {
  // 50 MB, which only those who print need.
  const { NodeCompiler } = await import("@myriaddreamin/typst-ts-node-compiler")
  const fontBlobs = await Promise.all(["400Regular", "700Bold"].map(fontOf))
  const [common, menu, list] = await Promise.all([template("common"), template("menu"), template("list")])
  return { typst: NodeCompiler.create({ fontArgs: [{ fontBlobs }] }), menu: common + menu, list: common + list }
}

let loaded: ReturnType<typeof load> | undefined

/** What stands in the columns of a week. */
const narrow: ReadonlySet<string> = new Set(["mealType", "meal", "detail", "label"])

/** Words that their column does not hold may be broken; those of charts are short. */
const breakable = (key: string, value: unknown) => {
  if (typeof value !== "string" || key === "chart") return value
  const [long, part] = narrow.has(key) ? [/[^\s\u00a0]{18,}/gu, /.{9}(?=.)/gu] : [/[^\s\u00a0]{40,}/gu, /.{20}(?=.)/gu]
  return value.replace(long, (word) => word.replace(part, "$&\u200b"))
}

/** A PDF with tags and its own fonts; what is shown goes into the template as data alone. */
const compiled = (name: "menu" | "list", sheet: MenuSheet | ListSheet) =>
  Effect.promise(async () => {
    const { typst, ...templates } = await (loaded ??= load())
    const { weekdays: _, between: __, ...words } = wordsOf(sheet.language)
    try {
      const made = typst.compile({
        mainFileContent: templates[name],
        inputs: { data: JSON.stringify({ ...sheet, words, palette }, breakable) }
      })
      const { result } = made
      if (result === null) {
        const diagnostics = made.takeError()?.shortDiagnostics ?? null
        throw new Error(`the document does not compile: ${JSON.stringify(diagnostics)}`)
      }
      return new Uint8Array(typst.pdf(result, { pdfTags: true }))
    } finally {
      // Otherwise it keeps every document that it has made.
      typst.evictCache(3)
    }
  })

export const menuPdf = (sheet: MenuSheet) => compiled("menu", sheet)
export const listPdf = (sheet: ListSheet) => compiled("list", sheet)
