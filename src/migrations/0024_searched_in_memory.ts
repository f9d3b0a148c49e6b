import { Effect } from "effect"
import { SqlClient } from "effect/sql"

const aliasesOf = (row: string) => `
  nullif(ARRAY(SELECT DISTINCT normalise_name(alias->>'name') FROM jsonb_array_elements(${row}.aliases) AS alias), '{}')`

const insert = `
  INSERT INTO product_search (product_id, name, aliases, shopping_name, brand, discarded, listed, food, barcoded)
  SELECT p.id, p.normalised_name, ${
  aliasesOf("p")
}, normalise_name(p.shopping_name), b.normalised_name, p.discarded, p.listed,
    p.effective_is_food IS TRUE, p.barcode IS NOT NULL
  FROM inserted p LEFT JOIN classifications b ON b.id = p.brand_id;`

const others = `
  brand = (SELECT normalised_name FROM classifications WHERE id = NEW.brand_id), discarded = NEW.discarded, listed = NEW.listed,
  food = NEW.effective_is_food IS TRUE, barcoded = NEW.barcode IS NOT NULL, changed = pg_current_xact_id()
  WHERE product_id = NEW.id;`

/** No text is normalised again that did not change. */
const update = `
  IF (NEW.normalised_name, NEW.aliases, NEW.shopping_name) IS DISTINCT FROM (OLD.normalised_name, OLD.aliases, OLD.shopping_name)
  THEN
    UPDATE product_search SET name = NEW.normalised_name, aliases = ${aliasesOf("NEW")},
      shopping_name = normalise_name(NEW.shopping_name), ${others}
  ELSE
    UPDATE product_search SET ${others}
  END IF;`

const searched = (row: string) =>
  ["normalised_name", "aliases", "shopping_name", "brand_id", "discarded", "listed", "effective_is_food", "barcode"]
    .map((column) => `${row}.${column}`).join(", ")

/**
 * What products are searched by lies in the memory of each process, so that no index of words is written. Each row has the
 * transaction that wrote it last: by it a process reads what was committed since it last read.
 */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP TABLE product_words`
  yield* sql`DROP INDEX product_search_words`
  yield* sql`DROP FUNCTION search_words`
  yield* sql`ALTER TABLE product_search ADD COLUMN changed xid8 NOT NULL DEFAULT pg_current_xact_id()`
  yield* sql`CREATE INDEX product_search_changed ON product_search (changed, product_id)`
  yield* sql`DROP TRIGGER products_searched_insert ON products`
  yield* sql`DROP TRIGGER products_searched_update ON products`
  yield* sql`DROP FUNCTION search_changed_products`
  for (const [name, write] of [["search_inserted_products", insert], ["search_changed_product", update]] as const) {
    yield* sql`CREATE FUNCTION ${sql(name)}() RETURNS trigger LANGUAGE plpgsql AS ${
      sql.literal(`$$ BEGIN ${write} RETURN NULL; END $$`)
    }`
  }
  yield* sql`
    CREATE TRIGGER products_searched_insert AFTER INSERT ON products
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION search_inserted_products()`
  // By row, that the many which move from one category to another cost nothing here.
  yield* sql`
    CREATE TRIGGER products_searched_update AFTER UPDATE ON products FOR EACH ROW
    WHEN (${sql.literal(`(${searched("OLD")}) IS DISTINCT FROM (${searched("NEW")})`)})
    EXECUTE FUNCTION search_changed_product()`
  yield* sql`
    CREATE OR REPLACE FUNCTION search_renamed_brand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      UPDATE product_search x SET brand = NEW.normalised_name, changed = pg_current_xact_id() FROM products p
      WHERE p.brand_id = NEW.id AND x.product_id = p.id;
      RETURN NULL;
    END $$`
})
