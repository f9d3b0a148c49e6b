import { Effect } from "effect"
import { Accounts, firstAdministrator } from "../contexts/iam/Accounts.ts"
import { DatabaseLocation } from "../kernel/DatabaseLocation.ts"
import { Settings } from "../kernel/Settings.ts"
import { Prepared } from "./Infrastructure.ts"

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`

const databaseLine = Effect.gen(function*() {
  const { embedded } = yield* DatabaseLocation
  const { applied, current, version } = yield* Prepared
  if (!current) return `${embedded?.directory ?? "DATABASE_URL"}: migrations are missing, run: npm run cli -- migrate`
  const users = yield* (yield* Accounts).count
  const state = embedded?.created === true || applied.length === version
    ? `new, ${counted(applied.length, "migration", "migrations")} applied`
    : `found, with ${counted(users, "user", "users")}, ${
      applied.length === 0 ? "up to date" : `${counted(applied.length, "migration", "migrations")} applied now`
    } (migration ${version})`
  return embedded === undefined ? `DATABASE_URL: ${state}` : `${embedded.directory}: ${state}`
})

/** What a start says once it serves: where, on which data, and how to get a token. */
export const banner = Effect.fnUntraced(function*(port: number) {
  const { authLocal, host } = yield* Settings
  const { embedded } = yield* DatabaseLocation
  const address = `http://${host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`
  const { current } = yield* Prepared
  const empty = embedded === undefined && (!current || (yield* (yield* Accounts).count) === 0)
  const email = embedded === undefined ? "you@example.org" : firstAdministrator
  const notes = (embedded?.notes ?? []).map((note) => `  Note       ${note}`)
  return [
    "",
    `  Cardápio   ${address}`,
    `  Docs       ${address}/docs`,
    `  Database   ${yield* databaseLine}`,
    ...empty ? [`  First user npm run cli -- iam create-admin --email ${email}`] : [],
    ...authLocal ? [`  Token      npm run -s cli -- iam token --email ${email}`] : [],
    ...notes,
    "",
    ...authLocal
      ? [
        `  Try        curl -H "authorization: Bearer $(npm run -s cli -- iam token --email ${email})" "${address}/v1/products?limit=5"`
      ]
      : [],
    "  Stop       Ctrl-C",
    ""
  ].join("\n")
})
