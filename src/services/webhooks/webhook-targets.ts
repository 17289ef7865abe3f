/** Where webhooks may go: the public internet over TLS, and what the organisation's allow-list names. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { addressKind, isInside } from '../../connectors/http/addresses.ts';
import {
  literalAddress,
  systemResolve,
  type AddressGuard,
  type ResolveHost,
} from '../../connectors/http/guarded-connection.ts';

/**
 * A named host may stand in the bank's own network. Link-local, metadata and other special addresses are opened only by
 * naming the address or network itself: a name could be made to point there.
 */
const openedByName: ReadonlySet<string> = new Set(['loopback', 'private', 'carrier']);

/** `host`, `host:port`, address or network. */
function names(entry: string, url: URL): boolean {
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const wanted = entry.trim().toLowerCase();
  return wanted === host || wanted === `${host}:${port}`;
}

function opens(allowList: readonly string[], url: URL, address: string): boolean {
  if (allowList.some((entry) => isInside(address, entry.trim().replace(/^\[(.*)\]$/, '$1')))) return true;
  const byName = allowList.some((entry) => names(entry, url));
  return byName && (openedByName.has(addressKind(address)) || literalAddress(url) !== null);
}

/** The guard of one connection. Plain http needs an allow-listed target, whatever its address. */
export function webhookGuard(
  allowList: readonly string[],
  url: URL,
  resolve: ResolveHost = systemResolve,
): AddressGuard {
  const secure = url.protocol === 'https:';
  const named = allowList.some((entry) => names(entry, url));
  return {
    resolve,
    allows: (address) =>
      addressKind(address) === 'public' && (secure || named) ? true : opens(allowList, url, address),
  };
}

const refused = (why: string): Result<never> =>
  fail('webhook_target_refused', 'webhooks may not be sent there', { fieldErrors: { url: [why] } });

const lookupMs = 3_000;

/**
 * Checks an address when a webhook is made or moved. A name that does not resolve now is accepted: the same check is made
 * at each connection. Errors: `webhook_target_refused`.
 */
export async function checkTarget(
  address: string,
  allowList: readonly string[],
  resolve: ResolveHost = systemResolve,
): Promise<Result<URL>> {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return refused('not an https address');
  if (url.username !== '' || url.password !== '') return refused('no credentials in the address');
  if (url.hash !== '') return refused('no fragment in the address');
  const guard = webhookGuard(allowList, url, resolve);
  const literal = literalAddress(url);
  const addresses = literal === null ? await resolveSoon(guard, url.hostname) : [literal];
  if (!addresses.every((one) => guard.allows(one))) {
    return refused(
      addresses.every((one) => addressKind(one) === 'public')
        ? 'https is required'
        : 'a loopback, private or special address',
    );
  }
  const unknown = addresses.length === 0;
  if (unknown && url.protocol === 'http:' && !allowList.some((entry) => names(entry, url))) {
    return refused('https is required');
  }
  return ok(url);
}

async function resolveSoon(guard: AddressGuard, host: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), lookupMs);
  });
  try {
    return await Promise.race([guard.resolve(host).catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}
