/**
 * What kind of place an IP address is. Everything the IANA special-purpose registries (RFC 6890, as updated) keep from
 * the public internet is named, IPv4 hidden inside IPv6 included, and so are the metadata services of cloud machines.
 */
import { isIP } from 'node:net';

/** `special`: multicast, documentation, benchmarking, reserved, tunnels, and what is no address at all. */
export type AddressKind = 'public' | 'loopback' | 'private' | 'carrier' | 'link_local' | 'metadata' | 'special';

type Range4 = readonly [network: string, bits: number, kind: AddressKind];

const ranges4: readonly Range4[] = [
  ['100.100.100.200', 32, 'metadata'],
  ['168.63.129.16', 32, 'metadata'],
  ['192.0.0.192', 32, 'metadata'],
  ['169.254.169.254', 32, 'metadata'],
  ['169.254.170.2', 32, 'metadata'],
  ['0.0.0.0', 8, 'special'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link_local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'special'],
  ['192.0.2.0', 24, 'special'],
  ['192.88.99.0', 24, 'special'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'special'],
  ['198.51.100.0', 24, 'special'],
  ['203.0.113.0', 24, 'special'],
  ['224.0.0.0', 3, 'special'],
];

type Range6 = readonly [network: string, bits: number, kind: AddressKind];

const ranges6: readonly Range6[] = [
  ['fd00:ec2::254', 128, 'metadata'],
  ['fd20:ce::254', 128, 'metadata'],
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link_local'],
  ['fec0::', 10, 'private'],
  ['2001::', 23, 'special'],
  ['2001:db8::', 32, 'special'],
  ['2002::', 16, 'special'],
  ['3fff::', 20, 'special'],
];

/** `address` without brackets. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address);
  if (version === 4) return kindOf4(bits4(address));
  if (version !== 6 || address.includes('%')) return 'special';
  const value = bits6(address);
  const inner = innerIpv4(value);
  if (inner !== null) return kindOf4(inner);
  const known = ranges6.find(([network, bits]) => value >> BigInt(128 - bits) === bits6(network) >> BigInt(128 - bits));
  if (known !== undefined) return known[2];
  // Only 2000::/3 is handed out as global unicast.
  return value >> 125n === 1n ? 'public' : 'special';
}

/** Is `address` inside `network`, an address or CIDR (`10.2.0.0/16`, `fd12::/16`)? Mapped IPv4 counts as IPv4. */
export function isInside(address: string, network: string): boolean {
  const [base = '', length] = network.split('/');
  const inner = asComparable(address);
  const outer = asComparable(base);
  if (inner === null || outer === null || inner.width !== outer.width) return false;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return false;
  const bits = length === undefined ? outer.width : Number(length);
  if (bits > outer.width) return false;
  const shift = BigInt(outer.width - bits);
  return inner.value >> shift === outer.value >> shift;
}

function asComparable(address: string): { readonly value: bigint; readonly width: 32 | 128 } | null {
  const version = isIP(address);
  if (version === 4) return { value: BigInt(bits4(address)), width: 32 };
  if (version !== 6 || address.includes('%')) return null;
  const value = bits6(address);
  return value >> 32n === 0xffffn ? { value: value & 0xffffffffn, width: 32 } : { value, width: 128 };
}

/** Mapped (::ffff:0:0/96), translated (::ffff:0:0:0/96, 64:ff9b::/96) and compatible (::/96, but not :: and ::1). */
function innerIpv4(value: bigint): number | null {
  const high = value >> 32n;
  const low = Number(value & 0xffffffffn);
  const translated = bits6('64:ff9b::') >> 32n;
  if (high === 0xffffn || high === 0xffff0000n || high === translated) return low;
  return high === 0n && low > 1 ? low : null;
}

function kindOf4(value: number): AddressKind {
  const known = ranges4.find(([network, bits]) => value >>> (32 - bits) === bits4(network) >>> (32 - bits));
  return known?.[2] ?? 'public';
}

function bits4(address: string): number {
  return address.split('.').reduce((value, part) => ((value << 8) | Number(part)) >>> 0, 0);
}

function bits6(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted === null ? 0 : bits4(dotted[2] ?? '');
  const plain =
    dotted === null ? address : `${dotted[1] ?? ''}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  const [head = '', rest] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const gap = rest === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...gap, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
