const charset = /charset\s*=\s*["']?([\w:.-]{1,40})/i
const metaCharset = /<meta[^>]{1,200}charset\s*=\s*["']?([\w:.-]{1,40})/i

const decoderOf = (label: string | undefined) => {
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder()
  }
}

/** The text of a page in the charset that its header names, else the page itself in its first 1,024 bytes, else UTF-8. */
export const decodedPage = (bytes: Uint8Array, contentType = ""): string => {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024))
  return decoderOf(charset.exec(contentType)?.[1] ?? metaCharset.exec(start)?.[1]).decode(bytes)
}
