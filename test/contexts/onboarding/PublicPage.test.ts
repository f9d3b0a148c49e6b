import { assert, layer } from "@effect/vitest"
import axe from "axe-core"
import { Effect } from "effect"
import { HttpClient, HttpServer } from "effect/http"
import { JSDOM } from "jsdom"
import { existsSync } from "node:fs"
import { chromium } from "playwright-core"
import { clientOf } from "../../support/TestServer.ts"
import { WorkingServer } from "../../support/WorkingServer.ts"
import { filled, getPage, openForm, post, tokenIn, write } from "./Questionnaire.ts"

const browser = "/usr/bin/chromium"

const violations = Effect.fnUntraced(function*(page: string) {
  const { window } = new JSDOM(page, { runScripts: "outside-only" })
  window.eval(axe.source)
  const found = yield* Effect.promise<axe.AxeResults>(() =>
    window["axe"].run(window.document, { rules: { "color-contrast": { enabled: false } } })
  )
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)
})

layer(WorkingServer(), { excludeTestServices: true })("the page of a form", (it) => {
  it.effect("can be read by everybody, with and without faults", () =>
    Effect.gen(function*() {
      const form = yield* openForm()
      const { page, response } = yield* getPage(form.slug)
      assert.deepStrictEqual(yield* violations(page), [])
      const { page: faulty } = yield* post(form.slug, [["form-token", "x"], ["nome", "<script>alert(1)</script>"]])
      assert.deepStrictEqual(yield* violations(faulty), [])
      for (const shown of [page, faulty]) {
        assert.notMatch(shown, /<script|javascript:|\son\w+=|https?:\/\//i)
        assert.include(shown, "lang=\"pt-BR\"")
        assert.include(shown, "autocomplete=\"email\"")
        assert.include(shown, "autocomplete=\"tel\"")
        assert.include(shown, "autocomplete=\"address-level2\"")
      }
      assert.include(faulty, "&#60;script&#62;alert(1)")
      assert.include(faulty, "aria-invalid=\"true\"")
      const policy = response.headers["content-security-policy"] ?? ""
      for (const part of ["default-src 'none'", "style-src 'self'", "form-action 'self'"]) assert.include(policy, part)
      assert.isUndefined(response.headers["set-cookie"])
      const client = yield* HttpClient.HttpClient
      const style = yield* client.get("/forms/style.css")
      assert.strictEqual(style.headers["content-type"], "text/css; charset=utf-8")
    }))

  it.effect("is refused the eleventh time in an hour", () =>
    Effect.gen(function*() {
      const form = yield* openForm()
      const statuses: Array<number> = []
      for (let n = 0; n < 11; n++) statuses.push((yield* post(form.slug, [["form-token", "x"]])).response.status)
      assert.deepStrictEqual(statuses, [...Array.from({ length: 10 }, () => 422), 429])
      const { page, response } = yield* post(form.slug, [["form-token", "x"]])
      assert.include(page, "muitas vezes")
      assert.isAbove(Number(response.headers["retry-after"]), 0)
    }))

  it.effect("takes JSON from programs", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const form = yield* openForm()
      const { page } = yield* getPage(form.slug, { accept: "application/json" })
      const { data: { fields, token } }: { data: { fields: ReadonlyArray<unknown>; token: string } } = JSON.parse(page)
      assert.strictEqual(fields.length, 15)
      const params = { slug: form.slug }
      const early = yield* Effect.flip(
        api.publicForms.submit({ params, payload: { token, answers: { nome: 1, "a/b": 2 } } })
      )
      const errors: ReadonlyArray<{ pointer: string }> = Reflect.get(Object(early), "errors")
      assert.deepStrictEqual(
        errors.map(({ pointer }) => pointer),
        ["/token", "/answers/nome", "/answers/email", "/answers/ciente", "/answers/a~1b", "/consent"]
      )
      yield* Effect.sleep("3100 millis")
      const answers = { nome: "Ana", email: "ana@example.com", alergias: ["Leite"], ciente: true, peso: 70 }
      const payload = { token, answers, consent: true }
      const first = yield* api.publicForms.submit({ params, payload })
      assert.deepStrictEqual(yield* api.publicForms.submit({ params, payload }), first)
    }))

  it.effect("keeps to the questions of the page, though the form has others by now", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const form = yield* openForm()
      const { page } = yield* getPage(form.slug)
      yield* api.forms.change({
        ...write,
        params: { id: form.id },
        payload: {
          consentText: "Outro texto",
          fields: [{ ref: "novo", type: "short_text", title: "Novo", required: true }]
        }
      })
      yield* Effect.sleep("3100 millis")
      assert.strictEqual((yield* post(form.slug, [["form-token", tokenIn(page)], ...filled])).response.status, 200)
      const { data: [summary] } = yield* api.responses.list({ query: { formId: [form.id] } })
      const { data } = yield* api.responses.get({ params: { id: summary?.id ?? assert.fail("no response") } })
      assert.deepStrictEqual([data.definitionVersion, data.answers?.length], [1, 15])
      assert.strictEqual(data.consent?.text, "Concordo com o uso dos meus dados.")
    }))

  it.effect.skipIf(!existsSync(browser))(
    "is filled in by keyboard alone (skipped where there is no browser)",
    () =>
      Effect.gen(function*() {
        const api = yield* clientOf()
        const { body: { data: draft } } = yield* api.forms.register({
          ...write,
          payload: {
            title: "Teclado",
            fields: [
              { ref: "nome", type: "short_text", title: "Nome", required: true },
              { ref: "fuma", type: "yes_no", title: "Fuma?", required: true }
            ]
          }
        })
        yield* api.forms.activate({ ...write, params: { id: draft.id } })
        const { address } = yield* HttpServer.HttpServer
        const port = address._tag === "InetAddressV4" || address._tag === "InetAddressV6" ? address.port : 0
        const found = yield* Effect.promise(async () => {
          const chrome = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"] })
          try {
            const tab =
              await (await chrome.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } }))
                .newPage()
            await tab.goto(`http://127.0.0.1:${port}/forms/${draft.slug ?? ""}`)
            const isWide = (await tab.locator("main").boundingBox())?.width
            await tab.keyboard.press("Tab")
            await tab.keyboard.press("Enter")
            await tab.waitForSelector(".summary:focus")
            await tab.waitForTimeout(3100)
            await tab.keyboard.press("Tab")
            await tab.keyboard.press("Enter")
            await tab.keyboard.type("Ana")
            await tab.keyboard.press("Tab")
            await tab.keyboard.press("Space")
            await tab.keyboard.press("Tab")
            await tab.keyboard.press("Enter")
            await tab.waitForURL(/thanks/)
            return { isWide, heading: await tab.textContent("h1") }
          } finally {
            await chrome.close()
          }
        })
        assert.deepStrictEqual(found, { isWide: 360, heading: "Obrigado!" })
        const { pagination } = yield* api.responses.list({ query: { formId: [draft.id] } })
        assert.strictEqual(pagination.total, 1)
      })
  )
})
