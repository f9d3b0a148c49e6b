import { describe, expect, it } from "@effect/vitest"
import { redacted } from "../../src/kernel/redacted.ts"

describe("a log line", () => {
  for (
    const [text, clean] of [
      ["sent to ana.silva+x@mail.example.com today", "sent to … today"],
      ["Authorization: Bearer abc.DEF-123~x", "Authorization: \"…\" …"],
      ["a Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln", "a Bearer …"],
      ["eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl was refused", "… was refused"],
      ["postgres://user:hunter2@db.example.org/x", "postgres://user:…@db.example.org/x"],
      ["{\"password\":\"hun\\\"ter2\",\"name\":\"a\"}", "{\"password\":\"…\",\"name\":\"a\"}"],
      ["{\"refreshToken\":\"abc\"}", "{\"refreshToken\":\"…\"}"],
      ["x-api-key=abc123&x=1", "x-api-key=\"…\"&x=1"],
      ["key cdp_AbCdEf123456_secret", "key …"],
      ["call +55 11 98765-4321 now", "call … now"],
      ["call (11) 98765-4321 or 11 3456-7890", "call … or …"]
    ] as const
  ) {
    it(`holds no secret and nothing personal: ${clean}`, () => expect(redacted(text)).toBe(clean))
  }

  it("keeps times, ids, numbers and addresses of the API", () => {
    const line = JSON.stringify({
      timestamp: "2026-11-23T16:47:26.185Z",
      correlationId: "01a2094e-25c4-7598-8ab9-9737a0f84050",
      id: "01980000-0000-7000-8001-000000000012",
      path: "/v1/products/019c0d5e-0000-7000-8000-000000000001",
      millis: 1763914921359,
      barcode: "7891000100103",
      day: "2026-11-23"
    })
    expect(redacted(line)).toBe(line)
  })
})
