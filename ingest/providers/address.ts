/**
 * Which address of a provider is asked. Hosts are chosen by strangers: a record on chain may name the inside of whoever crawls. So a name is
 * resolved once, every address it has is checked, and the connection goes to a checked address itself, never to the name again.
 */
import { Resolver } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { ProbeError, plain } from './errors.ts'

/** Addresses of a name, IPv4 and IPv6. Rejects, or gives none, when it has none. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** Ports that providers have: https://akash.network/docs/providers/. 443 is what an address says that names none. */
const REST_PORT = '8443'

/**
 * IPv4 that is not the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry/, all that is not globally reachable,
 * and multicast. Metadata services of clouds lie in 169.254.0.0/16 (most), 100.64.0.0/10 (Alibaba), 192.0.0.0/24 (Oracle); Azure's has a
 * public address.
 */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '168.63.129.16/32'
] // prettier-ignore
/**
 * IPv6 is public in 2000::/3 alone (https://www.iana.org/assignments/ipv6-unicast-address-assignments/): that leaves out loopback, link-local,
 * private and multicast, and IPv4 mapped (::ffff:0:0/96), compatible (::/96) and translated (64:ff9b::/96, 64:ff9b:1::/48). Within it these
 * are not: protocol assignments with Teredo and ORCHID, documentation, and 6to4, which carries IPv4.
 */
const PUBLIC_V6 = '2000::/3'
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

function blockList(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', bits] = subnet.split('/')
    list.addSubnet(net, Number(bits), family)
  }
  return list
}
const notPublic4 = blockList(NOT_PUBLIC_V4, 'ipv4')
const public6 = blockList([PUBLIC_V6], 'ipv6')
const notPublic6 = blockList(NOT_PUBLIC_V6, 'ipv6')

/** Whether a text is an IP address of the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !notPublic4.check(address, 'ipv4')
  // An address with a zone, such as fe80::1%eth0, is of one link.
  return family === 6 && !address.includes('%') && public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6')
}

/**
 * Host of a provider's address as its record has it: `https://provider.example.com:8443`, also without the scheme. IPv4 in any spelling
 * comes out in the usual one, as WHATWG URL has it; IPv6 without brackets.
 * @throws ProbeError `uri` or `port`
 */
export function hostOf(hostUri: string): string {
  const text = hostUri.trim()
  const refuse = (why: string): ProbeError => new ProbeError('uri', `its address '${plain(text)}' ${why}`)
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  if (!url) throw refuse('is none')
  if (url.protocol !== 'https:') throw refuse('is not https')
  if (url.username !== '' || url.password !== '') throw refuse('has a user or password')
  if (url.port !== '' && url.port !== REST_PORT)
    throw new ProbeError('port', `its address '${plain(text)}' names port ${url.port}; providers have ${REST_PORT}`)
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (host === '') throw refuse('has no host')
  return host
}

/** Longest wait for a name server, milliseconds, and how often it is asked. */
const DNS = { timeout: 2_000, tries: 2 }

/** Asks the name servers of this machine, not its hosts file: names of strangers have no business there. */
export async function lookupPublic(name: string): Promise<string[]> {
  const resolver = new Resolver(DNS)
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const addresses = found.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const [first] = found
  if (addresses.length === 0 && first.status === 'rejected') throw first.reason as Error
  return addresses
}

/**
 * The address to connect to, IPv4 before IPv6.
 * @throws ProbeError `unresolved`, or `address` when any address of the host is not of the public internet
 */
export async function addressOf(host: string, lookup: Lookup): Promise<string> {
  const addresses = isIP(host) ? [host] : await resolve(host, lookup)
  const inside = addresses.find((address) => !isPublic(address))
  if (inside !== undefined)
    throw new ProbeError('address', `${plain(host)} leads to ${plain(inside)}, which is not on the public internet`)
  const address = addresses.find((a) => isIP(a) === 4) ?? addresses[0]
  if (address === undefined) throw new ProbeError('unresolved', `${plain(host)} has no address`)
  return address
}

async function resolve(host: string, lookup: Lookup): Promise<readonly string[]> {
  try {
    return await lookup(host)
  } catch (cause) {
    throw new ProbeError('unresolved', `${plain(host)} cannot be resolved: ${plain((cause as Error).message)}`, { cause })
  }
}
