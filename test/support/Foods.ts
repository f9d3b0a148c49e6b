import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { realNames } from "../../scripts/bench/realNames.ts"
import { normaliseName } from "../../src/contexts/products/contract/normaliseName.ts"

const shared = fileURLToPath(new URL("../../../shared/data", import.meta.url))

/** Names out of the tables of foods, and whether they are there. */
export const hasRealNames = existsSync(shared)
export const unlessRealNames = hasRealNames ? "" : " (skipped: no ../shared/data)"
export const real = realNames(shared)

export interface Food {
  readonly name: string
  readonly id?: string
  readonly source?: string
  readonly aliases?: ReadonlyArray<string>
  readonly shoppingName?: string
  readonly brandId?: string
  readonly barcode?: string
  readonly isFood?: boolean | null
  readonly discarded?: boolean
}

/** Stores foods as they are given, by one statement. */
export const insertFoods = (foods: ReadonlyArray<Food>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const rows = foods.map((
      { aliases = [], id = SecureRandom.uuidV7Unsafe(), isFood = true, source = "manual", ...food }
    ) => ({
      id,
      name: food.name,
      normalised: normaliseName(food.name),
      aliases: aliases.map((name) => ({ language: "en", name, kind: "synonym" })),
      source,
      shopping_name: food.shoppingName,
      brand_id: food.brandId,
      barcode: food.barcode,
      is_food: isFood,
      discarded: food.discarded ?? false
    }))
    yield* sql`
      INSERT INTO products (id, name, normalised_name, language, aliases, source_id, source_ref, shopping_name, brand_id, barcode,
        is_food, discarded)
      SELECT r.id, r.name, r.normalised, 'en', r.aliases, s.id, r.id::text, r.shopping_name, r.brand_id, r.barcode, r.is_food,
        r.discarded
      FROM jsonb_to_recordset(${
      JSON.stringify(rows)
    }::jsonb) AS r(id uuid, name text, normalised text, aliases jsonb, source text,
        shopping_name text, brand_id uuid, barcode text, is_food boolean, discarded boolean)
      JOIN classifications s ON s.key = r.source`
    return rows.map(({ id }) => id)
  })
