import { type Setting, settings } from "../src/kernel/SettingTable.ts"

/** The README's table of settings. */
export const settingsTable = (): string => {
  const all: ReadonlyArray<Setting<unknown>> = Object.values(settings)
  const rows = all.map(({ description, name, otherwise }) =>
    `| \`${name}\` | ${otherwise === "" ? "" : `${otherwise} `}| ${description} |`
  )
  return ["| variable | default | |", "|---|---|---|", ...rows].join("\n")
}
