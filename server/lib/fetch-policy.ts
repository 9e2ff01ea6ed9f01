import ipaddr from 'ipaddr.js';

/** Which addresses the guarded fetcher may connect to. */
export interface FetchPolicy {
  /** Whether a connection for this host name may go to this address. The name is as in the URL, the address resolved. */
  permits(hostname: string, address: string): boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** What `FETCH_ALLOW_PRIVATE` may list; undefined when an entry is none of these. */
export function parseAllowed(entry: string): { host: string } | { network: [Address, number] } | undefined {
  if (entry.includes('/')) return ipaddr.isValidCIDR(entry) ? { network: ipaddr.parseCIDR(entry) } : undefined;
  const address = parseAddress(entry);
  if (address) return { network: [address, address.kind() === 'ipv4' ? 32 : 128] };
  const host = plainHost(entry);
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/.test(host) && !/^[\d.]+$/.test(host) ? { host } : undefined;
}

/**
 * Public addresses only, and besides what is listed: a host name allows whatever it resolves to, an address or a network
 * (CIDR) allows itself under any name.
 * @throws Error for an entry that is none of these.
 */
export function createFetchPolicy(allowPrivate: string[]): FetchPolicy {
  const hosts = new Set<string>();
  const networks: [Address, number][] = [];
  for (const entry of allowPrivate) {
    const allowed = parseAllowed(entry);
    if (!allowed) throw new Error(`${entry} is no host name, address or network.`);
    if ('host' in allowed) hosts.add(allowed.host);
    else networks.push(allowed.network);
  }
  return {
    permits(hostname, text) {
      if (hosts.has(plainHost(hostname))) return true;
      const address = parseAddress(text);
      if (!address) return false;
      const meant = embedded(address);
      return isPublic(meant) || networks.some((network) => isWithin(meant, network));
    },
  };
}

/** The IP address that a URL's host is; undefined for names. */
export function literalAddress(hostname: string): string | undefined {
  return parseAddress(hostname)?.toString();
}

function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // Only four plain numbers: what else a resolver might take for an IPv4 address, URLs have already turned into this.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : undefined;
}

/** An IPv4 address inside an IPv6 one is where the connection ends up. */
function embedded(address: Address): Address {
  if (address.kind() !== 'ipv6') return address;
  const wide = address as ipaddr.IPv6;
  if (wide.isIPv4MappedAddress()) return wide.toIPv4Address();
  if (wide.match(nat64)) return ipaddr.fromByteArray(wide.toByteArray().slice(12));
  return address;
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(publicIpv6);
}

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  const base = embedded(network);
  const kept = base.kind() === network.kind() ? bits : Math.max(0, bits - 96);
  if (address.kind() !== base.kind()) return false;
  return address.kind() === 'ipv4'
    ? (address as ipaddr.IPv4).match(base as ipaddr.IPv4, kept)
    : (address as ipaddr.IPv6).match(base as ipaddr.IPv6, kept);
}

function plainHost(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}
