/** Two providers on real sockets: the reference implementation, and one of our own that lies on request. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const clientId = 'loket';
export const clientSecret = 'a client secret of some length';

export interface TestProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const closing = (server: Server) => async (): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
};

interface ReferenceProvider {
  callback(): (request: unknown, response: unknown) => void;
}
type ReferenceConstructor = new (issuer: string, configuration: object) => ReferenceProvider;

/** `oidc-provider`; whoever signs in is whom he says he is, with a verified address. PKCE is required. */
export async function referenceProvider(redirectUri: string): Promise<TestProvider> {
  // @ts-expect-error the package carries no types
  const { default: Provider } = (await import('oidc-provider')) as { default: ReferenceConstructor };
  const server = createServer();
  const issuer = await listen(server);
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['cookie key of a test'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true }),
    }),
  });
  server.on('request', provider.callback());
  return { issuer, close: closing(server) };
}

/** A person in a browser at the reference provider: signs in, consents, and is sent back. Answers the address. */
export async function signInAtReference(authorizationUrl: string, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(authorizationUrl);
  const { origin } = url;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 12; step += 1) {
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === null ? {} : { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      form = null;
      if (url.origin !== origin) return url;
      continue;
    }
    const prompt = /name="prompt" value="(\w+)"/.exec(await response.text())?.[1];
    if (prompt === undefined) break;
    form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'any' } : { prompt });
  }
  throw new Error('the reference provider sent nobody back');
}

export interface Lie {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Leave these out. */
  readonly without?: readonly string[];
  readonly signWith?: 'another key' | 'nothing';
  readonly tokenStatus?: number;
}

export interface LyingProvider extends TestProvider {
  lie: Lie;
  /** What the token endpoint was sent last. */
  lastTokenRequest: URLSearchParams | null;
  /** The browser's way through it, without the browser: the address it would be sent back to. */
  authorise(authorizationUrl: string, who: { readonly sub: string; readonly email: string }): URL;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function lyingProvider(): Promise<LyingProvider> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { claims: Record<string, unknown>; challenge: string }>();
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };

  function token(claims: object, lie: Lie): string {
    const key: KeyObject = lie.signWith === 'another key' ? other.privateKey : own.privateKey;
    const head = part(lie.signWith === 'nothing' ? { alg: 'none' } : { alg: 'RS256', kid: 'one' });
    const text = `${head}.${part(claims)}`;
    return `${text}.${lie.signWith === 'nothing' ? '' : sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }

  const server = createServer((request, response) => {
    const say = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration')
      return say(200, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorise`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (request.url === '/keys') return say(200, { keys: [jwk] });
    if (request.url !== '/token') return say(404, {});
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const sent = new URLSearchParams(body);
      provider.lastTokenRequest = sent;
      const known = codes.get(sent.get('code') ?? '');
      const verified = createHash('sha256')
        .update(sent.get('code_verifier') ?? '')
        .digest('base64url');
      if (known === undefined || verified !== known.challenge || provider.lie.tokenStatus !== undefined)
        return say(provider.lie.tokenStatus ?? 400, { error: 'invalid_grant' });
      const claims = { ...known.claims, ...provider.lie.claims };
      for (const name of provider.lie.without ?? []) Reflect.deleteProperty(claims, name);
      say(200, { access_token: 'at', token_type: 'Bearer', id_token: token(claims, provider.lie) });
    });
  });

  const provider: LyingProvider = {
    issuer: await listen(server),
    close: closing(server),
    lie: {},
    lastTokenRequest: null,
    authorise(authorizationUrl, who) {
      const asked = new URL(authorizationUrl).searchParams;
      const code = crypto.randomUUID();
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: provider.issuer,
        aud: clientId,
        iat: now,
        exp: now + 300,
        nonce: asked.get('nonce'),
        email_verified: true,
        ...who,
      };
      codes.set(code, { claims, challenge: asked.get('code_challenge') ?? '' });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
      return back;
    },
  };
  return provider;
}
