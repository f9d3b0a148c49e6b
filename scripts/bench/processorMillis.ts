import { readFileSync } from "node:fs"

/** Clock ticks of Linux are 10 ms wherever Node runs. */
const tickMillis = 10

/** The processor time that a process has used, in milliseconds; nothing on systems that do not tell it in /proc. */
export const processorMillis = ({ pid }: { readonly pid: number }): number | undefined => {
  if (process.platform !== "linux") return undefined
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? []
  return (Number(fields[11]) + Number(fields[12])) * tickMillis
}
