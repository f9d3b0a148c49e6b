const patterns: ReadonlyArray<readonly [RegExp, string]> = [
  // Passwords in addresses of databases and others, before they look like e-mail addresses.
  [/(:\/\/[^\s:/@]*):[^\s@/]+@/g, "$1:…@"],
  // E-mail addresses.
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "…"],
  // JSON Web Tokens, API keys, whatever a credential header carries.
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, "…"],
  [/\bcdp_\w+/g, "…"],
  [/\b(bearer|basic) +[\w.~+/=-]+/gi, "$1 …"],
  // Members and parameters that are named like secrets.
  [
    /("?\b[\w-]*(?:password|passwd|secret|token|authorization|cookie|api[_-]?key)"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^\s,;&}]+)/gi,
    "$1\"…\""
  ],
  // Telephone numbers: international, or area code and eight or nine digits.
  [/(?<![\w.:-])\+\d[\d ().-]{7,}\d(?!\w)/g, "…"],
  [/(?<![\w.:-])\(?\d{2}\)?[ .-]?9?\d{4}[ .-]\d{4}(?![\w-])/g, "…"]
]

/** What no line to be cleaned is without: most lines need no second look. */
const suspect =
  /[@(]|eyJ|cdp_|\+\d|\d{4}[ .-]\d{4}|:\/\/|bearer|basic|passw|secret|token|authorization|cookie|api[_-]?key/i

/** Text without what a log must not hold: secrets, tokens, e-mail addresses, telephone numbers. */
export const redacted = (text: string): string =>
  suspect.test(text)
    ? patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text)
    : text
