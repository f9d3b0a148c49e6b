import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { changedOrDryRun, createdOrDryRun, doneOrDryRun, dryRunnable } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import {
  Classification,
  ClassificationId,
  ClassificationInput,
  ClassificationInUse,
  ClassificationNotFound,
  ClassificationPatch,
  classificationPaths,
  ClassificationQuery,
  NameTaken,
  Source,
  SourceInput,
  SourceIsBuiltIn,
  SourcePatch
} from "./Classification.ts"
import { classificationPermissions } from "./ClassificationCommands.ts"
import { BarcodeTaken, ReferenceUnknown, SourceRefTaken } from "./ProductProblems.ts"

/** What any change of a classification can fail with. */
const changing = [PermissionMissing, ClassificationNotFound, VersionMismatch, VersionConflict, CommandTimedOut] as const

const deleting = {
  ...dryRunnable,
  reassignTo: Schema.optionalKey(ClassificationId).annotate({
    description: "A live one of the same kind, which all products that carry the deleted one are moved to"
  })
}

const author = { id: "01980000-0000-7000-8000-000000000001", name: "Ana Souza" }
const stamps = { createdAt: "2026-01-31T12:00:00.000Z", updatedAt: "2026-01-31T12:00:00.000Z" }
const id = "019c0d5e-0000-7000-8000-00000000000a"

interface Example {
  readonly name: string
  readonly [member: string]: Schema.Json
}

const answerOf = (input: Example) => ({
  id,
  description: null,
  ...input,
  author,
  productCount: 0,
  version: 1,
  discarded: false,
  ...stamps
})

const endpoints = <
  const Path extends `/${string}`,
  const One extends string,
  const Many extends string,
  S extends typeof Classification | typeof Source,
  I extends typeof ClassificationInput | typeof SourceInput,
  P extends typeof ClassificationPatch | typeof SourcePatch
>(path: Path, kind: {
  readonly names: readonly [one: One, many: Many]
  readonly words: readonly [one: string, many: string]
  readonly schemas: { readonly read: S; readonly input: I; readonly patch: P }
  readonly example: Example
}) => {
  const { example, names: [One, Many], schemas: { input, patch, read }, words: [a, several] } = kind
  const answer = answerOf({
    ...read === Source ? { key: null, rank: 1000, licence: null, attribution: null, url: null } : {},
    ...example
  })
  const changed = changedOrDryRun(read)
  return [
    HttpApiEndpoint.get(`list${Many}`, path, {
      query: ClassificationQuery,
      success: many(read),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented(`list${Many}`, `List ${several}`, {
      description:
        `\`productCount\` counts the live products that carry each. Deleted ones are read with discarded=true.`,
      examples: {
        200: { data: [answer], pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null } }
      }
    })),
    HttpApiEndpoint.get(`get${One}`, `${path}/:id`, {
      params: { id: ClassificationId },
      query: { discarded: ClassificationQuery.fields.discarded },
      success: HttpApiSchema.WithHeaders(one(read), { etag: Schema.String }),
      error: [ClassificationNotFound]
    }).annotateMerge(documented(`get${One}`, `Read ${a}`, {
      description: "A deleted one reads 404 unless discarded=true is asked for.",
      examples: { 200: { data: answer } }
    })),
    HttpApiEndpoint.post(`create${One}`, path, {
      headers: idempotent,
      query: dryRunnable,
      payload: input,
      success: createdOrDryRun(read),
      error: [PermissionMissing, NameTaken, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented(`create${One}`, `Create ${a}`, {
      access: needs(classificationPermissions, "products/CreateClassification"),
      description: "A name that a live one of the kind has is refused, with the id of that one.",
      examples: { request: example, 201: { data: answer } }
    })),
    HttpApiEndpoint.patch(`update${One}`, `${path}/:id`, {
      params: { id: ClassificationId },
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(patch),
      success: changed,
      error: [...changing, NameTaken]
    }).annotateMerge(documented(`update${One}`, `Change ${a}`, {
      access: needs(classificationPermissions, "products/UpdateClassification"),
      description: "JSON Merge Patch (RFC 7396): what is absent stays, null clears.",
      examples: { request: { name: example.name, description: null }, 200: { data: { ...answer, version: 2 } } }
    })),
    HttpApiEndpoint.delete(`delete${One}`, `${path}/:id`, {
      params: { id: ClassificationId },
      headers: conditional,
      query: deleting,
      success: doneOrDryRun,
      error: [...changing, SourceIsBuiltIn, ClassificationInUse, ReferenceUnknown, BarcodeTaken, SourceRefTaken]
    }).annotateMerge(documented(`delete${One}`, `Delete ${a}`, {
      access: needs(classificationPermissions, "products/DeleteClassification"),
      description:
        "Refused while live products carry it, unless `reassignTo` moves all that do, discarded ones too: each "
        + "gets a new version. It can be restored; the products that were moved stay where they are.",
      examples: {
        200: {
          data: null,
          events: [{
            tag: "products/ClassificationChanged",
            payload: {
              _tag: "products/ClassificationChanged",
              items: [{ kind: "brand", id, change: "deleted", productCount: 0 }]
            }
          }],
          dryRun: true
        }
      }
    })),
    HttpApiEndpoint.post(`restore${One}`, `${path}/:id/restore`, {
      params: { id: ClassificationId },
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      success: changed,
      error: [...changing, NameTaken]
    }).middleware(Idempotency).annotateMerge(documented(`restore${One}`, `Restore ${a} that was deleted`, {
      access: needs(classificationPermissions, "products/RestoreClassification"),
      description: "Refused where its name was given to another one meanwhile; a live one stays as it is.",
      examples: { 200: { data: { ...answer, version: 3 } } }
    }))
  ] as const
}

const plain = { read: Classification, input: ClassificationInput, patch: ClassificationPatch }

export class ClassificationsGroup extends HttpApiGroup.make("classifications")
  .add(
    ...endpoints(classificationPaths.source, {
      names: ["Source", "Sources"],
      words: ["a source", "sources"],
      schemas: { read: Source, input: SourceInput, patch: SourcePatch },
      example: { name: "BLS 4.0", rank: 75, licence: "CC BY 4.0", url: "https://www.blsdb.de" }
    }),
    ...endpoints(classificationPaths.brand, {
      names: ["Brand", "Brands"],
      words: ["a brand", "brands"],
      schemas: plain,
      example: { name: "Camil", description: "Camil Alimentos S.A." }
    }),
    ...endpoints(classificationPaths.category, {
      names: ["Category", "Categories"],
      words: ["a category", "categories"],
      schemas: plain,
      example: { name: "Leguminosas", description: "Feijões, lentilhas, grão-de-bico, soja" }
    }),
    ...endpoints(classificationPaths.parentCategory, {
      names: ["ParentCategory", "ParentCategories"],
      words: ["a parent category", "parent categories"],
      schemas: plain,
      example: { name: "Alimentos de origem vegetal" }
    }),
    ...endpoints(classificationPaths.foodGroup, {
      names: ["FoodGroup", "FoodGroups"],
      words: ["a food group", "food groups"],
      schemas: plain,
      example: { name: "Cereais e tubérculos" }
    }),
    ...endpoints(classificationPaths.processType, {
      names: ["ProcessType", "ProcessTypes"],
      words: ["a process type", "process types"],
      schemas: plain,
      example: { name: "NOVA 1", description: "In natura ou minimamente processado" }
    })
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/products")
  .annotateMerge(OpenApi.annotations({ title: "Classifications", description: "What products are sorted by" }))
{}
