import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import type { Language } from "./words.ts"

const languageHeaders = (language: Language) => ({ "content-language": language, vary: "accept-language" })

/** A name that every file system takes, and the name itself (RFC 6266). */
const attachment = (name: string, extension: string) => {
  const plain = name.normalize("NFKD").replace(/[^\w -]/g, "").trim() || "menu"
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return { "content-disposition": `inline; filename="${plain}.${extension}"; filename*=UTF-8''${encoded}.${extension}` }
}

export const htmlAnswer = (body: string, language: Language) =>
  HttpApiSchema.withHeaders({
    body,
    headers: {
      ...languageHeaders(language),
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    }
  })

export const pdfAnswer = (body: Uint8Array, name: string, language: Language) =>
  HttpApiSchema.withHeaders({ body, headers: { ...languageHeaders(language), ...attachment(name, "pdf") } })

export const calendarAnswer = (body: string, name: string) =>
  HttpApiSchema.withHeaders({ body, headers: attachment(name, "ics") })
