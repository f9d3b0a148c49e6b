/** Status and rights of a caller, and whether the login is in force. */
export const rights = `
  SELECT u.status, EXISTS (
    SELECT FROM sessions WHERE id = $2 AND user_id = u.id AND revoked_at IS NULL AND expires_at > now()
  ) AS in_force, ARRAY(
    SELECT DISTINCT r.context || ':' || p.permission
    FROM role_assignments a
    JOIN roles r ON r.id = a.role_id
    JOIN role_permissions p ON p.role_id = r.id
    WHERE a.user_id = u.id
  ) AS permissions
  FROM users u WHERE u.id = $1`

const columns = `
  p.id, p.version, p.name, p.language, p.aliases, p.source_ref, coalesce(p.attribution, s.attribution) AS attribution,
  p.attribution AS own_attribution,
  p.barcode, p.is_food, p.effective_is_food, p.food_votes_yes, p.food_votes_no, p.food_vote_decision,
  p.source_id, s.key AS source_key, s.name AS source_name, p.brand_id, b.name AS brand_name,
  p.category_id, c.name AS category_name, p.parent_category_id, pc.name AS parent_category_name,
  p.food_group_id, g.name AS food_group_name, p.process_type_id, t.name AS process_type_name,
  p.nutrient_basis, p.nutrients, p.nutrient_marks, p.shopping_name, p.store_department_name,
  p.recommended_brands_and_products, p.substitutes, p.edible_yield, p.kg_per_unit, p.liters_per_kg, p.cooking_factor,
  p.conservation_days, p.nutrition_group, p.portions, p.allergens, p.package_size, p.package_size_unit, p.ingredients,
  p.image_url, p.score, p.manual_fields, p.discarded, p.created_by, p.created_at, p.updated_at`

const tables = (products: string) =>
  `${products} p
  LEFT JOIN classifications s ON s.id = p.source_id
  LEFT JOIN classifications b ON b.id = p.brand_id
  LEFT JOIN classifications c ON c.id = p.category_id
  LEFT JOIN classifications pc ON pc.id = p.parent_category_id
  LEFT JOIN classifications g ON g.id = p.food_group_id
  LEFT JOIN classifications t ON t.id = p.process_type_id`

export const byId = `SELECT ${columns} FROM ${tables("products")} WHERE p.id = $1 AND NOT p.discarded`

export const page = (keys: string, where: string, order: string, limit: string, offset: string) =>
  `SELECT ${columns}, ${keys} FROM ${
    tables("products")
  } WHERE ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`

/** What a list shows: an outer join less lets PostgreSQL count in an index alone. */
export const visible = "NOT p.discarded AND p.listed"

export const total = (where: string) => `SELECT count(*)::integer AS total FROM products p WHERE ${where}`

/** The live classifications among some, and the source `manual`. */
export const referables = `
  SELECT id, kind, key FROM classifications WHERE (id = ANY($1::uuid[]) OR key = 'manual') AND NOT deleted`

/** The columns that a creation writes; how a parameter gets their type where it is not that of the column. */
export const written = {
  id: "",
  name: "",
  normalised_name: "",
  language: "",
  aliases: "::text::jsonb",
  source_id: "",
  source_ref: "",
  attribution: "",
  barcode: "",
  is_food: "",
  brand_id: "",
  category_id: "",
  parent_category_id: "",
  food_group_id: "",
  process_type_id: "",
  nutrient_basis: "",
  nutrients: "::text::jsonb",
  nutrient_marks: "::text::jsonb",
  shopping_name: "",
  store_department_name: "",
  recommended_brands_and_products: "",
  substitutes: "",
  edible_yield: "",
  kg_per_unit: "",
  liters_per_kg: "",
  cooking_factor: "",
  conservation_days: "",
  nutrition_group: "",
  portions: "::text::jsonb",
  allergens: "::text::jsonb",
  package_size: "",
  package_size_unit: "",
  ingredients: "",
  image_url: "",
  score: "::text::jsonb",
  manual_fields: "",
  created_by: ""
} as const

/** Inserts a product and reads it as it is answered; nothing where its barcode or reference is taken. */
export const insertProduct = (() => {
  const values = Object.values(written).map((cast, index) => `$${index + 1}${cast}`)
  return `WITH inserted AS (
    INSERT INTO products (${Object.keys(written).join(", ")}) VALUES (${values.join(", ")})
    ON CONFLICT DO NOTHING RETURNING *
  ) SELECT ${columns} FROM ${tables("inserted")}`
})()

export const insertEvent = `
  INSERT INTO events (id, tag, payload, actor_id, correlation_id) VALUES ($1, $2, $3::text::jsonb, $4, $5)`

export const insertAudit = `
  INSERT INTO audit_log (id, actor_type, actor_id, context, command, target_type, target_id, version_before,
    version_after, changed_fields, outcome, correlation_id, address)
  VALUES ($1, 'user', $2, 'products', 'products/CreateProduct', 'product', $3, NULL, $4, $5::text[], 'ok', $6, $7)`
