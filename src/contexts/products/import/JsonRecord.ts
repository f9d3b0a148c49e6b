import type { DelimitedRecord } from "./DelimitedReader.ts"
import type { Rejection } from "./RecordMapping.ts"

export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value of JSON is an object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parse = (text: string): { readonly value: unknown } | { readonly fault: string } => {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { fault: said.replace(/ in JSON at position \d+(?: \(line 1 column (\d+)\))?$/, " in column $1") }
  }
}

/** Reads a line as one JSON object. */
export const readObject = (
  { raw }: Pick<DelimitedRecord, "raw">
): { readonly body: JsonObject } | { readonly rejection: Rejection } => {
  const parsed = parse(raw)
  const malformed = (detail: string) => ({ rejection: { sourceRef: null, reason: "malformed", detail } as const })
  if ("fault" in parsed) return malformed(`not JSON: ${parsed.fault}`)
  return isObject(parsed.value) ? { body: parsed.value } : malformed("JSON, but not an object")
}
