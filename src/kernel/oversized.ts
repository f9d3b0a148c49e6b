import { SchemaAST } from "effect"
import type { Fault } from "./contract/Problem.ts"
import { filtersOf, mostFaults, pointerTo } from "./faults.ts"

/** With more unknown members than these, a body is not worth being decoded: each takes microseconds. */
const mostUnknown = 10_000

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What a list's own checks say against its length, whatever it holds. */
const lengthFault = (ast: SchemaAST.Arrays, list: ReadonlyArray<unknown>): string | undefined => {
  const broken = (ast.checks ?? []).flatMap(filtersOf).find((check) =>
    check.annotations?.["~structural"] === true && check.run(list, ast, {}) !== undefined
  )
  return broken === undefined ? undefined : broken.annotations?.message ?? "is of a wrong length"
}

const members = new WeakMap<SchemaAST.Objects, ReadonlyMap<PropertyKey, SchemaAST.AST>>()

const membersOf = (ast: SchemaAST.Objects) => {
  const known = members.get(ast) ?? new Map(ast.propertySignatures.map(({ name, type }) => [name, type]))
  members.set(ast, known)
  return known
}

/**
 * Faults that are seen without decoding: lists of a wrong length, and very many unknown members. A decoder reads each item before
 * it counts them, and takes minutes to tell what is wrong with each of a million.
 */
export const oversized = (schema: SchemaAST.AST, body: unknown): ReadonlyArray<Fault> => {
  const long: Array<Fault> = []
  const unknown: Array<Fault> = []
  let unknownCount = 0

  const visit = (ast: SchemaAST.AST, value: unknown, path: ReadonlyArray<PropertyKey>): void => {
    if (SchemaAST.isUnion(ast)) {
      for (const type of ast.types) visit(type, value, path)
    } else if (SchemaAST.isArrays(ast) && Array.isArray(value)) {
      const detail = lengthFault(ast, value)
      const [item] = ast.rest
      if (detail !== undefined) long.push({ pointer: pointerTo(path), detail })
      else if (item !== undefined) value.forEach((each, index) => visit(item, each, [...path, index]))
    } else if (SchemaAST.isObjects(ast) && isObject(value)) {
      const known = membersOf(ast)
      for (const key of Object.keys(value)) {
        if (unknownCount > mostUnknown) return
        const type = known.get(key)
        if (type !== undefined) visit(type, value[key], [...path, key])
        else if (ast.indexSignatures.length === 0 && unknownCount++ < mostFaults) {
          unknown.push({ pointer: pointerTo([...path, key]), detail: "is not known here" })
        }
      }
    }
  }

  visit(SchemaAST.toEncoded(schema), body, [])
  return long.length > 0 ? long.slice(0, mostFaults) : unknownCount > mostUnknown ? unknown : []
}
