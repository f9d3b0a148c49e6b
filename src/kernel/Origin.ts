import { Context } from "effect"

/** Where a command comes from: what its audit entry and its log lines say besides the actor. */
export const Origin = Context.Reference<{
  readonly correlationId: string | null
  /** Truncated to /24 or /48: enough to see a pattern, too little to name a person. */
  readonly address: string | null
}>("cardapio/kernel/Origin", { defaultValue: () => ({ correlationId: null, address: null }) })

/** An address as the audit log keeps it: IPv4 to /24, IPv6 to /48. */
export const truncatedAddress = (address: string): string => {
  const v4 = /(?:^|:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(address)
  if (v4 !== null) return `${v4[1]}.${v4[2]}.${v4[3]}.0/24`
  const [head = "", tail] = address.split("::", 2)
  const groups = head === "" ? [] : head.split(":")
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length)
  const whole = [...groups, ...Array.from({ length: missing }, () => "0"), ...tail === undefined ? [] : tail.split(":")]
  return `${whole.slice(0, 3).join(":")}::/48`
}
