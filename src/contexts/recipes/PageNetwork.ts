import * as NodeDns from "@effect/platform-node/NodeDns"
import { Context, type Duration, type Layer } from "effect"
import type { Dns, NetAddress } from "effect/net"
import { isPublic } from "./import/publicAddress.ts"

/** How the names of pages are looked up, at which addresses pages may be read, and how long that may take. Others are for trials. */
export const PageNetwork = Context.Reference<{
  readonly dns: Layer.Layer<Dns.Dns>
  readonly isAllowed: (address: NetAddress.IpAddress) => boolean
  readonly patience: Duration.Input
}>("cardapio/contexts/recipes/PageNetwork", {
  defaultValue: () => ({ dns: NodeDns.layer, isAllowed: isPublic, patience: "10 seconds" })
})
