/** SQL types of columns that are written from JSON; `text[]` and `uuid[]` are arrays there. */
export type ColumnTypes = Readonly<Record<string, string>>

const valueOf = ([name, type]: readonly [string, string]) =>
  type.endsWith("[]")
    ? `ARRAY(SELECT jsonb_array_elements_text(r.${name})::${type.slice(0, -2)})`
    : `r.${name}`

/** The pieces of a statement that writes records with an `id` from `jsonb_to_recordset`, which is called `r`. */
export const recordsetOf = (types: ColumnTypes) => {
  const columns = Object.entries(types)
  return {
    names: columns.map(([name]) => name).join(", "),
    values: columns.map(valueOf).join(", "),
    assignments: columns.map((column) => `${column[0]} = ${valueOf(column)}`).join(", "),
    as: `AS r(id uuid, ${columns.map(([name, type]) => `${name} ${type.endsWith("[]") ? "jsonb" : type}`).join(", ")})`
  }
}
