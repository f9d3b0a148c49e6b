import { assert, it } from "@effect/vitest"
import { truncatedAddress } from "../../src/kernel/Origin.ts"

it("an address is kept to /24, or to /48 where it is one of IPv6", () => {
  for (
    const [address, kept] of [
      ["203.0.113.77", "203.0.113.0/24"],
      ["::ffff:203.0.113.77", "203.0.113.0/24"],
      ["2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::/48"],
      ["2001:db8::1", "2001:db8:0::/48"],
      ["2001:db8:85a3::8a2e:370:7334", "2001:db8:85a3::/48"],
      ["fe80::1%eth0", "fe80:0:0::/48"],
      ["::1", "0:0:0::/48"],
      ["::", "0:0:0::/48"]
    ] as const
  ) assert.strictEqual(truncatedAddress(address), kept, address)
})
