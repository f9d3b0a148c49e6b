import { assert, layer } from "@effect/vitest"
import axe from "axe-core"
import { Effect, identity } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import ICAL from "ical.js"
import { JSDOM } from "jsdom"
import { existsSync } from "node:fs"
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs"
import { chromium } from "playwright-core"
import { nutrientCodes } from "../../../src/contexts/products/contract/Nutrients.ts"
import { weekdays } from "../../../src/contexts/recipes/contract/Menu.ts"
import { nutrientNames } from "../../../src/contexts/recipes/print/nutrientNames.ts"
import { palette } from "../../../src/contexts/recipes/print/palette.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }
const browser = "/usr/bin/chromium"
type Colour = keyof typeof palette
const longWord = "Supercalifragilística".repeat(4)

const setting = Effect.gen(function*() {
  const api = yield* clientOf()
  const foods = yield* createFoods
  const book = examples(foods)
  const recipe = yield* createRecipe({
    ...book.rice,
    name: "Arroz à moda da praça",
    instructions: [{ text: "Refogue, junte a água e tampe: não mexa!" }]
  })
  const { body: { data: meal } } = yield* api.meals.create({
    ...write,
    payload: { name: "Almoço; com <pão>, sem \\ pressa", components: [{ recipeId: recipe.id, portions: 1 }] }
  })
  const { body: { data: client } } = yield* api.clients.create({
    ...write,
    payload: {
      name: "João Conceição",
      restrictions: { allergens: ["milk"], diets: ["½ sal", longWord] },
      targets: [{ nutrient: "energyKcal", period: "day", min: 300, max: 2000 }]
    }
  })
  const { body: { data: menu } } = yield* api.menus.create({
    ...write,
    payload: {
      name: "Semana da Ação <script>alert(1)</script> 漢",
      clientId: client.id,
      startDate: "2027-04-07",
      weeks: 2
    }
  })
  const slot = { mealType: "Almoço", mealId: meal.id, week: 1 }
  yield* api.menus.replaceSlots({
    ...write,
    params: { id: menu.id },
    payload: {
      slots: [
        {
          ...slot,
          weekday: "wednesday",
          hour: "12:30",
          note: "linha 1, e uma observação bem comprida sobre a preparação\nlinha 2"
        },
        { ...slot, weekday: "sunday" }
      ]
    }
  })
  const { body: { data: list } } = yield* api.shoppingLists.save({
    ...write,
    params: { id: client.id },
    payload: { name: "Compras da praça", menuIds: [menu.id], ownLines: [{ text: "Guardanapos à vontade" }] }
  })
  const read = Effect.fnUntraced(function*(path: string, language?: string) {
    const { token } = yield* Administrator
    const { execute } = yield* HttpClient.HttpClient
    const request = HttpClientRequest.get(path).pipe(
      HttpClientRequest.bearerToken(token),
      language === undefined ? identity : HttpClientRequest.setHeader("accept-language", language)
    )
    return yield* execute(request)
  })
  return {
    read,
    api,
    meal,
    menuPath: `/v1/menus/${menu.id}`,
    menu,
    listPath: `/v1/clients/${client.id}/shopping-lists/${list.id}`
  }
})

const violationsOf = Effect.fnUntraced(function*(html: string) {
  const { window } = new JSDOM(html, { runScripts: "outside-only" })
  window.eval(axe.source)
  const found = yield* Effect.promise<axe.AxeResults>(() =>
    window["axe"].run(window.document, { rules: { "color-contrast": { enabled: false } } })
  )
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
})

/** Of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05). */
const contrast = (one: Colour, other: Colour) => {
  const luminance = (colour: Colour) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
      Number.parseInt(palette[colour].slice(at, at + 2), 16) / 255
    )
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** A page on the paper that it asks for. */
const printedBy = (html: string) =>
  Effect.promise(async () => {
    const running = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"] })
    try {
      const page = await running.newPage()
      await page.setContent(html)
      return new Uint8Array(await page.pdf({ preferCSSPageSize: true, printBackground: true }))
    } finally {
      await running.close()
    }
  })

const textOf = (bytes: Uint8Array) =>
  Effect.promise(async () => {
    const task = getDocument({ data: bytes, useSystemFonts: false, verbosity: 0 })
    const document = await task.promise
    const pages = Array.from({ length: document.numPages }, async (_, index) => {
      const { items } = await (await document.getPage(index + 1)).getTextContent()
      return items.map((item) => "str" in item ? item.str : "").join(" ")
    })
    const texts = await Promise.all(pages)
    const text = texts.join(" ").replace(/\s+/g, " ")
    const metadata = await document.getMetadata()
    await task.destroy()
    return { text, pages: texts, metadata }
  })

