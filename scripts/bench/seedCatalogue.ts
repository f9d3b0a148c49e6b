import { Effect } from "effect"
import { nutrientCodes } from "../../src/contexts/products/contract/Nutrients.ts"
import { statement } from "./BenchDatabase.ts"

/** How many products the catalogue of a benchmark has. */
export const catalogueSize = 20_000

const codes = nutrientCodes.slice(0, 40)

/** The id of the n-th product, from 1. */
export const productId = (n: number) => `01980000-0000-7000-9000-${n.toString(16).padStart(12, "0")}`

/** The id of the n-th classification of a kind. */
export const classificationId = (kind: "brand" | "category", n: number) =>
  `01980000-0000-7000-a00${kind === "brand" ? 1 : 2}-${n.toString(16).padStart(12, "0")}`

const classifications = `
  INSERT INTO classifications (id, kind, name)
  SELECT ('01980000-0000-7000-a00' || k.code || '-' || lpad(to_hex(n), 12, '0'))::uuid, k.kind, k.kind || ' ' || n
  FROM (VALUES (1, 'brand', 200), (2, 'category', 50)) AS k(code, kind, many), generate_series(1, k.many) AS n`

const foods =
  "Arroz Feijão Banana Maçã Leite Queijo Pão Bolo Frango Carne Peixe Ovo Batata Cenoura Tomate Alface Azeite Açúcar Sal "
  + "Café Suco Iogurte Farinha Milho Soja"
const ways = "cru cozido assado frito grelhado integral light congelado orgânico temperado"

const products = `
  INSERT INTO products (id, name, normalised_name, language, aliases, source_id, source_ref, brand_id, category_id, nutrients,
    nutrient_marks, portions, allergens, edible_yield, is_food, created_at, updated_at)
  SELECT ('01980000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, f.name, lower(f.name), 'pt-BR',
    jsonb_build_array(jsonb_build_object('language', 'en', 'name', 'food ' || n, 'kind', 'translation')),
    s.id, 'bench-' || n,
    ('01980000-0000-7000-a001-' || lpad(to_hex(1 + n % 200), 12, '0'))::uuid,
    ('01980000-0000-7000-a002-' || lpad(to_hex(1 + n % 50), 12, '0'))::uuid,
    (SELECT jsonb_object_agg(code, round(((n * 7919 + ord * 104729) % 9973)::numeric / 9973 * 30, 2))
      FROM unnest($1::text[]) WITH ORDINALITY AS u(code, ord)),
    '{"energyKj": "derived"}', '[{"name": "colher de sopa", "grams": 25}, {"name": "xícara", "grams": 160}]',
    CASE WHEN n % 5 = 0 THEN '{"gluten": {"state": "contains", "evidence": "label"}}'::jsonb ELSE '{}' END,
    0.9, true, now() - n * interval '1 minute', now() - n * interval '1 second'
  FROM generate_series(1, ${catalogueSize}) AS n
  CROSS JOIN (SELECT id FROM classifications WHERE key = 'manual') AS s
  CROSS JOIN LATERAL (SELECT
    (string_to_array($2, ' '))[1 + n % 25] || ' ' || (string_to_array($3, ' '))[1 + n / 25 % 10] || ' ' || n AS name) AS f`

/** Fills an empty catalogue with the same products each time, and lets PostgreSQL know them. */
export const seedCatalogue = Effect.fnUntraced(function*(url: string) {
  yield* statement(url, classifications)
  yield* statement(url, products, [codes, foods, ways])
  yield* statement(url, "VACUUM (ANALYZE)")
  yield* statement(url, "CHECKPOINT")
})
