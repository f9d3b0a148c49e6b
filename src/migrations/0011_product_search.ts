import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The characters of a Unicode property, as the inside of a bracket expression of PostgreSQL. */
const charactersOf = (property: RegExp): string => {
  const escaped = (code: number) => `\\U${code.toString(16).padStart(8, "0")}`
  const ranges: Array<string> = []
  let from: number | undefined
  for (let code = 0x80; code <= 0x110000; code++) {
    const has = code <= 0x10ffff && property.test(String.fromCodePoint(code))
    if (has) from ??= code
    else if (from !== undefined) {
      ranges.push(`${escaped(from)}-${escaped(code - 1)}`)
      from = undefined
    }
  }
  return ranges.join("")
}

/** `normaliseName` in SQL, for what is not normalised before it is written. The tests hold the two against each other. */
const createNormalisation = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const marks = sql.literal(`'[${charactersOf(/\p{M}/u)}]+'`)
  const letters = charactersOf(/[\p{L}\p{N}]/u)
  const separators = sql.literal(`'((?<![0-9])\\.|\\.(?![0-9])|[^a-z0-9.${letters}])+'`)
  const before = `(?<![a-z0-9${letters}])`
  const replaced = [
    [`${before}w/o(?![a-z0-9${letters}])`, " without "],
    [`${before}w/`, " with "],
    [`${before}c/`, " com "],
    [`${before}s/`, " sem "],
    ["(?<=[0-9]),(?=[0-9])", "."]
  ].reduce((text, [pattern, by]) => `regexp_replace(${text}, '${pattern}', '${by}', 'g')`, "folded")
  yield* sql`
    CREATE FUNCTION normalise_name(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
      WITH plain AS MATERIALIZED (
        SELECT lower(regexp_replace(normalize(lower($1 COLLATE text_order), NFKD), ${marks}, '', 'g') COLLATE text_order) AS text
      ), folded AS MATERIALIZED (
        SELECT replace(replace(replace(translate(text, 'øłđ', 'old'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe') COLLATE "C" AS folded
        FROM plain
      ), words AS (
        SELECT place, CASE
          WHEN word = 'qj' THEN 'queijo'
          WHEN word = 'contra' THEN 'ct'
          WHEN word IN ('mus', 'mussarela', 'mucarela', 'mozzarella') THEN 'mozarela'
          WHEN word = 'costelinha' THEN 'costela'
          WHEN word = 'suina' THEN 'porco'
          WHEN word IN ('de', 'da', 'do', 'das', 'dos', 'of', 'the') THEN ''
          ELSE word END AS word
        FROM folded, regexp_split_to_table(${
    sql.literal(replaced)
  }, ${separators}) WITH ORDINALITY AS parts(word, place)
      )
      SELECT coalesce(string_agg(word, ' ' ORDER BY place), '') FROM words WHERE word <> ''
    )`
  yield* sql`
    ALTER TABLE classifications ADD COLUMN normalised_name text NOT NULL GENERATED ALWAYS AS (normalise_name(name)) STORED`
})

/**
 * What products are searched by: narrow rows, and in one index their words. Each word stands behind a letter for the length of the
 * name, so that the shortest names that hold some words are read first, however many hold them; the first word and the first two
 * of a name stand there once more behind `^`, and other names than the product's as a whole behind `=`.
 */
const createTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE product_search (
      product_id uuid PRIMARY KEY,
      name text NOT NULL,
      aliases text[],
      shopping_name text,
      brand text,
      discarded boolean NOT NULL,
      listed boolean NOT NULL,
      food boolean NOT NULL,
      barcoded boolean NOT NULL
    )`
  yield* sql`
    CREATE FUNCTION search_words(name text, aliases text[], shopping_name text, brand text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
      bucket text := chr(97 + width_bucket(length(name), '{13,19,25,33,41,53,71}'::integer[]));
      words text := coalesce(' ' || brand, '');
      firsts text := '';
      each text;
      first text;
    BEGIN
      FOREACH each IN ARRAY array_prepend(name, aliases) || shopping_name LOOP
        CONTINUE WHEN coalesce(each, '') = '';
        first := '^' || left(split_part(each, ' ', 1), 100);
        words := words || ' ' || first || ' ' || each;
        IF strpos(each, ' ') > 0 THEN
          firsts := firsts || ' ''' || bucket || first || ' ' || left(split_part(each, ' ', 2), 100) || '''';
        END IF;
      END LOOP;
      FOREACH each IN ARRAY aliases || shopping_name LOOP
        firsts := firsts || coalesce(' ''' || bucket || '=' || left(each, 100) || '''', '');
      END LOOP;
      IF length(words) > 100 THEN
        words := regexp_replace(words, '([^ ]{100})[^ ]+', '\\1', 'g');
      END IF;
      RETURN (replace(words, ' ', ' ' || bucket) || firsts)::tsvector;
    END $$`
  yield* sql`
    CREATE INDEX product_search_words ON product_search
    USING gin (search_words(name, aliases, shopping_name, brand)) WITH (fastupdate = off)`
  // Without a constraint, that a new word of one transaction holds up no other. A few stand there twice.
  yield* sql`CREATE TABLE product_words (word text NOT NULL)`
  yield* sql`CREATE INDEX product_words_word ON product_words (word)`
  yield* sql`CREATE INDEX product_words_trigrams ON product_words USING gin (word gin_trgm_ops)`
})

/** The rows of `product_search` for those of a table `changed` that looks like `products`. */
const searched = `
  SELECT p.id, p.normalised_name,
    nullif(ARRAY(
      SELECT DISTINCT normalise_name(alias->>'name') FROM jsonb_array_elements(p.aliases) AS alias
    ), '{}'),
    normalise_name(p.shopping_name), b.normalised_name, p.discarded, p.listed, p.effective_is_food IS TRUE,
    p.barcode IS NOT NULL
  FROM changed p LEFT JOIN classifications b ON b.id = p.brand_id`

const write = `
  INSERT INTO product_search AS x ${searched}
  ON CONFLICT (product_id) DO UPDATE SET
    (name, aliases, shopping_name, brand, discarded, listed, food, barcoded) =
      (excluded.name, excluded.aliases, excluded.shopping_name, excluded.brand, excluded.discarded, excluded.listed,
        excluded.food, excluded.barcoded)
    WHERE x IS DISTINCT FROM excluded;
  INSERT INTO product_words
  SELECT word FROM (
    SELECT DISTINCT left(word, 100) AS word
    FROM changed c JOIN product_search x ON x.product_id = c.id,
      unnest(array_prepend(x.name, x.aliases) || ARRAY[x.shopping_name, x.brand]) AS text, string_to_table(text, ' ') AS word
  ) AS words
  WHERE word <> '' AND NOT EXISTS (SELECT FROM product_words w WHERE w.word = words.word);`

const createTriggers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE FUNCTION search_changed_products() RETURNS trigger LANGUAGE plpgsql AS ${
    sql.literal(`$$ BEGIN ${write} RETURN NULL; END $$`)
  }`
  for (const event of ["INSERT", "UPDATE"]) {
    yield* sql`
      CREATE TRIGGER ${sql(`products_searched_${event.toLowerCase()}`)} AFTER ${sql.literal(event)} ON products
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_changed_products()`
  }
  yield* sql`
    CREATE FUNCTION forget_searched_products() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      TRUNCATE product_search;
      RETURN NULL;
    END $$`
  yield* sql`
    CREATE TRIGGER products_searched_truncate AFTER TRUNCATE ON products
    FOR EACH STATEMENT EXECUTE FUNCTION forget_searched_products()`
  yield* sql`
    CREATE FUNCTION search_renamed_brand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      UPDATE product_search x SET brand = NEW.normalised_name FROM products p
      WHERE p.brand_id = NEW.id AND x.product_id = p.id;
      INSERT INTO product_words SELECT word FROM string_to_table(NEW.normalised_name, ' ') AS word WHERE word <> '';
      RETURN NULL;
    END $$`
  yield* sql`
    CREATE TRIGGER classifications_searched AFTER UPDATE ON classifications FOR EACH ROW
    WHEN (NEW.kind = 'brand' AND NEW.normalised_name <> OLD.normalised_name) EXECUTE FUNCTION search_renamed_brand()`
})

/** Names in the form in which a part of them is looked for, so that no list folds them row by row. */
const createFoldedNames = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE products ADD COLUMN folded_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED`
  yield* sql`DROP INDEX products_name_trigrams`
  yield* sql`CREATE INDEX products_name_trigrams ON products USING gin (folded_name gin_trgm_ops)`
  yield* sql`CREATE INDEX products_name_key ON products USING hash (fold_name(name))`
})

/** What the search looks at is written beside each product; what is there already is written here. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* createNormalisation
  yield* createTables
  yield* createTriggers
  yield* createFoldedNames
  for (const statement of write.split(";").filter((each) => each.trim() !== "")) {
    yield* sql.unsafe(statement.replaceAll("changed", "products"))
  }
})
