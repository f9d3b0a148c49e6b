import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

const long = /\/(?:proof|e2e)\/|EmbeddedPostgres|ApiContract|Event(?:Queue|WorkersStop)/

/** What takes long begins first, so that no worker ends alone with it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>) {
    const isLong = ({ moduleId }: TestSpecification) => Number(long.test(moduleId))
    return files.toSorted((a, b) => isLong(b) - isLong(a) || (a.moduleId < b.moduleId ? 1 : -1))
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/globalSetup.ts"],
    sequence: { sequencer: LongestFirst },
    maxWorkers: 2,
    // Files share what they import: to load it anew for each took a sixth of the time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
