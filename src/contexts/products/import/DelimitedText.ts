/** The fields of a record whose quoting is known to be right (RFC 4180). */
export const splitQuoted = (text: string, delimiter: string): ReadonlyArray<string> => {
  const fields: Array<string> = []
  for (let position = 0;; position++) {
    let end: number
    if (text[position] === "\"") {
      end = text.indexOf("\"", position + 1)
      const close = end
      while (text[end + 1] === "\"") end = text.indexOf("\"", end + 2)
      const field = text.slice(position + 1, end)
      fields.push(end === close ? field : field.replaceAll("\"\"", "\""))
      end++
    } else {
      end = text.indexOf(delimiter, position)
      if (end === -1) end = text.length
      fields.push(text.slice(position, end))
    }
    if (end >= text.length) return fields
    position = end
  }
}

/** The text of at most so many bytes; what is not UTF-8 becomes U+FFFD, and no character is cut in two. */
export const decodeCut = (bytes: Uint8Array, limit: number): string => {
  const encoded = Buffer.from(new TextDecoder().decode(bytes.subarray(0, limit), { stream: bytes.length > limit }))
  let end = Math.min(limit, encoded.length)
  while (((encoded[end] ?? 0) & 0xc0) === 0x80) end--
  return encoded.toString("utf8", 0, end)
}
