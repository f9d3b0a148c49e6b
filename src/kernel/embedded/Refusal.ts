/** A fault that its reader can cure: `message` is one line that says what is wrong and what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal"
}

/** The one line that a caught value has to say. */
export const lineOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n").map((line) => line.trim()).filter((line) =>
    line !== ""
  ).join(" ")

/** The code of a system error ("ENOENT"), or "" of any other value. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : ""
