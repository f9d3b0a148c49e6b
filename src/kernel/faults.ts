import { Result, Schema, SchemaAST, SchemaIssue } from "effect"
import { filterOperators } from "./contract/Filtering.ts"
import type { Fault } from "./contract/Problem.ts"

/** More than these are not told: the first ones are enough to begin with, and each costs. */
export const mostFaults = 100

interface Located {
  readonly path: ReadonlyArray<PropertyKey>
  /** Made when it is told, since some are long. */
  readonly detail: () => string
  readonly code: string | undefined
  /** A rule in words is broken, by a value of the right type. */
  readonly isRule: boolean
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

/** The keys of a family of parameters that differ in the operator alone. */
const familyKeys = ({ indexSignatures }: SchemaAST.Objects, base: string) => {
  const families = indexSignatures.map(({ parameter }) => Schema.is(Schema.make(parameter)))
  return [base, ...filterOperators.map((operator) => `${base}[${operator}]`)].filter((key) =>
    families.some((isKey) => isKey(key))
  )
}

/** "is not known here", with what is: the names, or the operators where only the operator is wrong. */
const unexpected = (ast: SchemaAST.AST, key: string): string => {
  if (!SchemaAST.isObjects(ast)) return "is not known here"
  const known = ast.propertySignatures.map(({ name }) => String(name))
  const base = baseOf(key)
  const siblings = [...known.filter((name) => name !== key && baseOf(name) === base), ...familyKeys(ast, base)]
  if (siblings.length > 0) return `knows no such operator; allowed: ${siblings.join(", ")}`
  const names = [...new Set(known.map(baseOf))]
  const families = ast.indexSignatures.length > 0 ? ", nutrients.<code>, allergen.<code>" : ""
  return `is not known here; allowed: ${names.join(", ")}${families}`
}

const fault = (path: ReadonlyArray<PropertyKey>, detail: () => string, code?: unknown, isRule = false): Located => ({
  path,
  detail,
  code: typeof code === "string" ? code : undefined,
  isRule
})

type Check = SchemaAST.Checks[number]

type Filter = Extract<Check, { readonly _tag: "Filter" }>

/** The single rules of a schema's checks. */
export const filtersOf = (check: Check): ReadonlyArray<Filter> =>
  check._tag === "Filter" ? [check] : check.checks.flatMap(filtersOf)

/**
 * What the rules of a whole list say beside the faults of some items, for which a decoder does not ask them: those of its length,
 * and of the other items those that hold for any part of a list.
 */
const ofWholeList = (
  { ast, input, issues }: SchemaIssue.Composite,
  path: ReadonlyArray<PropertyKey>
): ReadonlyArray<Located> => {
  const filters = SchemaAST.isArrays(ast) ? (ast.checks ?? []).flatMap(filtersOf) : []
  if (!SchemaAST.isArrays(ast) || !Array.isArray(input) || filters.length === 0) return []
  const failed = new Set(issues.flatMap((each) => each._tag === "Pointer" ? each.path.slice(0, 1) : []))
  if (failed.size === 0) return []
  const [item] = ast.rest
  const decode = Schema.decodeUnknownResult(Schema.make<Schema.Codec<unknown>>(item ?? SchemaAST.unknown))
  const good = input.flatMap((each, index) => {
    const decoded = failed.has(index) ? undefined : decode(each)
    return decoded !== undefined && Result.isSuccess(decoded) ? [[index, decoded.success] as const] : []
  })
  const told = (filter: Filter, list: ReadonlyArray<unknown>) => {
    const issue = filter.run(list, ast, {})
    return issue === undefined ? [] : located(new SchemaIssue.Filter(filter, issue, list, {}), [], ast)
  }
  return filters.flatMap((filter) => {
    if (filter.annotations?.["~structural"] === true) return told(filter, input)
    if (filter.annotations?.holdsForParts !== true) return []
    return told(filter, good.map(([, each]) => each)).map((each) => {
      const [at, ...rest] = each.path
      return { ...each, path: typeof at === "number" ? [good[at]?.[0] ?? at, ...rest] : each.path }
    })
  }).map((each) => ({ ...each, path: [...path, ...each.path] }))
}

const located = (
  issue: SchemaIssue.Issue,
  path: ReadonlyArray<PropertyKey>,
  parent: SchemaAST.AST | undefined,
  filterMessage?: string
): ReadonlyArray<Located> => {
  switch (issue._tag) {
    case "Filter": {
      const { expected, message } = issue.filter.annotations ?? {}
      const wanted = typeof expected === "string" ? `must be ${expected}` : undefined
      return located(issue.issue, path, parent, typeof message === "string" ? message : filterMessage ?? wanted)
    }
    case "Encoding":
      return located(issue.issue, path, issue.ast, filterMessage)
    case "Pointer":
      return located(issue.issue, [...path, ...issue.path], parent, filterMessage)
    case "Composite":
      return [
        ...issue.issues.flatMap((inner) => located(inner, path, issue.ast, filterMessage)),
        ...ofWholeList(issue, path)
      ]
    case "AnyOf": {
      const inner = issue.issues.flatMap((each) => located(each, path, issue.ast, filterMessage))
      const deep = inner.filter((each) => each.path.length > path.length || each.code !== undefined || each.isRule)
      return deep.length > 0 ? deep : [fault(path, () => mustBe(issue.ast))]
    }
    case "MissingKey":
      return [fault(path, () => "is missing")]
    case "UnexpectedKey":
      return [fault(path, () => unexpected(parent ?? issue.ast, String(path.at(-1))))]
    case "InvalidValue": {
      const { code, message } = issue.annotations ?? {}
      const said = message ?? filterMessage
      return [fault(path, () => said ?? "is not valid", code, said !== undefined)]
    }
    case "InvalidType":
    case "OneOf":
      return [fault(path, () => filterMessage ?? mustBe(issue.ast))]
    case "Forbidden":
      return [fault(path, () => "is not allowed")]
  }
}

/** RFC 6901. */
export const pointerTo = (path: ReadonlyArray<PropertyKey>) =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")

/** Tells the place of a path in the document: positions of its keys, so that faults are told in the document's order. */
const positions = (input: unknown) => {
  const indexes = new WeakMap<object, ReadonlyMap<string, readonly [number, unknown]>>()
  const indexOf = (container: object) => {
    const known = indexes.get(container)
    if (known !== undefined) return known
    const index = new Map(Object.entries(container).map(([key, value], at) => [key, [at, value] as const]))
    indexes.set(container, index)
    return index
  }
  return (path: ReadonlyArray<PropertyKey>): ReadonlyArray<number> => {
    const places: Array<number> = []
    let value: unknown = input
    for (const key of path) {
      if (typeof value !== "object" || value === null) break
      const [at, inner] = indexOf(value).get(String(key)) ?? [Number.MAX_SAFE_INTEGER, undefined]
      places.push(at)
      value = inner
    }
    return places
  }
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

/** The first hundred faults of a request in document order, each with its place. */
export const faultsOf = (
  issue: SchemaIssue.Issue,
  place: "pointer" | "parameter" | "header"
): ReadonlyArray<Fault> => {
  const input = "input" in issue ? issue.input : undefined
  const position = positions(input)
  const first = located(issue, [], undefined)
    .map((each) => ({ ...each, position: position(each.path) }))
    .toSorted((a, b) => compare(a.position, b.position))
    .slice(0, mostFaults)
  const seen = new Set<string>()
  return first.flatMap(({ code, detail, path }) => {
    const told = detail()
    const where = place === "pointer" ? pointerTo(path) : String(path[0] ?? "")
    const said = place === "parameter" && told !== "is missing" && isRepeated(input, path) ? "must be given once" : told
    // The allowed names stand once in each object.
    const allowed = said.indexOf("; allowed: ")
    const list = allowed < 0 ? "" : `${path.length} ${said.slice(allowed)}`
    const text = seen.has(list) ? said.slice(0, allowed) : said
    if (list !== "") seen.add(list)
    if (seen.has(`${where} ${text}`)) return []
    seen.add(`${where} ${text}`)
    return [{ [place]: where, detail: text, ...(code === undefined ? {} : { code }) }]
  })
}

/** One code that all faults share, if there is one. */
export const sharedCode = (faults: ReadonlyArray<Fault>) => {
  const codes = new Set(faults.map((fault) => fault.code))
  return codes.size === 1 ? faults[0]?.code : undefined
}
