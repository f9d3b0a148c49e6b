/** The first characters (code points) of a text. */
export const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join("").trim()
