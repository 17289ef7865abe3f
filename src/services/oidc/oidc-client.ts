/** The client library, speaking through the house's one way out: no redirects, time limits, bounded answers. */
import * as client from 'openid-client';
import { sendHttp } from '../../connectors/http/http-client.ts';
import type { OidcProviderRow } from '../../store/repositories/oidc.ts';
import { sha256 } from '../../vault/random.ts';
import { minuteMs, type ServiceContext } from '../context.ts';
import { clientSecretOf } from './provider.ts';

/** The provider could not be reached: nobody's fault who signs in. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
}

export function isUnreachable(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1)
    if (one instanceof ProviderUnreachable) return true;
  return false;
}

const times = { connect: 5_000, headers: 10_000, idle: 10_000 };
const bodiless = new Set([204, 205, 304]);

const houseFetch: client.CustomFetch = async (url, options) => {
  const { method, headers, body } = options;
  const sent = await sendHttp({
    url,
    method: method === 'POST' ? 'POST' : 'GET',
    headers: Object.fromEntries(new Headers(headers)),
    times,
    ...(body === undefined || body === null ? {} : { body: String(body as unknown) }),
  });
  if (!sent.ok) throw new ProviderUnreachable(sent.error.message);
  const { status } = sent.value;
  const content = bodiless.has(status) ? null : new Uint8Array(sent.value.body);
  return new Response(content, { status, headers: { ...sent.value.headers } });
};

interface Known {
  readonly configuration: client.Configuration;
  readonly until: number;
}

/** What providers say about themselves, for ten minutes. Bounded; lives in this process only. */
const known = new Map<string, Known>();
const knownMs = 10 * minuteMs;
const knownMost = 200;

/** Throws `ProviderUnreachable` (perhaps as a cause) and what the library throws on answers that are none. */
export async function configurationOf(ctx: ServiceContext, row: OidcProviderRow): Promise<client.Configuration> {
  const secret = clientSecretOf(ctx, row);
  const key = sha256(JSON.stringify([row.org_id, row.issuer, row.client_id, secret]));
  const now = ctx.clock().getTime();
  const held = known.get(key);
  if (held !== undefined && held.until > now) return held.configuration;
  const insecure = row.issuer.startsWith('http:');
  const discovered = await client.discovery(new URL(row.issuer), row.client_id, {}, client.None(), {
    [client.customFetch]: houseFetch,
    ...(insecure ? { execute: [client.allowInsecureRequests] } : {}),
  });
  const metadata = discovered.serverMetadata();
  // Basic is the default where a provider does not say (OpenID Connect Discovery 1.0, section 3).
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const proof = methods.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost;
  const configuration = new client.Configuration(metadata, row.client_id, {}, proof(secret));
  configuration[client.customFetch] = houseFetch;
  if (insecure) client.allowInsecureRequests(configuration);
  // TLS alone would satisfy the standard; a bank's proxy may end TLS, so the token's own signature is checked too.
  client.enableNonRepudiationChecks(configuration);
  known.delete(key);
  known.set(key, { configuration, until: now + knownMs });
  if (known.size > knownMost) known.delete(known.keys().next().value ?? '');
  return configuration;
}
