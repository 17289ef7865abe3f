/** The API on a real socket, and people who speak to it as a browser does: cookies, Origin, CSRF token. */
import type { AddressInfo } from 'node:net';
import {
  addOrganisation,
  openTestHouse,
  password,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import { buildApi, type ApiDeps } from '../build-api.ts';

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
  readonly body: any;
  readonly headers: Headers;
}

export interface Client {
  /** The CSRF token of the session, once signed in. */
  csrf: string | null;
  readonly cookies: Map<string, string>;
  send(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Signs in by password and keeps cookie and token. */
  signIn(email: string, secret?: string): Promise<Answer>;
}

export interface ListeningApi {
  readonly house: TestHouse;
  readonly bank: TestOrganisation;
  readonly rival: TestOrganisation;
  /** `http://localhost:N`. */
  readonly origin: string;
  /** Somebody without any credential. */
  visitor(): Client;
  /** Signed in by password, a minute later than everything before. */
  person(email: string): Promise<Client>;
  /** A program with a key. */
  program(key: string): Client;
  /** A fresh minute: limits do not leak from one test into the next. */
  nextMinute(): void;
  /** Names of the audit events of an organisation, oldest first. */
  events(orgId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function listeningApi(deps: Partial<ApiDeps> = {}): Promise<ListeningApi> {
  const house = await openTestHouse();
  const bank = await addOrganisation(house, 'Bank');
  const rival = await addOrganisation(house, 'Rival');
  const app = await buildApi({ context: house.ctx, ...deps });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const origin = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const nextMinute = (): void => {
    house.now = new Date(house.now.getTime() + 61_000);
  };

  function client(bearer: string | null): Client {
    const cookies = new Map<string, string>();
    const one: Client = {
      csrf: null,
      cookies,
      async send(method, path, body, headers = {}) {
        const response = await fetch(origin + path, {
          method,
          redirect: 'manual',
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(cookies.size === 0
              ? {}
              : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
            ...(bearer === null ? { origin } : { authorization: `Bearer ${bearer}` }),
            ...(one.csrf === null ? {} : { 'x-csrf-token': one.csrf }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
        const text = await response.text();
        const json = response.headers.get('content-type')?.includes('json') === true;
        const answer = json && text !== '' ? JSON.parse(text) : text === '' ? null : text;
        return { status: response.status, body: answer, headers: response.headers };
      },
      async signIn(email, secret = password) {
        const answer = await one.send('POST', '/api/auth/login', { email, password: secret });
        one.csrf = (answer.body?.data?.csrfToken as string | undefined) ?? null;
        return answer;
      },
    };
    return one;
  }

  return {
    house,
    bank,
    rival,
    origin,
    nextMinute,
    visitor: () => client(null),
    program: (key) => client(key),
    async person(email) {
      nextMinute();
      const one = client(null);
      const answer = await one.signIn(email);
      if (answer.status !== 200 || one.csrf === null) throw new Error(`${email} cannot sign in: ${answer.status}`);
      return one;
    },
    async events(orgId) {
      const rows = await house.ctx.store.db
        .selectFrom('audit_log')
        .select('event')
        .where('org_id', '=', orgId)
        .orderBy('seq')
        .execute();
      return rows.map((row) => row.event);
    },
    async close() {
      await app.close();
      await house.close();
    },
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const gone = attributes.some((one) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(one));
  if (gone) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}
