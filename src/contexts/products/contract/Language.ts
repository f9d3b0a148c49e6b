import { Schema, SchemaGetter } from "effect"

const canonicalOf = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

const known = new Map<string, string>()

/** The canonical form of a tag, if it is one. Asked of each alias of each product, and of the same few nearly always. */
export const canonicalTag = (tag: string): string | undefined => {
  const canonical = known.get(tag) ?? canonicalOf(tag)
  if (canonical !== undefined && known.size < 1000) known.set(tag, canonical)
  return canonical
}

/** A BCP 47 tag, read in any case and kept in its canonical form: `pt-br` is `pt-BR`. */
export const Language = Schema.String.check(
  Schema.isMaxLength(35),
  Schema.makeFilter((tag) => canonicalTag(tag) !== undefined || "must be a BCP 47 language tag such as pt-BR")
).pipe(Schema.decodeTo(Schema.String, {
  decode: SchemaGetter.transform((tag) => canonicalTag(tag) ?? tag),
  encode: SchemaGetter.passthrough()
}))
