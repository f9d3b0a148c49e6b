import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { mergePatch } from "../../src/kernel/mergePatch.ts"

const json = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Json))

describe("mergePatch", () => {
  /** The examples of RFC 7396, appendix A. */
  for (
    const [target, patch, merged] of [
      ["{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"],
      ["{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"],
      ["{\"a\":\"b\"}", "{\"a\":null}", "{}"],
      ["{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"],
      ["{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"],
      ["{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"],
      ["{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"],
      ["{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"],
      ["[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"],
      ["{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"],
      ["{\"a\":\"foo\"}", "null", "null"],
      ["{\"a\":\"foo\"}", "\"bar\"", "\"bar\""],
      ["{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"],
      ["[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"],
      ["{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"]
    ] as const
  ) {
    it(`${target} with ${patch}`, () => expect(mergePatch(json(target), json(patch))).toEqual(json(merged)))
  }

  it("gives no object another prototype", () => {
    const merged = mergePatch({ a: 1 }, JSON.parse("{\"__proto__\":{\"polluted\":true}}"))
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(merged).not.toHaveProperty("polluted")
    expect({}).not.toHaveProperty("polluted")
  })
})
