import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { MenuSheet } from "./menuSheet.ts"
import type { ListSheet } from "./page.ts"
import { wordsOf } from "./words.ts"

const resolve = createRequire(import.meta.url).resolve

const fontOf = (weight: string) =>
  readFileSync(resolve(`@expo-google-fonts/noto-sans/${weight}/NotoSans_${weight}.ttf`))

const template = (name: "menu" | "list") => readFileSync(new URL(`./${name}.typ`, import.meta.url), "utf8")

/** Made at the first document: fonts are read once. */
const once = <A>(make: () => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const compiler = once(() => NodeCompiler.create({ fontArgs: [{ fontBlobs: ["400Regular", "700Bold"].map(fontOf) }] }))
const templates = { menu: once(() => template("menu")), list: once(() => template("list")) }

/** A PDF with tags and its own fonts; what is shown goes into the template as data alone. */
const compiled = (name: "menu" | "list", sheet: MenuSheet | ListSheet): Uint8Array => {
  const typst = compiler()
  const words = wordsOf(sheet.language)
  const { weekdays: _, between: __, ...plain } = words
  const data = JSON.stringify({ ...sheet, words: plain })
  try {
    const made = typst.compile({ mainFileContent: templates[name](), inputs: { data } })
    const { result } = made
    if (result === null) {
      const error = made.takeError()
      throw new Error(`the document does not compile: ${JSON.stringify(error?.shortDiagnostics ?? null)}`)
    }
    return new Uint8Array(typst.pdf(result, { pdfTags: true }))
  } finally {
    // Otherwise it keeps every document that it has made.
    typst.evictCache(3)
  }
}

export const menuPdf = (sheet: MenuSheet): Uint8Array => compiled("menu", sheet)
export const listPdf = (sheet: ListSheet): Uint8Array => compiled("list", sheet)
