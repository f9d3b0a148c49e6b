/** What a program starts a keeper with. */
export interface Order {
  readonly dataDir: string
  readonly native: string
  readonly version: string
  readonly settings: Readonly<Record<string, string>>
  /** The port that pools already know, else any free one. */
  readonly port: number | undefined
  /** The program that starts it. */
  readonly program: string
}

/** What a program registers with. */
export interface Hello {
  readonly token: string
  readonly program: string
  readonly pid: number
  readonly role: "server" | "tool" | "probe"
  readonly port: number
  /** Whether it was registered with a keeper that is gone. */
  readonly again: boolean
}

export interface Ready {
  readonly type: "ready"
  readonly port: number
  readonly password: string
  readonly directory: string
  readonly created: boolean
  readonly notes: ReadonlyArray<string>
}

export type Answer =
  | { readonly type: "alive" }
  | { readonly type: "stopping" }
  | { readonly type: "refused"; readonly message: string }
  | Ready

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (text: string): Fields => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

const string = (value: unknown): string => typeof value === "string" ? value : ""
const number = (value: unknown): number => typeof value === "number" ? value : 0
const strings = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : []

export const parseOrder = (text: string): Order => {
  const fields = fieldsOf(text)
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields["settings"] ?? {})) settings[name] = String(value)
  return {
    dataDir: string(fields["dataDir"]),
    native: string(fields["native"]),
    version: string(fields["version"]),
    settings,
    port: typeof fields["port"] === "number" ? fields["port"] : undefined,
    program: string(fields["program"])
  }
}

export const parseHello = (line: string): Hello => {
  const fields = fieldsOf(line)
  const role = fields["role"]
  return {
    token: string(fields["token"]),
    program: string(fields["program"]),
    pid: number(fields["pid"]),
    role: role === "server" || role === "tool" ? role : "probe",
    port: number(fields["port"]),
    again: fields["again"] === true
  }
}

/** `undefined` for what is no answer of a keeper: another process may have got its port. */
export const parseAnswer = (line: string): Answer | undefined => {
  const fields = fieldsOf(line)
  switch (fields["type"]) {
    case "alive":
      return { type: "alive" }
    case "stopping":
      return { type: "stopping" }
    case "refused":
      return { type: "refused", message: string(fields["message"]) }
    case "ready":
      return {
        type: "ready",
        port: number(fields["port"]),
        password: string(fields["password"]),
        directory: string(fields["directory"]),
        created: fields["created"] === true,
        notes: strings(fields["notes"])
      }
    default:
      return undefined
  }
}

/** Calls back with each whole line that arrives; a peer that sends more than 64 KB without one is cut off. */
export const onLines = (
  stream: NodeJS.ReadableStream & { readonly destroy: () => unknown },
  each: (line: string) => void
): void => {
  let rest = ""
  stream.setEncoding("utf8")
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n")
    rest = lines.pop() ?? ""
    if (rest.length > 65_536) stream.destroy()
    for (const line of lines) each(line)
  })
}
