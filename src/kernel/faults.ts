import { SchemaAST, type SchemaIssue } from "effect"
import type { Fault } from "./contract/Problem.ts"

interface Located {
  readonly path: ReadonlyArray<PropertyKey>
  readonly detail: string
  readonly code: string | undefined
}

const article = (name: string) => /^[aeio]/.test(name) ? `an ${name}` : `a ${name}`

const typeNames: Readonly<Record<string, string>> = {
  String: "string",
  Number: "number",
  Boolean: "boolean",
  Objects: "object",
  Arrays: "array"
}

/** What a schema wants, in a few words: never a type of ours, never the caller's value. */
const expectation = (ast: SchemaAST.AST): string => {
  const encoded = SchemaAST.toEncoded(ast)
  if (SchemaAST.isUnion(encoded)) {
    const wants = new Set(encoded.types.map(expectation))
    const all = [...wants]
    return all.every((want) => want.startsWith("\""))
      ? `one of ${all.map((want) => want.slice(1, -1)).join(", ")}`
      : all.join(" or ")
  }
  if (SchemaAST.isLiteral(encoded)) return JSON.stringify(encoded.literal)
  if (SchemaAST.isNull(encoded)) return "null"
  const name = typeNames[encoded._tag]
  return name === undefined ? "another value" : article(name)
}

const mustBe = (ast: SchemaAST.AST) => `must be ${expectation(ast).replaceAll("\"", "")}`

const baseOf = (key: string) => key.replace(/\[\w+\]$/, "")

/** "is not known here", with what is: the names, or the operators where only the operator is wrong. */
const unexpected = (ast: SchemaAST.AST, key: string): string => {
  if (!SchemaAST.isObjects(ast)) return "is not known here"
  const known = ast.propertySignatures.map(({ name }) => String(name))
  const base = baseOf(key)
  const siblings = known.filter((name) => name !== key && baseOf(name) === base)
  if (siblings.length > 0) return `knows no such operator; allowed: ${siblings.join(", ")}`
  const names = [...new Set(known.map(baseOf))]
  const families = ast.indexSignatures.length > 0 ? ", nutrients.<code>, allergen.<code>" : ""
  return `is not known here; allowed: ${names.join(", ")}${families}`
}

const located = (
  issue: SchemaIssue.Issue,
  path: ReadonlyArray<PropertyKey>,
  parent: SchemaAST.AST | undefined,
  filterMessage?: string
): ReadonlyArray<Located> => {
  switch (issue._tag) {
    case "Filter": {
      const annotated = issue.filter.annotations?.message
      return located(issue.issue, path, parent, typeof annotated === "string" ? annotated : filterMessage)
    }
    case "Encoding":
      return located(issue.issue, path, issue.ast, filterMessage)
    case "Pointer":
      return located(issue.issue, [...path, ...issue.path], parent, filterMessage)
    case "Composite":
      return issue.issues.flatMap((inner) => located(inner, path, issue.ast, filterMessage))
    case "AnyOf": {
      const inner = issue.issues.flatMap((each) => located(each, path, issue.ast, filterMessage))
      const deep = inner.filter((each) => each.path.length > path.length || each.code !== undefined)
      return deep.length > 0 ? deep : [{ path, detail: mustBe(issue.ast), code: undefined }]
    }
    case "MissingKey":
      return [{ path, detail: "is missing", code: undefined }]
    case "UnexpectedKey":
      return [{ path, detail: unexpected(parent ?? issue.ast, String(path.at(-1))), code: undefined }]
    case "InvalidValue": {
      const { code, message } = issue.annotations ?? {}
      return [{
        path,
        detail: message ?? filterMessage ?? "is not valid",
        code: typeof code === "string" ? code : undefined
      }]
    }
    case "InvalidType":
    case "OneOf":
      return [{ path, detail: filterMessage ?? mustBe(issue.ast), code: undefined }]
    case "Forbidden":
      return [{ path, detail: "is not allowed", code: undefined }]
  }
}

const escapePointer = (key: PropertyKey) => String(key).replaceAll("~", "~0").replaceAll("/", "~1")

/** The place of a path in the document: positions of its keys, so that faults are told in the order of the document. */
const position = (input: unknown, path: ReadonlyArray<PropertyKey>): ReadonlyArray<number> => {
  const places: Array<number> = []
  let value: unknown = input
  for (const key of path) {
    if (typeof value !== "object" || value === null) break
    const index = Array.isArray(value) ? Number(key) : Object.keys(value).indexOf(String(key))
    places.push(index < 0 ? Number.MAX_SAFE_INTEGER : index)
    value = Object.entries(value).find(([name]) => name === String(key))?.[1]
  }
  return places
}

const compare = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const isRepeated = (input: unknown, path: ReadonlyArray<PropertyKey>) =>
  path.length === 1 && typeof input === "object" && input !== null &&
  Object.entries(input).some(([key, value]) => key === path[0] && Array.isArray(value))

/** The faults of a request in document order, each with its place. */
export const faultsOf = (
  issue: SchemaIssue.Issue,
  place: "pointer" | "parameter" | "header"
): ReadonlyArray<Fault> => {
  const input = "input" in issue ? issue.input : undefined
  const sorted = located(issue, [], undefined)
    .map((fault) => ({ fault, position: position(input, fault.path) }))
    .toSorted((a, b) => compare(a.position, b.position))
  const seen = new Set<string>()
  return sorted.flatMap(({ fault: { code, detail: told, path } }) => {
    const detail = place === "parameter" && told !== "is missing" && isRepeated(input, path)
      ? "must be given once"
      : told
    const where = place === "pointer" ? path.map((key) => `/${escapePointer(key)}`).join("") : String(path[0] ?? "")
    if (seen.has(`${where} ${detail}`)) return []
    seen.add(`${where} ${detail}`)
    return [{ [place]: where, detail, ...(code === undefined ? {} : { code }) }]
  })
}
