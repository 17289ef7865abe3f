/**
 * Connections that may not lead just anywhere (server-side request forgery, OWASP SSRF Prevention). A name is resolved
 * once, right before connecting, every answer is checked, and the connection goes to exactly these addresses: a name
 * that points elsewhere a moment later (DNS rebinding) gains nothing.
 */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';

/** All addresses of a host name. Rejects when there are none. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export interface AddressGuard {
  /** Asked for each address of the target; one refusal refuses the target. */
  readonly allows: (address: string) => boolean;
  readonly resolve: ResolveHost;
}

export const systemResolve: ResolveHost = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

export const targetRefused = 'target_refused';

class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
  readonly code = targetRefused;
}

/** The address a URL spells out itself (`127.0.0.1`, `[::1]`), or null for a name. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : host;
}

/**
 * For one request: never pooled, because the next one may be guarded otherwise, and never through a proxy, because a
 * proxy would resolve the name again. The caller destroys it.
 */
export function guardedAgent(guard: AddressGuard, connectMs: number): Agent {
  return new Agent({
    allowH2: false,
    pipelining: 0,
    connect: { timeout: connectMs, lookup: guardedLookup(guard) },
  });
}

function guardedLookup(guard: AddressGuard): LookupFunction {
  return (host, options, callback) => {
    void checkedAddresses(guard, host).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family ?? 4);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, '', 4),
    );
  };
}

async function checkedAddresses(guard: AddressGuard, host: string) {
  const addresses = await guard.resolve(host);
  if (addresses.length === 0 || !addresses.every((address) => isIP(address) !== 0 && guard.allows(address))) {
    throw new TargetRefused('refused');
  }
  return addresses.map((address) => ({ address, family: isIP(address) }));
}
