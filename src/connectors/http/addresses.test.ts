import { describe, expect, it } from 'vitest';
import { addressKind, isInside, type AddressKind } from './addresses.ts';

describe('addressKind', () => {
  // From the IANA registries and the providers' own documentation, first and last address of each range.
  const table: readonly (readonly [AddressKind, ...string[]])[] = [
    ['loopback', '127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:0:0:1'],
    ['loopback', '64:ff9b::7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ['private', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
    ['private', 'fc00::', 'fdff:ffff::1', 'fec0::1', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3', '::192.168.1.1'],
    ['carrier', '100.64.0.0', '100.127.255.255', '::ffff:100.64.0.1'],
    ['link_local', '169.254.0.0', '169.254.255.255', 'fe80::1', 'febf:ffff::1', '::ffff:169.254.1.1'],
    ['metadata', '169.254.169.254', '::ffff:a9fe:a9fe', '169.254.170.2', '100.100.100.200', '192.0.0.192'],
    ['metadata', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', '64:ff9b::169.254.169.254'],
    ['special', '0.0.0.0', '0.255.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.0', '198.19.255.255'],
    ['special', '198.51.100.7', '203.0.113.7', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    [
      'special',
      '::',
      'ff02::1',
      '2001:db8::1',
      '2001::1',
      '2001:1ff:ffff::1',
      '2002:7f00:1::',
      '3fff:fff::1',
      '100::1',
    ],
    ['special', '5f00::1', '64:ff9b:1::7f00:1', 'fe80::1%eth0', '', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5'],
    ['public', '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
    ['public', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
    [
      'public',
      '198.17.255.255',
      '198.20.0.0',
      '223.255.255.255',
      '2606:4700::1111',
      '2001:200::1',
      '2400::1',
      '3fff:1000::1',
    ],
    ['public', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  ];
  it.each(table.flatMap(([kind, ...addresses]) => addresses.map((address) => [address, kind] as const)))(
    '%s is %s',
    (address, kind) => expect(addressKind(address)).toBe(kind),
  );
});

describe('isInside', () => {
  it.each([
    ['10.2.3.4', '10.2.0.0/16', true],
    ['10.3.3.4', '10.2.0.0/16', false],
    ['10.2.3.4', '10.2.3.4', true],
    ['10.2.3.5', '10.2.3.4', false],
    ['::ffff:10.2.3.4', '10.2.0.0/16', true],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['fd12::5', 'fd12::/16', true],
    ['fd13::5', 'fd12::/16', false],
    ['::1', '::1', true],
    ['::1', '10.0.0.0/8', false],
    ['10.2.3.4', 'fd12::/16', false],
    ['10.2.3.4', '10.2.0.0/33', false],
    ['10.2.3.4', '10.2.0.0/', false],
    ['10.2.3.4', '10.2.0.0/x', false],
    ['10.2.3.4', 'hooks.bank.internal', false],
    ['hooks.bank.internal', '0.0.0.0/0', false],
  ])('%s in %s: %s', (address, network, inside) => expect(isInside(address, network)).toBe(inside));
});
