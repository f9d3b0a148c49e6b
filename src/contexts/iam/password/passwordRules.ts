import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { PasswordTooWeak } from "../contract/Logins.ts"

const shortest = 12
const longest = 256

/** The 10,000 most common passwords of at least 12 characters, in lower case, as SecLists (MIT) counts them; read once one is asked for. */
const commonPasswords = Effect.sync(() =>
  new Set(
    readFileSync(new URL("common-passwords.txt", import.meta.url), "utf8").split("\n").filter((line) => line !== "")
  )
).pipe(Effect.cached, Effect.runSync)

const faultsOf = (
  password: string,
  about: ReadonlyArray<string | null>,
  common: ReadonlySet<string>
): ReadonlyArray<string> => {
  const text = password.normalize("NFKC")
  const length = [...text].length
  const folded = text.toLowerCase()
  // Blanks make no other word of it.
  const spoken = folded.replace(/\s+/g, " ").trim()
  const known = about.flatMap((each) =>
    each === null ? [] : [each.normalize("NFKC").toLowerCase().replace(/\s+/g, " ")]
  )
  return [
    ...length < shortest ? [`must be at least ${shortest} characters long`] : [],
    ...length > longest ? [`must be at most ${longest} characters long`] : [],
    ...known.flatMap((each) => [each, each.split("@", 1).join("")]).includes(spoken)
      ? ["must not be the e-mail address or the name"]
      : [],
    ...common.has(folded) || common.has(spoken) ? ["is among the 10,000 most common passwords"] : []
  ]
}

/** Fails with each rule that a new password breaks. There is none about kinds of characters, and none expires. */
export const requireStrong = Effect.fnUntraced(function*(
  password: string,
  { email, name }: { readonly email: string | null; readonly name: string | null }
) {
  const faults = faultsOf(password, [email, name], yield* commonPasswords)
  const errors = faults.map((detail) => ({ pointer: "/password", detail }))
  if (errors.length > 0) return yield* new PasswordTooWeak({ errors })
})
