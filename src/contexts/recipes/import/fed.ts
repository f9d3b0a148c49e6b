import type { Parser } from "htmlparser2"

const chunk = 65_536
const deepest = 1000

/**
 * Feeds a parser until the text ends, or is nested deeper than any page: the parser looks through all open tags at each closing
 * one, so that a hostile page could take it hours.
 */
export const fed = (parser: Parser, html: string, depth: () => number): void => {
  for (let at = 0; at < html.length && depth() <= deepest; at += chunk) parser.write(html.slice(at, at + chunk))
  parser.end()
}
