import { describe, expect, it } from "@effect/vitest"
import { SqlError } from "effect/sql"
import { problemOfDefect } from "../../src/kernel/defects.ts"

const unknown = (code: string) =>
  new SqlError.SqlError({ reason: new SqlError.UnknownError({ operation: "execute", cause: { code } }) })

describe("what the database says", () => {
  for (
    const code of ["08006", "08001", "53300", "57P01", "57P02", "57P03", "57P04", "55000", "3D000", "42P01"]
  ) {
    it(`${code} is told as 503, for it passes`, () => expect(problemOfDefect(unknown(code)).status).toBe(503))
  }

  for (const code of ["23502", "42601", "22P02", "42703"]) {
    it(`${code} is a defect of ours`, () => expect(problemOfDefect(unknown(code)).status).toBe(500))
  }
})
