import { IpNetwork, NetAddress } from "effect/net"

const networks = (...texts: ReadonlyArray<string>) => texts.map(IpNetwork.fromStringUnsafe)

/** What no public host has, of IPv4 (IANA IPv4 Special-Purpose Address Registry; multicast and reserved ones besides). */
const special4 = networks(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3"
)

/** What public hosts of IPv6 have, and what of it they have not: Teredo, documentation, 6to4 (IANA IPv6 registries). */
const global6 = networks("2000::/3")
const special6 = networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

const within = (all: ReadonlyArray<IpNetwork.IpNetwork>, address: NetAddress.IpAddress) =>
  all.some((network) => IpNetwork.contains(network, address))

/** Whether an address is one of the public internet. One that holds another one (mapped, NAT64, 6to4) is not. */
export const isPublic = (address: NetAddress.IpAddress): boolean =>
  NetAddress.isIpv4Address(address)
    ? !within(special4, address)
    : within(global6, address) && !within(special6, address)