layer(TestServer(), { excludeTestServices: true })("what is printed of menus", (it) => {
  it.effect("is a page without scripts or other files, which axe-core finds nothing wrong with", () =>
    Effect.gen(function*() {
      const { listPath, menuPath, read } = yield* setting
      const answer = yield* read(`${menuPath}/print.html`)
      const html = yield* answer.text
      assert.match(answer.headers["content-security-policy"] ?? "", /default-src 'none'/)
      assert.strictEqual(answer.headers["content-language"], "pt-BR")
      assert.match(html, /^<!doctype html>\n<html lang="pt-BR">/)
      assert.notMatch(html, /<script|<link|<img|src=|href=|url\(|@import/i)
      for (
        const text of [
          "Semana 1 · 7 – 13 de abril de 2027",
          "Arroz à moda da praça",
          "Lista de compras",
          "Meta: 300 kcal a 2.000 kcal",
          "74 %"
        ]
      ) {
        assert.include(html.replace(/[\u2009\u00a0]/g, " "), text)
      }
      assert.include(html, "Semana da Ação &#60;script&#62;")
      assert.include(html, "Sem leite")
      assert.notInclude(html, "Semana 2")
      assert.deepStrictEqual(yield* violationsOf(html), [])
      assert.deepStrictEqual(yield* violationsOf(yield* (yield* read(`${listPath}/print.html`)).text), [])
      const english = yield* (yield* read(`${menuPath}/print.html`, "fr, en-GB;q=0.9, pt;q=0.5")).text
      assert.match(english, /<html lang="en">/)
      assert.include(english, "Shopping list")
    }))

  it("has colours that are told apart", () => {
    const texts: ReadonlyArray<readonly [Colour, Colour]> = [
      ...(["ink", "soft", "green", "met", "above", "below", "unknown"] as const).map((colour) =>
        [colour, "paper"] as const
      ),
      ...(["ink", "soft"] as const).flatMap((colour) =>
        [[colour, "tint"], [colour, "alarmTint"], [colour, "aim"]] as const
      ),
      ["alarm", "alarmTint"],
      ["paper", "green"],
      ...(["carbohydrate", "protein", "fat", "alcohol", "other"] as const).map((colour) => ["paper", colour] as const)
    ]
    for (const [text, ground] of texts) assert.isAtLeast(contrast(text, ground), 4.5, `${text} on ${ground}`)
    for (const bar of ["carbohydrate", "protein", "fat", "alcohol", "other"] as const) {
      assert.isAtLeast(contrast(bar, "aim"), 3, `${bar} on the band`)
    }
  })

  it.effect.skipIf(!existsSync(browser))(
    "is read well in a browser, wide, narrow and on paper",
    () =>
      Effect.gen(function*() {
        const { menuPath, read } = yield* setting
        const html = yield* (yield* read(`${menuPath}/print.html`)).text
        const found = yield* Effect.promise(async () => {
          const running = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"] })
          try {
            const page = await running.newPage()
            const results: Array<string> = []
            for (const width of [390, 1280, 1754]) {
              await page.setViewportSize({ width, height: 900 })
              await page.emulateMedia({ media: width === 1754 ? "print" : "screen" })
              await page.setContent(html)
              await page.evaluate(axe.source)
              const { violations } = await page.evaluate<axe.AxeResults>("axe.run()")
              results.push(...violations.map(({ id }) => `${width}: ${id}`))
              const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")
              if (wide > 0) results.push(`${width}: scrolls sideways by ${wide}`)
            }
            return results
          } finally {
            await running.close()
          }
        })
        assert.deepStrictEqual(found, [])
      }),
    { timeout: 60_000 }
  )

  it.effect("is a PDF with title, language and every line as text", () =>
    Effect.gen(function*() {
      const { listPath, menuPath, read } = yield* setting
      const answer = yield* read(`${menuPath}/menu.pdf`)
      assert.strictEqual(answer.headers["content-type"], "application/pdf")
      assert.match(
        answer.headers["content-disposition"] ?? "",
        /^inline; filename="Semana da Acao [^"]*\.pdf"; filename\*=UTF-8''/
      )
      const bytes = new Uint8Array(yield* answer.arrayBuffer)
      const raw = Buffer.from(bytes).toString("latin1")
      assert.match(raw, /\/Lang ?\(pt-BR\)/)
      assert.match(raw, /\/StructTreeRoot/)
      assert.deepStrictEqual(
        [...new Set([...raw.matchAll(/\/BaseFont ?\/\w+\+([\w-]+)/g)].map(([, font]) => font))].toSorted(),
        ["NotoSans-Bold", "NotoSans-Bold-Identity-H", "NotoSans-Regular", "NotoSans-Regular-Identity-H"].filter((
          font
        ) => raw.includes(`+${font}`))
      )
      const { pages, text } = yield* textOf(bytes)
      assert.isTrue(pages.every((page) => page.length > 100), "a page is empty")
      assert.strictEqual(pages.filter((page) => page.includes("Quarta")).length, 1, "a week is on one page")
      for (
        const line of [
          "João Conceição",
          "Semana da Ação <script>alert(1)</script>",
          "½ sal",
          "Arroz à moda da praça",
          "Refogue, junte a água e tampe: não mexa!",
          "Quarta",
          "300 g de rice",
          "1 onion",
          "Média por dia: 343 kcal",
          "Sem leite",
          "Energia",
          "onion"
        ]
      ) {
        assert.include(text, line)
      }
      const ofList = yield* textOf(new Uint8Array(yield* (yield* read(`${listPath}/list.pdf`)).arrayBuffer))
      for (const line of ["Compras da praça", "Guardanapos à vontade", "onion", "rice"]) {
        assert.include(ofList.text, line)
      }
    }))

  it.effect("has a usual week on one page with a dozen targets and more", () =>
    Effect.gen(function*() {
      const { api, meal, read } = yield* setting
      const week = Effect.fnUntraced(function*(count: number) {
        const { body: { data: client } } = yield* api.clients.create({
          ...write,
          payload: {
            name: "Ana",
            targets: nutrientCodes.slice(0, count).map((nutrient) => ({ nutrient, period: "day", min: 1, max: 1900 }))
          }
        })
        const { body: { data: menu } } = yield* api.menus.create({
          ...write,
          payload: { name: "Abril", clientId: client.id, startDate: "2027-04-05" }
        })
        const slots = ["Café da manhã", "Lanche da manhã", "Almoço", "Lanche da tarde", "Jantar"].flatMap((mealType) =>
          weekdays.map((weekday) => ({ week: 1, weekday, mealType, hour: "07:30", mealId: meal.id }))
        )
        yield* api.menus.replaceSlots({ ...write, params: { id: menu.id }, payload: { slots } })
        return `/v1/menus/${menu.id}`
      })
      const lastOf = (count: number) => nutrientNames[nutrientCodes[count - 1] ?? assert.fail("no nutrient")][0]
      for (const count of [3, 12, 20]) {
        const path = yield* week(count)
        const { pages: [first = ""] } = yield* textOf(
          new Uint8Array(yield* (yield* read(`${path}/menu.pdf`)).arrayBuffer)
        )
        assert.include(first, "Jantar", `${count} targets`)
        assert.include(first, lastOf(count), `${count} targets`)
        if (!existsSync(browser)) continue
        const printed = yield* printedBy(yield* (yield* read(`${path}/print.html`)).text)
        const [firstPrinted = "", ...others] = (yield* textOf(printed)).pages
        assert.include(firstPrinted, "Jantar", `${count} targets`)
        if (count < 20) assert.include(firstPrinted, lastOf(count), `${count} targets`)
        else {
          assert.include(firstPrinted, lastOf(12))
          assert.match(others.join(), new RegExp(`Meta .*${lastOf(count)}`), "what goes on is headed again")
        }
      }
    }), { timeout: 60_000 })

  it.effect("is a calendar that others read, the same one each time", () =>
    Effect.gen(function*() {
      const { api, menu, menuPath, read } = yield* setting
      const text = yield* (yield* read(`${menuPath}/menu.ics`)).text
      assert.strictEqual(yield* (yield* read(`${menuPath}/menu.ics`)).text, text)
      assert.isTrue(text.split("\r\n").every((line) => Buffer.byteLength(line) <= 75 && !line.includes("\n")))
      const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((each) =>
        new ICAL.Event(each)
      )
      const { body: { data } } = yield* api.menus.get({ params: { id: menu.id } })
      const slots = data.plan.flatMap(({ days }) => days.flatMap((day) => day.slots))
      assert.sameMembers(events.map(({ uid }) => uid), slots.map(({ id }) => id))
      const [timed, whole] = [
        events.find(({ startDate }) => !startDate.isDate),
        events.find(({ startDate }) => startDate.isDate)
      ]
      assert.strictEqual(timed?.startDate.toString(), "2027-04-07T12:30:00")
      assert.strictEqual(timed?.startDate.zone.tzid, "floating")
      assert.strictEqual(timed?.duration.toSeconds(), 3600)
      assert.strictEqual(timed?.summary, "Almoço: Almoço; com <pão>, sem \\ pressa")
      assert.match(timed?.description ?? "", /preparação\nlinha 2$/)
      assert.strictEqual(whole?.startDate.toString(), "2027-04-11")
    }))
})
