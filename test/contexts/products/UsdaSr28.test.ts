import * as NodeServices from "@effect/platform-node/NodeServices"
import { describe, expect, layer } from "@effect/vitest"
import { Effect, FileSystem, Stream } from "effect"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gunzipSync, gzipSync } from "node:zlib"
import { convertToCanonical } from "../../../src/contexts/products/contract/NutrientRules.ts"
// The importers are private to the context; here the mapping is compared with the raw files, without a database.
import type { ImportedProduct } from "../../../src/contexts/products/contract/ImportedProduct.ts"
import type { ImportOptions } from "../../../src/contexts/products/import/OpenedImport.ts"
import { open } from "../../../src/contexts/products/import/UsdaSr28.ts"
import { abbrevColumns } from "../../../src/contexts/products/import/UsdaSr28Mapping.ts"

const shared = fileURLToPath(new URL("../../../../shared/data/usda-sr28", import.meta.url))
const present = existsSync(shared)
const unlessPresent = present ? "" : " (skipped: no ../shared/data)"

const read = Effect.fnUntraced(function*(path: string, options?: ImportOptions) {
  const { batches, totalBytes } = yield* open(path, options)
  const all = yield* Stream.runCollect(batches)
  const elements = all.flatMap((batch) => batch.elements)
  return {
    totalBytes,
    batches: all,
    elements,
    products: elements.flatMap(({ record }) => record._tag === "ImportedProduct" ? [record] : []),
    rejected: elements.flatMap(({ record }) => record._tag === "RejectedRecord" ? [record] : [])
  }
})

type Cells = Readonly<Record<string, string>>

const quote = (cell: string) => /[",\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell
const table = (columns: ReadonlyArray<string>, rows: ReadonlyArray<Cells>) =>
  [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))]
    .map((cells) => `${cells.map(quote).join(",")}\n`).join("")

const abbrevOf = (...foods: ReadonlyArray<Cells>) =>
  table(abbrevColumns, foods.map((food, index) => ({ NDB_No: `0100${index}`, Shrt_Desc: "BUTTER", ...food })))

const foodColumns = ["NDB_No", "FdGrp_Cd", "Long_Desc", "Shrt_Desc", "ComName", "ManufacName", "SciName"]
const weightColumns = ["NDB_No", "Seq", "Amount", "Msre_Desc", "Gm_Wgt"]

const inFile = Effect.fnUntraced(function*(content: string | Uint8Array, name = "abbrev.csv") {
  const fs = yield* FileSystem.FileSystem
  const path = `${yield* fs.makeTempDirectoryScoped()}/${name}`
  yield* fs.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content)
  return path
})

const inFolder = Effect.fnUntraced(function*(files: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  for (const [name, content] of Object.entries(files)) yield* fs.writeFileString(`${folder}/${name}`, content)
  return folder
})

const folderOf = (foods: ReadonlyArray<Cells>, descriptions: ReadonlyArray<Cells>, weights: ReadonlyArray<Cells>) =>
  inFolder({
    "ABBREV.csv": abbrevOf(...foods),
    "food_des.csv": table(foodColumns, descriptions),
    "fd_group.csv": table(["FdGrp_Cd", "FdGrp_Desc"], [{ FdGrp_Cd: "0100", FdGrp_Desc: "Dairy and Egg Products" }]),
    "weight.csv": table(weightColumns, weights)
  })

const firstOf = Effect.fnUntraced(function*(content: string) {
  const { products } = yield* read(yield* inFile(content))
  return products[0] ?? expect.fail("no product")
})

const warningsOf = ({ warnings }: ImportedProduct) => warnings.map(({ code, field }) => `${code} ${field}`)

