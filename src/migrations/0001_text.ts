import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** How text is compared everywhere: one pinned collation, and folding of case and accents. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE EXTENSION IF NOT EXISTS pg_trgm`
  yield* sql`CREATE EXTENSION IF NOT EXISTS unaccent`
  yield* sql`CREATE COLLATION text_order (provider = icu, locale = 'und')`
  yield* sql`
    CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, normalize($1, NFKC)))
  `
  yield* sql`
    CREATE FUNCTION fold_name(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(fold($1), '\\s+', ' ', 'g'))
  `
  // Folding can make wildcards of LIKE (％ becomes %), so that they are escaped after it.
  yield* sql`
    CREATE FUNCTION like_pattern(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN '%' || regexp_replace(fold($1), '([\\\\%_])', '\\\\\\1', 'g') || '%'
  `
})
