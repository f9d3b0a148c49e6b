import { assert, describe, it } from "@effect/vitest"
import { Schema, SchemaAST } from "effect"
import * as IamEvents from "../../src/contexts/iam/contract/IamEvents.ts"
import * as OnboardingEvents from "../../src/contexts/onboarding/contract/OnboardingEvents.ts"
import * as ProductEvents from "../../src/contexts/products/contract/ProductEvents.ts"
import * as RecipesEvents from "../../src/contexts/recipes/contract/RecipesEvents.ts"
import { publishedEvents } from "./publishedEvents.ts"

/** Every member of a payload: `/items[]/id`; with `?` where it may be missing. */
const membersOf = (ast: SchemaAST.AST, at = ""): ReadonlyArray<string> => {
  if (SchemaAST.isObjects(ast)) {
    return ast.propertySignatures.filter(({ name }) => name !== "_tag").flatMap(({ name, type }) => {
      const member = `${at}/${String(name)}${SchemaAST.isOptional(type) ? "?" : ""}`
      return [member, ...membersOf(type, member)]
    })
  }
  if (SchemaAST.isArrays(ast)) return [...ast.elements, ...ast.rest].flatMap((each) => membersOf(each, `${at}[]`))
  return SchemaAST.isUnion(ast) ? ast.types.flatMap((each) => membersOf(each, at)) : []
}

/** What a payload no longer has, or has from now on to have. */
const breaks = (members: ReadonlyArray<string>, published: string) => {
  const before = new Set(published.split(" "))
  const gone = [...before].filter((member) => !members.includes(member)).map((member) => `${member} is gone`)
  const demanded = members.filter((member) => !before.has(member) && !member.endsWith("?"))
  return [...gone, ...demanded.map((member) => `${member} was not there`)]
}

const all = [IamEvents, OnboardingEvents, ProductEvents, RecipesEvents].flatMap((module) =>
  Object.values<unknown>(module).flatMap((event) =>
    Schema.isSchema(event) && "identifier" in event && typeof event.identifier === "string" &&
      /^\w+\/\w+$/.test(event.identifier)
      ? [{ tag: event.identifier, members: membersOf(SchemaAST.toEncoded(event.ast)) }]
      : []
  )
)

describe("the events that are published", () => {
  it("are all known to this test: a new one gets a line", () => {
    assert.deepStrictEqual(all.map(({ tag }) => tag).toSorted(), Object.keys(publishedEvents).toSorted())
  })

  it("only ever gain members that may be missing", () => {
    const broken = all.flatMap(({ members, tag }) =>
      breaks(members, publishedEvents[tag] ?? "").map((what) => `${tag}: ${what}`)
    )
    assert.deepStrictEqual(broken, [])
  })

  it("are told when they do otherwise", () => {
    assert.deepStrictEqual(breaks(["/a", "/c", "/d?"], "/a /b"), ["/b is gone", "/c was not there"])
  })
})