layer(NodeServices.layer)("USDA SR28", (it) => {
  describe("the shared files", () => {
    it.effect.skipIf(!present)(
      `the folder has the counts of the specification${unlessPresent}`,
      () =>
        Effect.gen(function*() {
          const { batches, elements, products, rejected, totalBytes } = yield* read(shared)
          expect(elements).toHaveLength(6_179)
          expect(rejected).toEqual([])
          expect(products.reduce((sum, { nutrients }) => sum + Object.keys(nutrients).length, 0)).toBe(234_668)
          expect(new Set(products.map(({ brand }) => brand).filter((brand) => brand !== null)).size).toBe(113)
          expect(new Set(products.map(({ category }) => category)).size).toBe(25)
          expect(products.reduce((sum, { portions }) => sum + portions.length, 0)).toBe(10_676)
          const warnings = products.flatMap(warningsOf)
          expect(new Set(warnings)).toEqual(new Set(["portion_repeated portions"]))
          expect(warnings).toHaveLength(10_912 - 10_676)
          expect(new Set(elements.map(({ hash }) => hash)).size).toBe(6_179)
          expect(batches.at(-1)?.bytesRead).toBe(totalBytes)
        })
    )

    it.effect.skipIf(!present)(`33 foods have vitamin D in IU alone${unlessPresent}`, () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const text = gunzipSync(yield* fs.readFile(`${shared}/abbrev.csv.gz`)).toString("utf8")
        const rows = text.replace(/"(?:[^"]|"")*"/g, "").trim().split("\n").map((line) => line.split(","))
        const cellsOf = new Map(rows.map((cells) => [cells[0], cells]))
        const place = rows[0]?.indexOf("Vit_D_mcg") ?? 0
        const { products } = yield* read(`${shared}/abbrev.csv.gz`)
        let alone = 0
        for (const { nutrients, sourceRef } of products) {
          const [micrograms = "", iu = ""] = cellsOf.get(sourceRef)?.slice(place) ?? []
          if (iu !== "" && micrograms === "") {
            alone++
            expect(nutrients.vitaminD?.value).toBe(convertToCanonical("vitaminD", Number(iu), "IU"))
          } else expect(nutrients.vitaminD?.value).toBe(micrograms === "" ? undefined : Number(micrograms))
        }
        expect(alone).toBe(33)
      }))
  })

  describe("the mapping", () => {
    it.effect("joins the tables of the folder", () =>
      Effect.gen(function*() {
        const folder = yield* folderOf(
          [{ Water: "15.87", Energ_Kcal: "717", Vit_D_IU: "40", Refuse_Pct: "12.5", GmWt_1: "5", GmWt_Desc1: "1 pat" }],
          [{
            NDB_No: "01000",
            FdGrp_Cd: "0100",
            Long_Desc: "Butter, \"salted\"",
            ComName: "manteiga, Beurre , MANTEIGA,,-",
            ManufacName: "Dairy Co., Inc.",
            SciName: "Bos taurus"
          }],
          [
            { NDB_No: "01000", Amount: "3", Msre_Desc: "oz", Gm_Wgt: "85" },
            { NDB_No: "01000", Amount: ".5", Msre_Desc: "cup", Gm_Wgt: "113.5" },
            { NDB_No: "01000", Amount: "1", Msre_Desc: "OZ.", Gm_Wgt: "28" },
            { NDB_No: "01999", Amount: "1", Msre_Desc: "cup", Gm_Wgt: "1" }
          ]
        )
        const { products } = yield* read(folder)
        expect(products).toEqual([{
          _tag: "ImportedProduct",
          sourceRef: "01000",
          name: "Butter, \"salted\"",
          language: "en",
          aliases: [
            { language: "en", name: "manteiga", kind: "synonym" },
            { language: "en", name: "Beurre", kind: "synonym" },
            { language: "la", name: "Bos taurus", kind: "scientific" }
          ],
          barcode: null,
          isFood: true,
          brand: "Dairy Co., Inc.",
          category: "Dairy and Egg Products",
          parentCategory: null,
          foodGroup: null,
          processType: null,
          nutrientBasis: "per100g",
          nutrients: { water: { value: 15.87 }, energyKcal: { value: 717 }, vitaminD: { value: 1 } },
          edibleYield: 0.875,
          portions: [{ name: "oz", grams: 28.3333333333 }, { name: "cup", grams: 227 }],
          warnings: [{
            code: "portion_repeated",
            field: "portions",
            detail: "\"OZ.\" with amount \"1\" and \"28\" g"
          }]
        }])
      }))

    it.effect("ABBREV alone gives the short name and its two measures", () =>
      Effect.gen(function*() {
        const measures = { GmWt_1: "200", GmWt_Desc1: "6.75 fl oz", GmWt_2: "70", GmWt_Desc2: ".25 cup" }
        const product = yield* firstOf(abbrevOf({ ...measures, Vit_D_mcg: "1.5", Vit_D_IU: "99" }))
        expect(product).toMatchObject({ name: "BUTTER", brand: null, category: null, edibleYield: null, aliases: [] })
        expect(product.portions).toEqual([{ name: "fl oz", grams: 29.6296296296 }, { name: "cup", grams: 280 }])
        expect(product.nutrients).toEqual({ vitaminD: { value: 1.5 } })
      }))

    it.effect("a bad value is left out and told of", () =>
      Effect.gen(function*() {
        const product = yield* firstOf(abbrevOf({
          Water: ",0,02",
          Protein: "101",
          Sodium: "-1",
          Vit_C: "0x10",
          Zinc: "0",
          Iron: "1e999",
          Vit_D_mcg: "?",
          Vit_D_IU: "40",
          Refuse_Pct: "100",
          GmWt_1: "x",
          GmWt_Desc1: "1 cup",
          GmWt_2: "10",
          GmWt_Desc2: "0 cup"
        }))
        expect(product.nutrients).toEqual({ zinc: { value: 0 }, vitaminD: { value: 1 } })
        expect(product).toMatchObject({ edibleYield: null, portions: [] })
        expect(warningsOf(product)).toEqual([
          "value_unreadable nutrients.water",
          "value_out_of_range nutrients.protein",
          "value_out_of_range nutrients.iron",
          "value_out_of_range nutrients.sodium",
          "value_unreadable nutrients.vitaminC",
          "value_unreadable nutrients.vitaminD",
          "value_out_of_range edibleYield",
          "value_unreadable portions",
          "value_out_of_range portions"
        ])
        expect(product.warnings[1]?.detail).toBe("Protein is 101; it must be from 0 to 100 g per 100 g")
      }))

    it.effect("a portion name is cut at 100 characters", () =>
      Effect.gen(function*() {
        const product = yield* firstOf(abbrevOf({ GmWt_1: "5", GmWt_Desc1: `1 ${"x".repeat(99)}🍕!` }))
        expect(product.portions).toEqual([{ name: `${"x".repeat(99)}🍕`, grams: 5 }])
        expect(warningsOf(product)).toEqual(["text_cut portions"])
      }))

    it.effect("records without a ref or a name are rejected, the others stay", () =>
      Effect.gen(function*() {
        const content = abbrevOf(
          { NDB_No: " " },
          { Shrt_Desc: "--" },
          { Shrt_Desc: "x".repeat(501) },
          { Shrt_Desc: "good" }
        )
        const { products, rejected } = yield* read(yield* inFile(`${content}01009,"open\n01010,x\n`))
        expect(products.map(({ name }) => name)).toEqual(["good"])
        expect(rejected.map(({ line, reason, sourceRef }) => [line, sourceRef, reason])).toEqual([
          [2, null, "missing_ref"],
          [3, "01001", "missing_name"],
          [4, "01002", "name_too_long"],
          [6, null, "malformed"],
          [7, null, "malformed"]
        ])
        expect(rejected[4]).toMatchObject({ detail: "2 columns, not 53", raw: "01010,x" })
      }))

    it.effect("the hash covers the joined rows", () =>
      Effect.gen(function*() {
        const hashOf = (weight: string) =>
          folderOf([{}], [{ NDB_No: "01000", Long_Desc: "Butter" }], [{ NDB_No: "01000", Amount: "1", Gm_Wgt: weight }])
            .pipe(Effect.flatMap(read), Effect.map(({ elements }) => elements[0]?.hash))
        expect(yield* hashOf("5")).toMatch(/^[0-9a-f]{64}$/)
        expect(yield* hashOf("5")).toBe(yield* hashOf("5"))
        expect(yield* hashOf("5")).not.toBe(yield* hashOf("6"))
      }))
  })

  describe("the file", () => {
    const many = abbrevOf(...Array.from({ length: 3_000 }, (_, index) => ({ NDB_No: String(index).padStart(5, "0") })))

    it.effect("is gzip or not by its content", () =>
      Effect.gen(function*() {
        const plain = yield* read(yield* inFile(many, "abbrev.csv.gz"))
        const zipped = yield* read(yield* inFile(gzipSync(many), "abbrev.csv"))
        expect(zipped.elements).toEqual(plain.elements)
        expect(zipped.elements).toHaveLength(3_000)
        expect(zipped.totalBytes).toBeLessThan(plain.totalBytes ?? 0)
      }))

    it.effect("is read on from a checkpoint", () =>
      Effect.gen(function*() {
        const path = yield* inFile(gzipSync(many))
        const whole = yield* read(path)
        const resumeAt = whole.batches[0]?.checkpoint
        expect(resumeAt?.sha256).toBe(createHash("sha256").update(many.slice(0, resumeAt?.offset)).digest("hex"))
        const rest = yield* read(path, { resumeAt })
        expect(rest.elements).toEqual(whole.elements.slice(1_000))
        const changed = yield* Effect.flip(read(yield* inFile(many.replace("BUTTER", "BATTER")), { resumeAt }))
        expect(changed).toMatchObject({ reason: "changed" })
        expect(changed.message).toContain("the file has changed")
      }))

    it.effect("a gzip cut in the middle fails after what came before", () =>
      Effect.gen(function*() {
        const zipped = gzipSync(many)
        const path = yield* inFile(zipped.subarray(0, zipped.length / 2))
        const { batches } = yield* open(path)
        let seen = 0
        const failure = yield* batches.pipe(
          Stream.runForEach(({ elements }) => Effect.sync(() => seen += elements.length)),
          Effect.flip
        )
        expect(failure).toMatchObject({ reason: "cut_short", message: `${path}: the gzip data ends too early` })
        expect(seen).toBeGreaterThan(0)
        expect(seen).toBeLessThan(3_000)
      }))

    it.effect("what cannot be read fails in one line at once", () =>
      Effect.gen(function*() {
        const damaged = gzipSync(many)
        damaged.fill(0xff, 20, 40)
        const folder = yield* inFolder({ "abbrev.csv": many, "WEIGHT.CSV": "" })
        const broken = yield* folderOf([{}], [], [])
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(`${broken}/weight.csv`, `${weightColumns.join(",")}\n01000,1\n`)
        const cases: ReadonlyArray<readonly [path: string, reason: string, message: RegExp]> = [
          ["/no/such/file", "not_found", /no such file or folder/],
          [yield* inFile(""), "empty", /the file is empty/],
          [yield* inFile(gzipSync("")), "empty", /the file is empty/],
          [folder, "missing_files", /has no food_des\.csv, fd_group\.csv \(/],
          [yield* inFile(damaged), "not_delimited", /gzip data is damaged/],
          [yield* inFile(Uint8Array.from([0x89, 0x50, 0xff, 0, 10])), "not_delimited", /no header \(not UTF-8\)/],
          [yield* inFile("NDB_No,Shrt_Desc\n01001,x\n"), "wrong_header", /has no Vit_D_IU, GmWt_1, .* and 46 more/],
          [broken, "not_delimited", /weight\.csv: line 2 cannot be read \(2 columns, not 5\)/]
        ]
        for (const [path, reason, message] of cases) {
          const failure = yield* Effect.flip(Effect.scoped(open(path)))
          expect(failure).toMatchObject({ _tag: "products/ImportSourceFailed", reason })
          expect(failure.message).toMatch(message)
          expect(failure.message).not.toContain("\n")
        }
      }))
  })
})
