export type JsonObject = Readonly<Record<string, unknown>>

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const lexeme = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g

/** Whether an object in this JSON names a member twice, however the name is spelt. */
const namesTwice = (json: string) => {
  const open: Array<Set<unknown> | undefined> = []
  let last = ""
  for (const [text] of json.matchAll(lexeme)) {
    if (text === "{") open.push(new Set())
    else if (text === "[") open.push(undefined)
    else if (text === "}" || text === "]") open.pop()
    else if (text === ":") {
      const names = open.at(-1)
      const name: unknown = JSON.parse(last)
      if (names?.has(name) === true) return true
      names?.add(name)
    }
    last = text
  }
  return false
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The JSON object that these bytes are, if they are valid UTF-8 and name no member twice; `JSON.parse` would take the last. */
export const strictObject = (bytes: Uint8Array): JsonObject | undefined => {
  try {
    const json = decoder.decode(bytes)
    const value: unknown = JSON.parse(json)
    return isObject(value) && !namesTwice(json) ? value : undefined
  } catch {
    return undefined
  }
}
