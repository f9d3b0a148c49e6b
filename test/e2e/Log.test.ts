import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { checkout, compileCache } from "../support/compileCache.ts"
import { addUser, onDatabase, until } from "../support/Programs.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

it.live("a server goes on when nobody reads its log any more", () =>
  Effect.gen(function*() {
    const { url } = yield* freshDatabase()
    yield* addUser(url, "admin@example.org")
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["src/server/main.ts"], {
          cwd: checkout,
          env: { PATH: process.env["PATH"], PORT: "0", NODE_COMPILE_CACHE: compileCache, ...onDatabase(url) },
          stdio: ["ignore", "pipe", "ignore"]
        })
      ),
      (child) =>
        Effect.promise(async () => {
          if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "close")
        })
    )
    let said = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => said += text)
    yield* until(() => said.includes("Ctrl-C"))
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? ""
    yield* Effect.promise(async () => {
      child.stdout.destroy()
      await once(child.stdout, "close")
      for (let request = 0; request < 5; request++) {
        expect((await fetch(`${address}/v1/products`)).status).toBe(401)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    expect(child.exitCode).toBeNull()
  }))
