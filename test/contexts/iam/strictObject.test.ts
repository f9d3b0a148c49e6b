import { assert, it } from "@effect/vitest"
import { strictObject } from "../../../src/contexts/iam/token/strictObject.ts"

const read = (text: string) => strictObject(Buffer.from(text))

it("reads what JSON.parse reads, but for names that stand twice and bytes that are no UTF-8", () => {
  const nested = "{\"a\":{\"a\":[{\"a\":\"\\\"a\\\":{,}[\\\\\"},{\"a\":1}],\"b\":null},\"b\":{}}"
  assert.deepStrictEqual(read(nested), JSON.parse(nested))
  assert.deepStrictEqual(read("{\"ã\":\"食\",\"__proto__\":1}"), JSON.parse("{\"ã\":\"食\",\"__proto__\":1}"))
  for (
    const text of ["", "[]", "1", "null", "\"a\"", "{", "{}x", "{\"a\":1,\"a\":1}", "{\"b\":[{\"a\":1,\"\\u0061\":2}]}"]
  ) {
    assert.isUndefined(read(text), text)
  }
  assert.isUndefined(strictObject(Buffer.from("{\"a\":\"\u00e3\"}", "latin1")))
  assert.isUndefined(read("\uFEFF{}"))
})
