import { Context, Effect, Layer, Redacted } from "effect"
import { applicationRole } from "./embedded/applicationRole.ts"
import { acquire, type EmbeddedPostgres } from "./embedded/EmbeddedPostgres.ts"
import { Settings } from "./Settings.ts"

/** Where the database is: at DATABASE_URL, or the embedded one, which this starts and keeps as long as it lives. */
export class DatabaseLocation extends Context.Service<DatabaseLocation, {
  readonly url: Redacted.Redacted<string>
  readonly migrationUrl: Redacted.Redacted<string>
  readonly embedded: EmbeddedPostgres | undefined
}>()("cardapio/kernel/DatabaseLocation") {
  static readonly layer = (role: "server" | "tool") =>
    Layer.effect(
      DatabaseLocation,
      Effect.gen(function*() {
        const { dataDirectory, databaseUrl, migrationUrl, port } = yield* Settings
        if (databaseUrl !== undefined) {
          return { url: databaseUrl, migrationUrl: migrationUrl ?? databaseUrl, embedded: undefined }
        }
        const embedded = yield* acquire({
          dataDir: dataDirectory,
          program: role === "server" ? { role, port } : { role }
        })
        const owner = new URL(Redacted.value(embedded.url))
        const url = Redacted.make(Object.assign(owner, { username: applicationRole }).href)
        return { url, migrationUrl: embedded.url, embedded }
      })
    )
}
