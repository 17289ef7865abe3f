import { describe, expect, it } from 'vitest';
import { checkTarget, webhookGuard } from './webhook-targets.ts';

const resolvesTo =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses);
const verdict = async (url: string, allowList: string[], ...addresses: string[]): Promise<string> => {
  const checked = await checkTarget(url, allowList, resolvesTo(...addresses));
  return checked.ok ? 'ok' : `${checked.error.code}: ${JSON.stringify(checked.error.details)}`;
};
const publicAddress = '1.1.1.1';
const name = 'https://hooks.bank.test/x';

describe('a webhook target', () => {
  it('may be any public host over TLS', async () => {
    expect(await verdict(name, [], publicAddress)).toBe('ok');
    expect(await verdict('https://hooks.bank.test:8443/x?y=1', [], publicAddress, '2606:4700::1111')).toBe('ok');
    expect(await verdict(name, [])).toBe('ok');
  });

  it.each([
    'http://hooks.bank.test/x',
    'ftp://hooks.bank.test/x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'hooks.bank.test',
    'https://user:secret@hooks.bank.test/',
    'https://hooks.bank.test/#x',
    'https://',
    '',
  ])('may not be %s', async (url) => {
    expect(await verdict(url, [], publicAddress)).toContain('webhook_target_refused');
  });

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.0.1'],
    ['loopback', '::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['translated loopback', '64:ff9b::7f00:1'],
    ['this host', '0.0.0.0'],
    ['this host', '::'],
    ['private', '10.1.2.3'],
    ['private', '172.20.0.1'],
    ['private', '192.168.1.1'],
    ['mapped private', '::ffff:192.168.1.1'],
    ['unique local', 'fd12:3456::1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local', '169.254.1.1'],
    ['link-local', 'fe80::1'],
    ['metadata', '169.254.169.254'],
    ['mapped metadata', '::ffff:a9fe:a9fe'],
    ['metadata', '100.100.100.200'],
    ['metadata', 'fd00:ec2::254'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['6to4', '2002:7f00:1::'],
  ])('may not resolve to, or be, a %s address: %s', async (_kind, address) => {
    expect(await verdict(name, [], address)).toContain('loopback, private or special');
    expect(await verdict(name, [], publicAddress, address)).toContain('loopback, private or special');
    const literal = address.includes(':') ? `[${address}]` : address;
    expect(await verdict(`https://${literal}/`, [])).toContain('loopback, private or special');
    // The allow-list opens it by address, and nothing else by that.
    expect(await verdict(name, [address], address)).toBe('ok');
    expect(await verdict(name, [address], publicAddress, '10.9.9.9')).toContain('webhook_target_refused');
  });

  it.each([
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::ffff:7f00:1]/',
  ])('may not hide in a spelling: %s', async (url) =>
    expect(await verdict(url, [])).toContain('loopback, private or special'),
  );

  it('may stand in the own network, and speak http, when the list names it', async () => {
    const local = 'http://hooks.bank.internal:8080/x';
    expect(await verdict(local, ['hooks.bank.internal'], '10.2.3.4')).toBe('ok');
    expect(await verdict(local, ['HOOKS.bank.internal:8080'], '10.2.3.4')).toBe('ok');
    expect(await verdict(local, ['10.2.0.0/16'], '10.2.3.4')).toBe('ok');
    expect(await verdict('http://hooks.bank.internal./x', ['hooks.bank.internal'], '10.2.3.4')).toBe('ok');
    expect(await verdict('http://127.0.0.1:8080/x', ['127.0.0.1'])).toBe('ok');
    expect(await verdict('http://[::1]:8080/x', ['::1'])).toBe('ok');
    expect(await verdict(local, ['hooks.bank.internal:9090'], '10.2.3.4')).toContain('refused');
    expect(await verdict(local, ['bank.internal'], '10.2.3.4')).toContain('refused');
    expect(await verdict(local, ['10.3.0.0/16'], '10.2.3.4')).toContain('refused');
    expect(await verdict(local, ['hooks.bank.internal'])).toBe('ok');
    expect(await verdict(local, ['10.2.0.0/16'])).toContain('https is required');
  });

  it('behind an allowed name still reaches no metadata or link-local address', async () => {
    for (const address of ['169.254.169.254', '169.254.1.1', 'fe80::1', '100.100.100.200', '0.0.0.0', '224.0.0.1']) {
      expect(await verdict('https://hooks.bank.internal/', ['hooks.bank.internal'], address)).toContain('refused');
    }
  });

  it('whose name cannot be resolved now is judged when it is connected to', async () => {
    const failing = () => Promise.reject(new Error('no network'));
    expect((await checkTarget(name, [], failing)).ok).toBe(true);
    expect((await checkTarget('http://hooks.bank.test/', [], failing)).ok).toBe(false);
  });

  it('is refused at the connection under plain http, however public', () => {
    const guard = webhookGuard([], new URL('http://hooks.bank.test/'));
    expect(guard.allows(publicAddress)).toBe(false);
    expect(webhookGuard([], new URL(name)).allows(publicAddress)).toBe(true);
  });
});
