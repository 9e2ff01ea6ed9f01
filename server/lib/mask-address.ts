import { networkOf } from './network-of.ts';

/** As much of an address as tells places apart and not people: of IPv4 three numbers, of IPv6 the first 48 bits. */
export function maskAddress(address: string): string {
  const network = networkOf(address);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(network)) return network.replace(/\d+$/, 'x');
  const groups = network.split('::', 1)[0]!.split(':');
  return groups.length === 4 ? `${groups.slice(0, 3).join(':')}::` : '';
}
