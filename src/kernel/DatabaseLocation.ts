import { Context, Effect, Layer, type Redacted } from "effect"
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
        return { url: embedded.url, migrationUrl: embedded.url, embedded }
      })
    )
}
